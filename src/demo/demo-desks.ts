import { newDesk, newUsage } from '../questions/contract.ts';
import { writeDesk, writeUsage } from '../questions/index.ts';
import type { Catalogue, CatalogueDesk } from '../programmes/index.ts';
import { assert } from '../kernel/assert.ts';

/** Whom a customer of the demo turns to: the issuer, one product of its own, and a chain for what its tills did. */
const DESKS = [
  {
    key: 'issuer',
    nameJa: 'きんけん見本商事 お客さま窓口',
    nameEn: 'Kinken Sample Trading customer desk',
    hoursJa: '毎日 9:00〜21:00',
    hoursEn: 'every day 9:00-21:00',
    phone: '0120-000-000',
    mail: 'help@demo.example',
    repliesJa: 'メールは24時間以内にお返事します',
    repliesEn: 'mail is answered within 24 hours',
  },
  {
    key: 'prepaid',
    product: 'prepaid-card',
    nameJa: 'みほんプリペイド専用窓口',
    nameEn: 'Mihon Prepaid desk',
    hoursJa: '平日 10:00〜18:00',
    hoursEn: 'weekdays 10:00-18:00',
    phone: '0120-000-111',
  },
  {
    key: 'mihon-mart',
    chain: 'mihon-mart',
    nameJa: 'みほんマート お客さま相談室',
    nameEn: 'Mihon Mart customer service',
    hoursJa: '毎日 8:00〜22:00',
    hoursEn: 'every day 8:00-22:00',
    phone: '0120-000-222',
  },
].map((wanted) => newDesk.parse(wanted));

const USAGES = [
  {
    product: 'gift-code',
    countries: ['JP'],
    whereJa: 'みほん書店・みほん喫茶のオンラインストア',
    whereEn: 'the online shops of Mihon Books and Mihon Cafe',
  },
  {
    product: 'posa-card',
    countries: ['JP'],
    whereJa: 'みほん書店とみほん喫茶の全店',
    whereEn: 'every shop of Mihon Books and Mihon Cafe',
  },
].map(({ product, ...wanted }) => ({ product, wanted: newUsage.parse(wanted) }));

export async function makeDemoDesks(
  desk: CatalogueDesk,
  catalogue: Catalogue,
  issuer: string,
): Promise<void> {
  for (const wanted of DESKS) {
    assert((await writeDesk(desk, catalogue, issuer, wanted)).ok, 'a desk is of the demo');
  }
  for (const { product, wanted } of USAGES) {
    const written = await writeUsage(desk, catalogue, { issuer, product }, wanted);
    assert(written.ok, 'a product is of the demo');
  }
}
