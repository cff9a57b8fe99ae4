/** Operators on a test's database: one for each role, with a password, and a clock that tests move. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { MovedClock, wallClock } from '../../src/kernel/clock.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import {
  createOperator,
  findOperator,
  hashDemoPassword,
  openSignIn,
  setDemoPassword,
  type Operator,
  type Role,
  type SignInAnswer,
  type SignInDesk,
} from '../../src/operators/index.ts';

export const STAFF_START = Date.UTC(2026, 3, 1, 3);

export interface Staff {
  readonly clock: MovedClock;
  readonly keys: KeyRing;
  readonly signIn: SignInDesk;
  /** A new operator; of every issuer unless told. */
  readonly operator: (role: Role | readonly Role[], issuerId?: number | null) => Promise<Member>;
  readonly again: (operator: Operator) => Promise<Operator>;
}

export interface Member extends Operator {
  readonly password: string;
}

/** Made once in a process: it takes a second, and the same words serve every test. */
const hashes = new Map<string, Promise<string>>();

function hashOf(password: string): Promise<string> {
  const known = hashes.get(password) ?? hashDemoPassword(password);
  hashes.set(password, known);
  return known;
}

export const FROM = { cookie: undefined, address: '192.0.2.1', userAgent: 'test' } as const;

export function openStaff(database: Database, clock = new MovedClock(STAFF_START)): Staff {
  const keys = openKeyRing(new Uint8Array(32).fill(9));
  const signIn = openSignIn({ connection: database, keyRing: keys, clock, log: silentLog() });
  const desk = { clock, random: systemRandom, actor: 'test' };
  let made = 0;
  return {
    clock,
    keys,
    signIn,
    async operator(role, issuerId = null) {
      made += 1;
      const roles = [role].flat();
      const email = `${roles[0]}-${made}@staff.example`;
      const password = `right words for number ${made}`;
      const hashed = await hashOf(password);
      return database.transaction(async (on) => {
        const wanted = {
          email,
          name: `${roles[0]} ${made}`,
          roles,
          locale: 'en',
          issuerId,
        } as const;
        const created = await createOperator(on, desk, wanted);
        assert.ok(created.ok);
        const { operator } = created.value;
        await setDemoPassword(on, desk, { operatorId: operator.operatorId, hashed });
        return { ...operator, password };
      });
    },
    async again({ operatorId }) {
      const operator = await findOperator(database, operatorId);
      assert.ok(operator);
      return operator;
    },
  };
}

/** What a browser sends back of an answer's cookies. */
export function cookieOf(answer: SignInAnswer<unknown>): string {
  return answer.cookies
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ');
}

/** What an authenticator shows now for the address that it was given as a picture (RFC 6238). */
export function authenticatorCode(uri: string): string {
  const key = base32(new URL(uri).searchParams.get('secret') ?? '');
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(wallClock.now() / 30_000))); // the library's clock
  const digest = createHmac('sha1', key).update(step).digest();
  const place = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text: string): Buffer {
  const bits = text.split('').map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
