import type { Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import type { Context } from './context.ts';
import { setDayLimit } from './day-limit.ts';
import type { ChangeKind } from './decide-wait.ts';
import {
  changeAddress,
  endOldChanges,
  keepFormerAddress,
  listDueChanges,
  listWaitingChanges,
  lockDueChange,
  settleChange,
  settleChanges,
  type LockDueChangeRow,
} from './delayed-changes.sql.ts';
import { changeText, type ChangeContent } from './delayed-changes.ts';
import { insertSignIn } from './devices.sql.ts';
import { endAllSessions } from './evidence.ts';
import { lockHeld } from './hold.sql.ts';
import { findMember } from './members.sql.ts';
import { endYoungPhone, movePhone } from './phones.ts';
import type { Outcome } from './sign-in.ts';
import { AFTER_WAIT, tell, timeText, WITH_STOP } from './tell.ts';

/** What has waited long enough comes true; what nobody has finished in time is over. Each alone, told in its transaction. */
export async function settleDueChanges(context: Context): Promise<number> {
  const { database, clock, log } = context;
  const now = clock.now();
  let settled = 0;
  for (const { changeId, memberId } of await listDueChanges(database, { now })) {
    try {
      const isDone = await database.transaction(async (on) => {
        await lockHeld(on, { memberId });
        const [due] = await lockDueChange(on, { changeId, now });
        if (due === undefined) return false;
        await apply(context, on, due);
        return true;
      });
      if (isDone) settled += 1;
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, changeId }, 'a change of an account that was due could not be made');
    }
  }
  await endOldChanges(database, { now });
  return settled;
}

async function apply(
  context: Context,
  on: Queryable,
  { changeId, memberId, kind: named, contentSealed }: LockDueChangeRow,
): Promise<void> {
  const at = context.clock.now();
  const kind = named as SelfMade;
  const content = JSON.parse(context.keyRing.unseal(contentSealed)) as ChangeContent;
  const [member] = await findMember(on, { memberId });
  if (member === undefined) {
    await settleChange(on, { changeId, memberId, state: 'over', by: 'closed', at });
    return;
  }
  const locale = member.locale as Locale;
  const what = changeText(locale, kind, content);
  const isDone = await APPLY[kind](context, on, { member: { ...member, locale }, content, what });
  const state = isDone ? 'done' : 'over';
  await settleChange(on, { changeId, memberId, state, by: isDone ? 'time' : 'taken', at });
  if (!isDone) return;
  const outcome = content.phone === null ? 'phone_removed' : OUTCOMES[kind];
  await insertSignIn(on, { ...NOBODY_THERE, network: AFTER_WAIT, memberId, at, outcome });
  if (kind === 'support_recovery') await endAllSessions(context, on, memberId);
  const values = { what: doneText(locale, kind, content) ?? what, at: timeText(locale, at) };
  const wanted = { template: 'member_change_done', locale, values } as const;
  await tell(context, on, { ...wanted, to: member.emailTyped });
  if (content.email === undefined) return;
  // It was the member's up to that message, whose number stops the account.
  await keepFormerAddress(on, { memberId, email: member.email, until: context.clock.now() });
  await tell(context, on, { ...wanted, to: content.email });
}

/** Nobody is signed in behind a recovery by support: it says how to come in. Null: as it was said when it was asked for. */
function doneText(locale: Locale, kind: ChangeKind, { email = '' }: ChangeContent): string | null {
  return kind === 'support_recovery'
    ? textOf(locale, 'member.changeDone.support', { email })
    : null;
}

/** No browser was there. */
const NOBODY_THERE = {
  deviceId: null,
  userAgent: '',
  country: null,
  oddities: [],
  factor: null,
} as const;

const KINDS: readonly ChangeKind[] = [
  'recovery',
  'support_recovery',
  'mail_address',
  'day_limit',
  'phone_number',
];

export interface WantedCancel {
  readonly memberId: string;
  readonly by: string;
  /** Said with the number of an SMS: whoever holds a telephone has no word in whether its number stays. */
  readonly isBySms: boolean;
}

/**
 * Everything of a member that waits is over, whoever asked for it: who it belongs to can ask again. A number of
 * the last days goes, too.
 */
export async function cancelWaiting(
  { clock, keyRing }: Pick<Context, 'clock' | 'keyRing'>,
  on: Queryable,
  { memberId, by, isBySms }: WantedCancel,
): Promise<number> {
  const at = clock.now();
  const waiting = isBySms ? await listWaitingChanges(on, { memberId }) : [];
  const isSpared = waiting.some(({ kind, contentSealed }) => {
    if (kind !== 'phone_number') return false;
    return (JSON.parse(keyRing.unseal(contentSealed)) as ChangeContent).isByStrongFactor === true;
  });
  const kinds = isSpared ? KINDS.filter((kind) => kind !== 'phone_number') : KINDS;
  const ended = await settleChanges(on, { memberId, kinds, state: 'cancelled', by, at });
  const stopped = { ...NOBODY_THERE, network: WITH_STOP, memberId, at } as const;
  for (const _ of ended) await insertSignIn(on, { ...stopped, outcome: 'change_cancelled' });
  if (await endYoungPhone({ clock }, on, { memberId, before: at })) {
    await insertSignIn(on, { ...stopped, outcome: 'phone_removed' });
  }
  return ended.length;
}

interface Due {
  readonly member: { readonly memberId: string; readonly locale: Locale };
  readonly content: ChangeContent;
  readonly what: string;
}

type SelfMade = Exclude<ChangeKind, 'recovery'>;

/** False: it cannot be made any more. */
const APPLY: Readonly<
  Record<SelfMade, (context: Context, on: Queryable, due: Due) => Promise<boolean>>
> = {
  mail_address: moveAddress,
  support_recovery: moveAddress,
  async day_limit(context, on, { member, content: { limitMinor = '0' } }) {
    await setDayLimit(context, on, member.memberId, BigInt(limitMinor));
    return true;
  },
  phone_number: (context, on, { member, content: { phone = null }, what }) =>
    movePhone(context, on, { ...member, what }, phone),
};

const OUTCOMES: Readonly<Record<SelfMade, Outcome>> = {
  mail_address: 'mail_changed',
  support_recovery: 'mail_changed',
  day_limit: 'limit_raised',
  phone_number: 'phone_changed',
};

async function moveAddress(
  { clock }: Context,
  on: Queryable,
  { member: { memberId }, content: { email: emailTyped = '' } }: Due,
): Promise<boolean> {
  const at = clock.now();
  const email = emailTyped.toLowerCase();
  return (await changeAddress(on, { memberId, email, emailTyped, at })) > 0;
}
