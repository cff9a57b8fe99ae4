/** When the payer is charged. It is told before sending, and never changes afterwards. */
export type PaymentPlan =
  | 'authorise_then_capture' // promised at sending, charged at the claim; asked anew if the promise has died
  | 'authorise_at_claim' // nothing is asked before the claim
  | 'charge_at_sending'; // charged at sending, given back in full when it is cancelled

/** What the tender's data says of it. */
export interface TenderFacts {
  readonly authorisationMs: number | null; // how long a promise lives; null: it makes none
  readonly refundWindowMs: number | null; // so long it is given back; null: never
}

/** A promise that is dead before most people have read a mail is not worth asking for. */
const WORTH_ASKING_MS = 60 * 60_000;

/**
 * A promise that lives for days is asked for at sending, and anew at the claim when it has died. One that lives
 * for minutes (carrier billing) is of no use: it is charged at sending where a cancel can be given back in full
 * for as long as it can be asked for, else at the claim. Null: neither can be done, so this tender pays no gift.
 */
export function planPayment(facts: TenderFacts, openMs: number): PaymentPlan | null {
  const { authorisationMs, refundWindowMs } = facts;
  if (authorisationMs !== null && authorisationMs >= WORTH_ASKING_MS) {
    return 'authorise_then_capture';
  }
  if (refundWindowMs !== null && refundWindowMs >= openMs) return 'charge_at_sending';
  return authorisationMs === null ? null : 'authorise_at_claim';
}

/** Whether the promise of the sending still lives when the gift may last be claimed. */
export function outlivesPromise(facts: TenderFacts, openMs: number): boolean {
  return facts.authorisationMs === null || facts.authorisationMs < openMs;
}
