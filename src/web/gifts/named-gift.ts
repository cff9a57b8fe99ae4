import type { Claimant, GiftNamed, Gifts } from '../../gifts/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing } from '../../kernel/crypto.ts';
import type { Members } from '../../members/index.ts';
import type { MemberVisit } from '../members/member-visit.ts';
import { keepSealed, readCookie, readSealed, setCookie } from '../visit.ts';

/** Which gift is looked at: sealed in the browser, so that a code stands in no address behind the first one. */
const NAMED = 'kinken_gift';
const RECEIPT = 'kinken_receipt';
const RECEIPT_SECONDS = 90 * 86_400;

interface KeptName {
  readonly code?: string;
  readonly gift?: string;
}

type NamedParts = { readonly keyRing: KeyRing; readonly clock: Clock };

export function keepNamed(
  { request, reply }: MemberVisit,
  { keyRing, clock }: NamedParts,
  named: GiftNamed,
): void {
  const value: KeptName = 'code' in named ? { code: named.code } : { gift: String(named.giftId) };
  keepSealed(request, reply, keyRing, { name: NAMED, value, now: clock.now() });
}

export function readNamed(
  { request }: MemberVisit,
  { keyRing, clock }: NamedParts,
): GiftNamed | null {
  const kept = readSealed<KeptName>(request, keyRing, NAMED, clock.now());
  if (kept?.code !== undefined) return { code: kept.code };
  return kept?.gift === undefined ? null : { giftId: BigInt(kept.gift) };
}

/** Who holds the code: the member who is signed in here, if any, and the browser by its secret. */
export async function claimantOf(
  visit: MemberVisit,
  { gifts, members }: { readonly gifts: Pick<Gifts, 'newReceipt'>; readonly members: Members },
): Promise<Claimant> {
  const { request, reply, from } = visit;
  const session = (await members.find(request.headers.cookie)) ?? null;
  if (session !== null) visit.keep(session.cookies);
  const known = readCookie(request, RECEIPT);
  const isKnown = known !== undefined && /^[A-Za-z0-9_-]{20,100}$/.test(known);
  const receipt = isKnown ? known : gifts.newReceipt();
  if (!isKnown) setCookie(request, reply, RECEIPT, receipt, RECEIPT_SECONDS);
  return { session, receipt, from };
}
