import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Instant } from '../kernel/clock.ts';
import { findContacts, findFormerOwner } from './contacts.sql.ts';
import { findByEmail, findById, type FoundMember } from './evidence.ts';
import { listFormerAddresses } from './members.sql.ts';
import { FORMER_KEPT_MS } from './settle-changes.ts';

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

/**
 * Whose address it was when something was written to it: also of a member who has another one by now, however that
 * came about. The same statements for an address that is nobody's.
 */
export async function ownerOfAddress(
  on: Queryable,
  { email: typed, at }: { readonly email: string; readonly at: Instant },
): Promise<FoundMember | undefined> {
  const email = typed.trim().toLowerCase();
  const [row] = await findFormerOwner(on, { email, keptSince: at + FORMER_KEPT_MS });
  const current = await findByEmail(on, email);
  if (row === undefined || (!row.wasTheirs && current !== undefined)) return current;
  const { memberId, emailTyped, name, locale } = row;
  return { memberId, email: emailTyped, name, locale: locale as Locale };
}

/** Where messages to a member go and went: the present address first. */
export async function addressesOf(on: Queryable, memberId: string): Promise<readonly string[]> {
  const member = await findById(on, memberId);
  if (member === undefined) return [];
  const former = await listFormerAddresses(on, { memberId });
  const others = former
    .map(({ email }) => email)
    .filter((email) => email !== member.email.toLowerCase());
  return [member.email, ...others];
}
