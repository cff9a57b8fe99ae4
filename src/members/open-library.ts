import { betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { libraryPool } from '../kernel/sign-in/library-pool.ts';
import { ADDRESS_HEADER } from './library-address.ts';

export interface LibraryParts {
  readonly connection: Connection;
  readonly keyRing: KeyRing;
  readonly log: Logger;
}

/** Only a name by which the library knows its own requests; nothing listens there. */
const LIBRARY_ORIGIN = 'https://members.kinken.invalid';

const IDLE_SECONDS = 14 * 24 * 60 * 60;
const CARRIED_ON_EVERY_SECONDS = 60 * 60;

/**
 * The sign-in library: the hashes of passwords (scrypt), sessions, their signed cookies. Who may come in is
 * judged before it is asked; none of its endpoints is served.
 */
export function openLibrary({ connection, keyRing, log }: LibraryParts) {
  return betterAuth({
    appName: 'Kinken',
    baseURL: LIBRARY_ORIGIN,
    secret: Buffer.from(keyRing.tokenHash('members: sign-in library')).toString('base64url'),
    database: libraryPool(connection) as never,
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_level, message) => log.warn({ said: message.slice(0, 200) }, 'the sign-in library'),
    },
    session: {
      modelName: 'members.session',
      fields: {
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        userId: 'member_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      additionalFields: {
        deviceId: { type: 'string', required: false, input: false, fieldName: 'device_id' },
      },
      expiresIn: IDLE_SECONDS,
      updateAge: CARRIED_ON_EVERY_SECONDS,
    },
    user: {
      modelName: 'members.member',
      fields: { createdAt: 'created_at', updatedAt: 'updated_at', emailVerified: 'email_verified' },
    },
    plugins: [{ id: 'kinken-members', endpoints: { enter } }],
    advanced: {
      cookiePrefix: 'kinken_member',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      useSecureCookies: false, // our routes add it where the connection is encrypted
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { validateSchema: false }, // it would want tables for ways in that we do not open
    },
  });
}

export type Library = ReturnType<typeof openLibrary>;

/** A session for a member of whom everything was proved. It is always a new one: what the browser brought is not looked at. */
const enter = createAuthEndpoint(
  '/enter',
  { method: 'POST', body: z.object({ memberId: z.string(), deviceId: z.string() }) },
  async (context) => {
    const { internalAdapter } = context.context;
    const { memberId, deviceId } = context.body;
    const user = await internalAdapter.findUserById(memberId);
    if (user === null) throw new Error('a session is for a member');
    const session = await internalAdapter.createSession(memberId, false, { deviceId });
    await setSessionCookie(context, { session, user });
    return context.json({ sessionId: session.id });
  },
);
