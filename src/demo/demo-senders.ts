import { newOwner } from '../checks/contract.ts';
import { writeOwner } from '../checks/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Catalogue, CatalogueDesk } from '../programmes/index.ts';

/** What the demo's issuer and a company beside it really send by: names that nobody can have (RFC 2606, 6761). */
const SENDERS = [
  {
    key: 'mihon',
    nameJa: 'みほん商店',
    nameEn: 'Kinken Sample Trading',
    words: ['mihon', 'kinken'],
    channels: [
      { kind: 'mail_address', value: 'no-reply@kinken.invalid', isNumbered: true },
      { kind: 'web_host', value: 'mihon.example' },
      { kind: 'short_code', value: '21061', isNumbered: true },
      { kind: 'phone', value: '0120-000-000' },
    ],
  },
  {
    key: 'mihon-mobile',
    nameJa: 'みほんモバイル',
    nameEn: 'Mihon Mobile',
    words: ['mihon-mobile'],
    channels: [
      { kind: 'mail_domain', value: 'mihon-mobile.example' },
      { kind: 'web_host', value: 'mihon-mobile.example' },
    ],
  },
];

/** So that the page "Is this from you?" has something to say in the demo. Done again it is the same. */
export async function makeDemoSenders(
  desk: CatalogueDesk,
  catalogue: Catalogue,
  issuer: string,
): Promise<void> {
  for (const sender of SENDERS) {
    const written = await writeOwner(desk, catalogue, issuer, newOwner.parse(sender));
    assert(written.ok, 'the demo registers what can be registered');
  }
}
