import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { findContacts } from './contacts.sql.ts';
import type { FoundMember } from './evidence.ts';

/** Whom to write to, of many members at once. */
export async function contactsOf(
  on: Queryable,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, FoundMember>> {
  const rows = await findContacts(on, { memberIds: [...new Set(memberIds)] });
  return new Map(
    rows.map(({ memberId, emailTyped, name, locale }) => [
      memberId,
      { memberId, email: emailTyped, name, locale: locale as Locale },
    ]),
  );
}
