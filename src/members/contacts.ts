import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Held } from '../notices/index.ts';
import { findContacts, findHolder, findLastHolder } from './contacts.sql.ts';
import { findById, type FoundMember } from './evidence.ts';
import { listFormerAddresses, listHeldAddresses } from './members.sql.ts';
import { listPhones } from './phones.sql.ts';

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
 * came about, and of nobody else. What we write to former addresses knowingly is of who left it last, while nobody
 * has it. The same statements for an address that is nobody's.
 */
export async function ownerOfAddress(
  on: Queryable,
  {
    email: typed,
    at,
    isToFormer,
  }: { readonly email: string; readonly at: Instant; readonly isToFormer: boolean },
): Promise<FoundMember | undefined> {
  const email = typed.trim().toLowerCase();
  const [holder] = await findHolder(on, { email, at });
  const [last] = await findLastHolder(on, { email });
  const row = holder ?? (isToFormer ? last : undefined);
  if (row === undefined) return undefined;
  const { memberId, emailTyped, name, locale } = row;
  return { memberId, email: emailTyped, name, locale: locale as Locale };
}

/** The addresses and numbers of a member, each with the time in which it was the member's; the present address first. */
export async function heldBy(
  { database, keyRing }: { readonly database: Queryable; readonly keyRing: KeyRing },
  memberId: string,
): Promise<readonly Held[]> {
  const addresses = await listHeldAddresses(database, { memberId });
  const phones = await listPhones(database, { memberId });
  return [
    ...addresses,
    ...phones.map(({ numberSealed, since, until }) => ({
      phone: keyRing.unseal(numberSealed),
      since,
      until,
    })),
  ];
}

/** Where messages to a member go: the present address first, then former ones that are nobody else's. */
export async function addressesOf(on: Queryable, memberId: string): Promise<readonly string[]> {
  const member = await findById(on, memberId);
  if (member === undefined) return [];
  const former = await listFormerAddresses(on, { memberId });
  const others = former
    .map(({ email }) => email)
    .filter((email) => email !== member.email.toLowerCase());
  return [member.email, ...others];
}
