/**
 * "With this carrier, this device, this line, this amount: what can I buy now?" Answered from the catalogue
 * and the switch as the gate will judge the sale; and whether what is bought can be used, by the public record.
 *
 *   const plan = planPurchase(question, { catalogue, switchboard, affecting, issuerIds, at });
 *
 * **Invariant.** No route has the purpose of turning credit into cash; what that means is `purpose.ts`.
 * **Invariant.** Pure: the same question at the same instant has the same answer.
 *
 * Deliberately absent: what of a month's limit is used already. That is exact inside the sale (R21) and is
 * nobody's business before it.
 */
export { isUseless } from './advice-on-route.ts';
export { planPurchase } from './plan-purchase.ts';
export { isCredit } from './purpose.ts';
export type {
  ClosedCause,
  ClosedRoute,
  Facts,
  MonthLimitRange,
  Nothing,
  PayBy,
  Plan,
  PlannedRoute,
  Question,
  Step,
  Until,
} from './question.ts';
