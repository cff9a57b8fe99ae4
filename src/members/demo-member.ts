import { hashPassword } from 'better-auth/crypto';
import type { Clock } from '../kernel/clock.ts';
import { newSecret, type Random } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import { assert } from '../kernel/assert.ts';
import { changeCredential, findMemberId, insertCredential, insertMember } from './members.sql.ts';

/**
 * For the demo alone, which listens on this machine only: a member whose address nobody has proved. It signs in as
 * everybody does, with the code that goes to the outbox. Done again it has a new password.
 */
export async function makeDemoMember(
  connection: Connection,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  wanted: {
    readonly email: string;
    readonly name: string;
    readonly password: string;
    readonly locale: Locale;
  },
): Promise<string> {
  const { email: emailTyped, name, password: typed, locale } = wanted;
  const at = clock.now();
  const email = emailTyped.toLowerCase();
  const password = await hashPassword(normalPassword(typed));
  return connection.transaction(async (on) => {
    const [known] = await findMemberId(on, { email });
    if (known !== undefined) {
      const changed = await changeCredential(on, { memberId: known.memberId, password, at });
      assert(changed === 1, 'a member of the demo has a password');
      return known.memberId;
    }
    const memberId = newSecret(random);
    await insertMember(on, { memberId, email, emailTyped, name, locale, at });
    await insertCredential(on, { memberId, password, at });
    return memberId;
  });
}
