/** The staff in the console: what is sent and answered. All but putting out a few waits for a second person. */
import { z } from 'zod';
import { newOperator, roles, ROLES } from '../operators/contract.ts';
import { reasonText } from './reason-text.ts';

const reason = reasonText(1_000);

/** GET /operators */
export const operatorList = z.object({
  operators: z.array(
    z.object({
      operatorId: z.string(),
      email: z.string(),
      name: z.string(),
      locale: z.enum(['ja', 'en']),
      roles: z.array(z.enum(ROLES)),
      issuer: z.string().nullable(), // its key; null: every issuer
      isActive: z.boolean(),
      hasSecondFactor: z.boolean(),
      hasPassword: z.boolean(), // false: invited, and has not chosen one yet
      createdAt: z.number(),
      signedInAt: z.number().nullable(),
    }),
  ),
});

/** POST /operators */
export const operatorForm = newOperator.extend({ reason });
/** POST /operators/:operatorId/roles */
export const rolesForm = z.strictObject({ roles, reason });
/** POST /operators/:operatorId/invitation, /enable, /disabling; and /disable, which one person does alone */
export const reasonForm = z.strictObject({ reason });
/** The answer of all of them: the approval that waits. POST /operators/:operatorId/disable is done at once. */
export const askedAnswer = z.object({ approvalId: z.number() });
