/** Sign-in and the own account in the console: what is sent and answered. */
import { z } from 'zod';
import { email, PERMISSIONS, ROLES } from '../operators/contract.ts';

const LONGEST = 200;
const password = z.string().min(1).max(LONGEST);
const code = z.string().trim().min(6).max(20);

/** POST /sign-in */
export const signInForm = z.strictObject({ email, password });
export const signInAnswer = z.object({ next: z.enum(['signed_in', 'second_factor']) });

/** POST /sign-in/second-factor */
export const secondFactorForm = z.strictObject({
  code,
  isBackupCode: z.boolean().default(false),
});

/** POST /sign-in/password: by an invitation, which stands behind the # of its address. */
export const invitedForm = z.strictObject({
  invitation: z.string().regex(/^[\w-]{43}$/),
  password,
});

/** GET /session */
export const sessionAnswer = z.object({
  operator: z.object({
    operatorId: z.string(),
    name: z.string(),
    email: z.string(),
    locale: z.enum(['ja', 'en']),
    roles: z.array(z.enum(ROLES)),
    permissions: z.array(z.enum(PERMISSIONS)),
    hasSecondFactor: z.boolean(),
  }),
  /** Issuers that the operator may act for; one is named by the header Kinken-Issuer. */
  issuers: z.array(z.object({ key: z.string(), nameJa: z.string(), nameEn: z.string() })),
  csrfToken: z.string(), // sent back as Kinken-Csrf with everything that changes something
  isSecondFactorNeeded: z.boolean(), // until it is set up, nothing but the own account answers
  brokenGlass: z.int(), // what one person has done alone, and nobody has reviewed: told to everybody
});

/** POST /account/password */
export const passwordForm = z.strictObject({ current: password, next: password });

/** POST /account/second-factor */
export const passwordOnly = z.strictObject({ password });
export const secondFactorBegun = z.object({
  uri: z.string(),
  backupCodes: z.array(z.string()),
});

/** POST /account/second-factor/confirmation */
export const codeForm = z.strictObject({ code });
/** POST /account/second-factor/removal */
export const removalForm = z.strictObject({ password, code });
/** PUT /account/locale */
export const localeForm = z.strictObject({ locale: z.enum(['ja', 'en']) });
