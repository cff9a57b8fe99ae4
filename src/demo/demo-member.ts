import { newSecret } from '../kernel/crypto.ts';
import { makeDemoMember } from '../members/index.ts';
import type { DemoTools } from './make-demo.ts';

/** A sign-in of a customer, in clear: only in the sandbox file, and shown where the server is started. */
export interface DemoMember {
  readonly email: string;
  readonly password: string;
}

const EMAIL = 'hanako@member.example';
const NAME = '見本 花子';
const PASSWORD_LETTERS = 20; // of 64: 120 bits

/** One customer with a new password. The code of a new device goes to the demo's outbox. */
export async function makeMemberOfDemo({
  connection,
  clock,
  random,
}: Pick<DemoTools, 'connection' | 'clock' | 'random'>): Promise<DemoMember> {
  const password = newSecret(random).slice(0, PASSWORD_LETTERS);
  const wanted = { email: EMAIL, name: NAME, password, locale: 'ja' } as const;
  await makeDemoMember(connection, { clock, random }, wanted);
  return { email: EMAIL, password };
}
