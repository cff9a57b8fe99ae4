import type * as Common from '@zxcvbn-ts/language-common';
import { later, laterPackage } from '../kernel/later.ts';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;

export type PasswordRefusal =
  | 'password_too_short'
  | 'password_too_easy'
  | 'password_known'
  | 'password_own';

const VARIETY_MIN = 5;
const OWN_MIN = 4;
/** Passwords that stand in known leaks, the most used ones; shipped with the package, asked of nobody. */
const known = later<ReadonlySet<string>>(() => new Set(common().dictionary['passwords-common']));
const common = laterPackage<typeof Common>('@zxcvbn-ts/language-common');

export interface Owner {
  readonly email: string;
  readonly memberId: string | null;
  readonly name: string;
}

/** What is said of a password that must not be one; null: it may be used. Given as it is compared (NFKC). */
export function judgePassword(password: string, owner: Owner): PasswordRefusal | null {
  if (password.length < PASSWORD_MIN) return 'password_too_short';
  if (password.length > PASSWORD_MAX || varietyOf(password) < VARIETY_MIN) {
    return 'password_too_easy';
  }
  if (isOwn(password.toLowerCase(), owner)) return 'password_own';
  return isKnown(password.toLowerCase()) ? 'password_known' : null;
}

/** How many characters differ, and do not just go on counting: `1234567890` has one, `abcd1234` two. */
function varietyOf(password: string): number {
  const marks = Array.from(password);
  const fresh = marks.filter((mark, at) => !isNextTo(marks[at - 1] ?? '', mark));
  return Math.min(new Set(marks).size, fresh.length);
}

function isNextTo(before: string, mark: string): boolean {
  const step = (mark.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? -9);
  return Math.abs(step) <= 1 || before + mark === '90' || before + mark === '09';
}

/** The mail address, its name, the member's id: what anybody who writes to a member knows. */
function isOwn(password: string, { email, memberId, name }: Owner): boolean {
  const [local = ''] = email.split('@');
  const known = [email, local, memberId ?? '', name].map((each) => each.toLowerCase());
  return known.some(
    (each) =>
      each !== '' && (password === each || (each.length >= OWN_MIN && password.includes(each))),
  );
}

/** Also with what people put behind a known one, and written twice. */
function isKnown(password: string): boolean {
  const bare = password.replace(/[\d\p{P}\p{S}]+$/u, '');
  const half = password.slice(0, password.length / 2);
  const isTwice = password.length % 2 === 0 && half.repeat(2) === password;
  return [password, bare, ...(isTwice ? [half] : [])].some(
    (each) => each !== '' && known().has(each),
  );
}
