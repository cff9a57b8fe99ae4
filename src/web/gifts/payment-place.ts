export const PAYMENT_PLACE = '/account/payment';
/** Where a way of paying is missed, and where it goes on when there is one: these, and nowhere else. */
const NEXT = /^\/gifts\/(?:send|sent\/[1-9][0-9]{0,17})$/;

/** The page of the ways of paying, for whoever is to come back. */
export function paymentPlace(next: string): string {
  return `${PAYMENT_PLACE}?next=${encodeURIComponent(next)}`;
}

/** What an address or a form asks for; null: it stays on its page. */
export function readPaymentNext(next: unknown): string | null {
  return typeof next === 'string' && NEXT.test(next) ? next : null;
}
