import { newSecret, type Random } from '../kernel/crypto.ts';
import { assert } from '../kernel/assert.ts';
import {
  createOperator,
  findOperatorNamed,
  ROLES,
  hashDemoPassword,
  setDemoPassword,
  type Role,
} from '../operators/index.ts';
import type { DemoTools } from './make-demo.ts';

/** A sign-in to the console, in clear: only in the sandbox file, and shown where the server is started. */
export interface DemoOperator {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

const NAMES: Readonly<Record<Role, string>> = {
  support: '佐藤 さくら',
  channel_manager: '鈴木 一郎',
  fraud: '高橋 守',
  compliance: '田中 恵',
  administrator: '伊藤 誠',
  auditor: '渡辺 文',
};

const PASSWORD_LETTERS = 20; // of 64: 120 bits

/** A password of an operator, and its hash. */
export interface DrawnPassword {
  readonly role: Role;
  readonly password: string;
  readonly hashed: string;
}

/**
 * A new password for each role. The hashes are made one behind the other on a thread beside this one: who asks
 * for them early, while the database works, does not wait for them (1.6 s of a first start on a busy machine).
 */
export async function drawOperatorPasswords(random: Random): Promise<readonly DrawnPassword[]> {
  const drawn: DrawnPassword[] = [];
  for (const role of ROLES) {
    const password = newSecret(random).slice(0, PASSWORD_LETTERS);
    drawn.push({ role, password, hashed: await hashDemoPassword(password) });
  }
  return drawn;
}

/**
 * One operator for each role, of every issuer in this database, each with a new password. Done again it gives
 * new passwords to the same operators.
 */
export async function makeDemoOperators(
  tools: Pick<DemoTools, 'connection' | 'clock' | 'random'>,
  passwords: readonly DrawnPassword[],
): Promise<readonly DemoOperator[]> {
  const { connection, clock, random } = tools;
  const desk = { clock, random, actor: 'demo' };
  const made: DemoOperator[] = [];
  for (const { role, password, hashed } of passwords) {
    const email = `${role.replaceAll('_', '-')}@console.example`;
    await connection.transaction(async (on) => {
      let operator = await findOperatorNamed(on, email);
      if (operator === undefined) {
        const wanted = { email, name: NAMES[role], roles: [role], issuerId: null };
        const created = await createOperator(on, desk, { ...wanted, locale: 'ja' });
        assert(created.ok, 'an address that nobody has is free');
        ({ operator } = created.value);
      }
      await setDemoPassword(on, desk, { operatorId: operator.operatorId, hashed });
    });
    made.push({ email, password, role });
  }
  return made;
}
