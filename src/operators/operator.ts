import type { Locale } from '../kernel/locale.ts';
import type { Permission, Role } from './contract.ts';
import { permissionsOf } from './permissions.ts';

/** A person of the staff, as everything that it does sees it. */
export interface Operator {
  readonly operatorId: string;
  readonly actor: string; // `operator:<id>`: what rows of other modules keep of it
  readonly email: string;
  readonly name: string;
  readonly locale: Locale;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  readonly issuerId: number | null; // null: of every issuer
  readonly isActive: boolean;
  readonly hasSecondFactor: boolean;
}

export interface OperatorRow {
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly locale: string;
  readonly roles: readonly string[];
  readonly issuerId: number | null;
  readonly isActive: boolean;
  readonly twoFactorEnabled: boolean;
}

export function operatorOf(row: OperatorRow): Operator {
  const { operatorId, email, name, issuerId, isActive } = row;
  const roles = row.roles as readonly Role[];
  return {
    operatorId,
    actor: actorOf(operatorId),
    email,
    name,
    locale: row.locale as Locale,
    roles,
    permissions: permissionsOf(roles),
    issuerId,
    isActive,
    hasSecondFactor: row.twoFactorEnabled,
  };
}

export function actorOf(operatorId: string): string {
  return `operator:${operatorId}`;
}

/** Whether an operator may speak for an issuer at all; null is what concerns every issuer. */
export function isOfIssuer(operator: Operator, issuerId: number | null): boolean {
  return operator.issuerId === null || operator.issuerId === issuerId;
}
