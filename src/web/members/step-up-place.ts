import type { WantedAct } from '../../members/index.ts';

/** Acts for which people are asked to confirm who they are, as an address names them. */
const ACTS: ReadonlySet<string> = new Set(['send_gift', 'use_value', 'unfreeze', 'security']);
/** A place on this site, and never an address: no host, no scheme, no double slash, no backslash. */
const PLACE = /^(?:\/[A-Za-z0-9][A-Za-z0-9_-]*)+(?:\?[A-Za-z0-9_=&.-]*)?$/;
const PLACE_MAX = 200;
const AMOUNT = /^[1-9][0-9]{0,11}$/;
const INSTANT = /^[1-9][0-9]{0,14}$/;

export interface WantedStepUp extends WantedAct {
  readonly next: string; // where it goes on, without its language: `/account/security`
}

/** Where somebody is sent who has to show a factor first; from there it goes on to `next`. */
export function stepUpPlace({ act, amountMinor, after, next }: WantedStepUp): string {
  const amount = amountMinor === undefined ? '' : `&amount=${amountMinor}`;
  const bound = after === undefined ? '' : `&after=${after}`;
  return `/step-up?act=${act}${amount}${bound}&next=${encodeURIComponent(next)}`;
}

/** What an address or a form asks for; anything odd becomes the account's first page, and a change of security. */
export function readStepUp(asked: {
  readonly act?: unknown;
  readonly amount?: unknown;
  readonly after?: unknown;
  readonly next?: unknown;
}): WantedStepUp {
  const { act, amount, after, next } = asked;
  const isPlace = typeof next === 'string' && next.length <= PLACE_MAX && PLACE.test(next);
  const isAmount = typeof amount === 'string' && AMOUNT.test(amount);
  const isInstant = typeof after === 'string' && INSTANT.test(after);
  return {
    act: typeof act === 'string' && ACTS.has(act) ? (act as WantedAct['act']) : 'security',
    ...(isAmount && { amountMinor: BigInt(amount) }),
    ...(isInstant && { after: Number(after) }),
    next: isPlace ? next : '/account',
  };
}
