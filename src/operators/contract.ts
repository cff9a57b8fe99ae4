import { z } from 'zod';

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
  'members:look', // finds a member by its mail address: a customer's data, every look is audited
  'cases:settle', // cases "that was not me": opens one by phone, notes, closes, asks for what two decide
  'cases:approve', // is the second person for that
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

/** Passwords: length is what counts; anything longer than this only costs us time. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .pipe(z.email())
  .describe('In lower case');

export const roles = z
  .array(z.enum(ROLES))
  .min(1)
  .max(ROLES.length)
  .transform((given) => ROLES.filter((role) => given.includes(role)));

/** What an operator is made of; the password is its own to choose, by an invitation. */
export const newOperator = z.strictObject({
  email,
  name: z
    .string()
    .trim()
    .regex(/^[^\p{Cc}\p{Cf}]{1,100}$/u, '1 to 100 characters in one line'),
  roles,
  locale: z.enum(['ja', 'en']).default('ja'),
  issuer: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .nullable()
    .default(null)
    .describe('Key of the issuer it belongs to; none: every issuer'),
});

export type NewOperator = z.output<typeof newOperator>;
