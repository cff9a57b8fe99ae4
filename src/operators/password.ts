import { PASSWORD_MAX, PASSWORD_MIN } from './contract.ts';

const DISTINCT_MIN = 5;
const NAME_MIN = 4;

/** What is said of a password that is too easy; null: it may be used. Length is what counts. */
export function judgePassword(
  password: string,
  email: string,
): 'password_too_short' | 'password_too_easy' | null {
  if (password.length < PASSWORD_MIN) return 'password_too_short';
  if (password.length > PASSWORD_MAX) return 'password_too_easy';
  const [name = ''] = email.split('@');
  const isOfName = name.length >= NAME_MIN && password.toLowerCase().includes(name.toLowerCase());
  return new Set(password).size < DISTINCT_MIN || isOfName ? 'password_too_easy' : null;
}
