/** What an operator may do. A route of the console asks for one by name. */
export const PERMISSIONS = [
  'overview:see', // live figures, lanes and health
  'cards:look', // search, and the whole story of a card: a customer's data, every look is audited
  'cards:freeze', // also unfreezes what the own desk has frozen
  'offers:see',
  'offers:change', // chains, tenders, shops, offers
  'suspensions:see',
  'suspensions:throw', // stopping needs one person
  'suspensions:resume', // ends and resumptions: asks, and approves what another has asked
  'incidents:see',
  'incidents:edit',
  'notices:see', // messages that were sent, without their recipients
  'reports:settle', // "that was not me", and questions that the answer could not settle
  'approvals:see',
  'operators:see',
  'operators:change', // asks for an operator, a role, a new password
  'operators:approve', // is the second person for that
  'glass:break', // does alone what needs two: loud, and reviewed afterwards
  'glass:review',
  'audit:see',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = [
  'support',
  'channel_manager',
  'fraud',
  'compliance',
  'administrator',
  'auditor',
] as const;

export type Role = (typeof ROLES)[number];

const EVERYBODY: readonly Permission[] = ['overview:see', 'suspensions:see', 'incidents:see'];

/** Whoever gives roles does not look at customers, and whoever looks at the trail changes nothing. */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  support: ['cards:look', 'cards:freeze', 'offers:see', 'reports:settle'],
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
    'approvals:see',
  ],
  compliance: [
    'cards:look',
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

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
