/**
 * The Amazon-Incentives-compatible API (AGCOD). Only this module knows that protocol.
 *
 * - A request becomes one operation of the engine; the engine's refusals become errors by tables in
 *   which a missing one does not compile.
 * - What may have happened is never told as a failure: it is F500, and repeating is safe.
 * - It keeps nothing but the buckets of its throttle. There is no replay cache: the request id
 *   makes a byte-identical repeat safe.
 */
export { agcodDoor, type AgcodDoorOptions, type AnswerKind } from './routes.ts';
export {
  type AccessKey,
  type AgcodEngine,
  type FindProduct,
  type Partner,
  type PartnerDirectory,
} from './contract.ts';
export { OPERATION_NAMES, type OperationName } from './exchange.ts';
