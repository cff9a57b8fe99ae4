import { betterAuth } from 'better-auth';
import { twoFactor } from 'better-auth/plugins';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { libraryPool } from '../kernel/sign-in/library-pool.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './contract.ts';
import { ADDRESS_HEADER, LIBRARY_ORIGIN, LIBRARY_PATH } from './library-address.ts';
import { rateLimits } from './rate-limits.ts';

export interface LibraryParts {
  readonly connection: Connection;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  /** By an invitation; called when that is committed. */
  readonly passwordChosen: (operatorId: string) => Promise<void>;
}

const IDLE_SECONDS = 60 * 60;
const CARRIED_ON_EVERY_SECONDS = 5 * 60;

/**
 * The sign-in library: passwords (scrypt), sessions, second factors, with its tables in our schema. Nobody
 * signs up; operators are made by operators. Its endpoints are not served: our routes ask it, one by one. No
 * database hooks: they would run inside its transactions, and the embedded database has one session.
 */
export function openLibrary(parts: LibraryParts) {
  const { connection, keyRing, clock, log, passwordChosen } = parts;
  return betterAuth({
    appName: 'Kinken',
    baseURL: LIBRARY_ORIGIN,
    basePath: LIBRARY_PATH,
    secret: Buffer.from(keyRing.tokenHash('operators: sign-in library')).toString('base64url'),
    database: libraryPool(connection) as never,
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_level, message) => log.warn({ said: message.slice(0, 200) }, 'the sign-in library'),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user }) => passwordChosen(user.id),
    },
    session: {
      modelName: 'operators.session',
      fields: {
        ...TIMES,
        userId: 'operator_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      expiresIn: IDLE_SECONDS,
      updateAge: CARRIED_ON_EVERY_SECONDS,
    },
    user: {
      modelName: 'operators.operator',
      fields: { ...TIMES, emailVerified: 'email_verified' },
    },
    account: { modelName: 'operators.credential', fields: { ...TIMES, ...CREDENTIAL } },
    verification: {
      modelName: 'operators.verification',
      fields: { ...TIMES, expiresAt: 'expires_at' },
      storeIdentifier: 'hashed',
    },
    plugins: [twoFactor({ issuer: 'Kinken', schema: SECOND_FACTOR })],
    rateLimit: { enabled: true, customStorage: rateLimits(clock), customRules: RULES },
    advanced: {
      cookiePrefix: 'kinken_console',
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true, path: '/console' },
      useSecureCookies: false, // our routes add it where the connection is encrypted
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
  });
}

export type Library = ReturnType<typeof openLibrary>;

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

const CREDENTIAL = {
  accountId: 'account_id',
  providerId: 'provider_id',
  userId: 'operator_id',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  accessTokenExpiresAt: 'access_token_expires_at',
  refreshTokenExpiresAt: 'refresh_token_expires_at',
} as const;

const SECOND_FACTOR = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'operators.second_factor',
    fields: {
      userId: 'operator_id',
      backupCodes: 'backup_codes',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
} as const;

/** By address and path; our own throttle counts wrong passwords beside it. */
const RULES = {
  '/sign-in/*': { window: 60, max: 30 },
  '/two-factor/*': { window: 60, max: 20 },
  '/reset-password': { window: 60, max: 10 },
  '/change-password': { window: 60, max: 10 },
} as const;
