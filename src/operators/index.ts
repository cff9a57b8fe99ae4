/**
 * The staff: operators with their roles and permissions, their sign-in (better-auth), approvals by a second
 * person (R33), and the audit trail, chained like the ledger.
 *
 * **Invariant.** Every act of the staff and every look at a customer's data has its row in the trail, written
 * in the transaction of its cause, before the answer.
 * **Invariant.** A change that needs a second person is bound to the hash of its exact content; nobody approves
 * what he has asked for, and nothing is approved after its time.
 * **Invariant.** No password, second factor or session is worth anything when it is read from the database.
 * Deliberately absent: machines and their keys (`clients`), any knowledge of what is approved (its owner
 * registers a handler), deleting an operator, and authentication written by hand.
 */
export { PERMISSIONS, ROLES, type NewOperator, type Permission, type Role } from './contract.ts';
export { permissionsOf } from './permissions.ts';
export { actorOf, isOfIssuer, type Operator } from './operator.ts';
export type { OperatorSession, Sessions } from './session.ts';
export {
  appendAudit,
  readAudit,
  verifyAudit,
  type ActNamed,
  type AuditEntry,
  type AuditKind,
  type AuditQuery,
  type AuditReport,
  type AuditRow,
} from './audit.ts';
export {
  approvalHandler,
  type Approval,
  type ApprovalHandler,
  type ApprovalRefusal,
  type ApprovalResult,
  type ApprovalState,
  type ApprovedBy,
  type Decided,
} from './approval.ts';
export { openApprovals, type ApprovalParts, type Approvals, type Asking } from './approvals.ts';
export type { ApprovalPage } from './read-approvals.ts';
export { AUDIT_CHAIN } from './audit-chain.ts';
export { canonicalJson } from './canonical.ts';
export {
  createOperator,
  findOperator,
  findOperatorNamed,
  hasTwoAdministrators,
  readOperators,
  readToTell,
  reinviteOperator,
  hashDemoPassword,
  setDemoPassword,
  setOperatorActive,
  setOperatorLocale,
  setOperatorRoles,
  type Invited,
  type ListedOperator,
  type OperatorRefusal,
  type StaffDesk,
} from './change-operators.ts';
export { noticesOfDisabling } from './tell-disabled.ts';
export { operatorHandlers, type TellDisabled } from './operator-approvals.ts';
export {
  openSignIn,
  type SecondFactor,
  type SignInAnswer,
  type SignInDesk,
  type SignInParts,
  type SignInRefusal,
} from './sign-in.ts';
export type { From } from './ask-library.ts';
