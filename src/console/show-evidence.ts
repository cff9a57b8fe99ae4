import type { DeskStory } from '../cases/index.ts';
import { publicId } from '../kernel/ids.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { ShownCase } from './case-contract.ts';

type Shown = ShownCase['evidence'][number];

/** Evidence is kept as it was, by ids. The desk reads names and units, where the catalogue and the case still have them. */
export function showEvidence(
  { evidence, holdings, gifts }: Pick<DeskStory, 'evidence' | 'holdings' | 'gifts'>,
  catalogue: Pick<Catalogue, 'issuers' | 'merchants' | 'sellers'>,
): Shown[] {
  const units = new Map([
    ...holdings.map((held) => [publicId('ins', held.instrumentId), held.unit] as const),
    ...gifts.map(({ gift }) => [String(gift.giftId), gift.unit] as const),
  ]);
  return evidence.map(({ content, ...row }) => {
    if (content === null) return { ...row, content };
    const unit = units.get(String(content['instrument'] ?? content['gift']));
    const shown: Record<string, unknown> = { ...content, ...(unit !== undefined && { unit }) };
    name(shown, 'issuerId', catalogue.issuers);
    name(shown, 'merchantId', catalogue.merchants);
    name(shown, 'sellerId', catalogue.sellers);
    return { ...row, content: shown };
  });
}

interface Named {
  readonly nameJa: string;
  readonly nameEn: string;
}

function name(
  content: Record<string, unknown>,
  member: string,
  things: ReadonlyMap<number, Named>,
): void {
  const found = things.get(Number(content[member] ?? Number.NaN));
  if (found !== undefined) content[member] = { nameJa: found.nameJa, nameEn: found.nameEn };
}
