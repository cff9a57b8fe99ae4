import type { Permission, Role } from './contract.ts';

const EVERYBODY: readonly Permission[] = ['overview:see', 'suspensions:see', 'incidents:see'];

/** Whoever gives roles does not look at customers, and whoever looks at the trail changes nothing. */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  support: [
    'cards:look',
    'cards:freeze',
    'offers:see',
    'reports:settle',
    'members:look',
    'cases:settle',
  ],
  channel_manager: [
    'offers:see',
    'offers:change',
    'suspensions:throw',
    'suspensions:resume',
    'incidents:edit',
    'notices:see',
    'approvals:see',
    'glass:break',
  ],
  fraud: [
    'cards:look',
    'cards:freeze',
    'offers:see',
    'suspensions:throw',
    'reports:settle',
    'members:look',
    'cases:settle',
    'cases:approve',
    'approvals:see',
  ],
  compliance: [
    'cards:look',
    'cases:approve',
    'offers:see',
    'notices:see',
    'approvals:see',
    'operators:see',
    'operators:approve',
    'glass:review',
    'audit:see',
  ],
  administrator: [
    'offers:see',
    'offers:change',
    'suspensions:throw',
    'suspensions:resume',
    'incidents:edit',
    'notices:see',
    'approvals:see',
    'operators:see',
    'operators:change',
    'operators:approve',
    'glass:break',
    'glass:review',
    'audit:see',
  ],
  auditor: ['offers:see', 'notices:see', 'approvals:see', 'operators:see', 'audit:see'],
};

export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set([...EVERYBODY, ...roles.flatMap((role) => PERMISSIONS_OF[role])]);
}
