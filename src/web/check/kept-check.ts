import type { Checked, SeenMessage, ToWord } from '../../checks/index.ts';
import type { Catalogue } from '../../programmes/index.ts';

/**
 * What the page behind the form shows, and what a report would tell: sealed in a cookie, so that nothing of a
 * message is kept with us unless it is reported. Cut to what a browser keeps.
 */
export interface KeptCheck extends ToWord {
  readonly checkedAt: number;
  readonly seen: SeenMessage;
  /** Whom it told something personal: shown again to nobody else. */
  readonly memberId: string | null;
  /** What the words of the message name. */
  readonly productId: number | null;
  readonly sellerId: number | null;
}

const BYTES_MAX = 2_500; // sealed and written for a cookie they are a third more
const FINDINGS_MAX = 12;
const LINKS_MAX = 4;

export function checkToKeep(
  checked: Checked,
  catalogue: Catalogue,
  memberId: string | null,
): KeptCheck {
  const { verdict, leaning, channel, signatures, findings, seen, toYou, checkedAt } = checked;
  const kept = (textMax: number, aboutMax: number): KeptCheck => ({
    verdict,
    leaning,
    channel,
    signatures,
    checkedAt,
    toYou,
    memberId: toYou === null ? null : memberId,
    findings: findings.slice(0, FINDINGS_MAX).map(({ reason, about, owner }) => ({
      reason,
      about: about?.slice(0, aboutMax) ?? null,
      owner: owner && { nameJa: owner.nameJa.slice(0, 40), nameEn: owner.nameEn.slice(0, 40) },
    })),
    seen: {
      sender: seen.sender?.slice(0, aboutMax) ?? null,
      subject: seen.subject?.slice(0, Math.min(textMax, 80)) ?? null,
      text: seen.text.trim().slice(0, textMax),
      links: seen.links
        .slice(0, LINKS_MAX)
        .map(({ host, path }) => `${host}${path}`.slice(0, aboutMax)),
    },
    ...namedIn(`${seen.subject ?? ''}\n${seen.text}`, catalogue),
  });
  for (const textMax of [400, 200, 80, 20]) {
    for (const aboutMax of [120, 60]) {
      const fits = kept(textMax, aboutMax);
      if (Buffer.byteLength(JSON.stringify(fits)) <= BYTES_MAX) return fits;
    }
  }
  return { ...kept(0, 20), findings: kept(0, 60).findings.slice(0, 4) };
}

/** The longest name that stands in it: a product called so, a seller called so. */
function namedIn(
  text: string,
  catalogue: Catalogue,
): { readonly productId: number | null; readonly sellerId: number | null } {
  const plain = text.normalize('NFKC').toLowerCase();
  const longest = <Thing extends { readonly nameJa: string; readonly nameEn: string }>(
    things: Iterable<Thing>,
  ): Thing | null => {
    let found: { thing: Thing; length: number } | null = null;
    for (const thing of things) {
      for (const name of [thing.nameJa, thing.nameEn]) {
        const word = name.normalize('NFKC').toLowerCase();
        const isLonger = word.length >= 3 && word.length > (found?.length ?? 0);
        if (isLonger && plain.includes(word)) found = { thing, length: word.length };
      }
    }
    return found?.thing ?? null;
  };
  return {
    productId: longest(catalogue.products.values())?.productId ?? null,
    sellerId: longest(catalogue.sellers.values())?.sellerId ?? null,
  };
}
