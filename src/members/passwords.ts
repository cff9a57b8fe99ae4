import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import type { Context } from './context.ts';

/**
 * The hash of a password that nobody has: 64 bytes of chance, not made of any. What is typed for an address
 * that is no member's is compared with it, so that it takes as long.
 */
const NOBODYS =
  '5f1d0e1c7a9b42d0a6f3c8e4b7712d95:' +
  'b2c94e7f01d85a36e9f7420b6c1d83a5f06e92b74dc8135a7e90f2b6c4d8013e' +
  '7a5c90e1f3b4d26879ac0e5b1f2d8346c7e90a5b3d1f82647c9e0b5a3f1d7268';

/** Undefined: too many are being compared, and this one was not. */
export async function isPassword(
  { library, hashes }: Pick<Context, 'library' | 'hashes'>,
  typed: string,
  hash: string | undefined,
): Promise<boolean | undefined> {
  const { password } = await (await library()).$context;
  const isSame = await hashes.run(() =>
    password.verify({ hash: hash ?? NOBODYS, password: normalPassword(typed) }),
  );
  return isSame === undefined ? undefined : isSame && hash !== undefined;
}

export async function hashPassword(
  { library, hashes }: Pick<Context, 'library' | 'hashes'>,
  typed: string,
): Promise<string | undefined> {
  const { password } = await (await library()).$context;
  return hashes.run(() => password.hash(normalPassword(typed)));
}
