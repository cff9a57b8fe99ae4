import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { accepted } from '../kernel/result.ts';
import {
  DESK_ROUNDS,
  type Notices,
  type TemplateName,
  type WantedNotice,
  type WrittenNotice,
} from '../notices/index.ts';
import { findPhonesOfAddresses } from './phones.sql.ts';
import type { SmsDay } from './sms-day.ts';

/** Of what goes to a member by mail, this goes by SMS as well; each has short words of its own. */
const BY_SMS: Readonly<Partial<Record<TemplateName, 'security' | 'gift'>>> = {
  member_new_device: 'security',
  member_security_changed: 'security',
  member_change_waits: 'security',
  member_phone_change_waits: 'security',
  member_change_done: 'security',
  member_change_cancelled: 'security',
  case_opened: 'security',
  case_lifted: 'security',
  closing_asked: 'security',
  death_recorded: 'security',
  death_taken_back: 'security',
  helper_accepted: 'security',
  gift_claim_waits: 'gift',
  gift_claim_asks: 'gift',
  gift_received: 'gift',
};
const SECURITY = (Object.keys(BY_SMS) as TemplateName[]).filter(
  (each) => BY_SMS[each] === 'security',
);
/** So many go to a number in a day: what strangers can cause leaves room for what protects the account. */
const A_DAY = { gift: 10, security: 30 } as const;
/**
 * So many of what protects an account go to a number whatever the site has sent, and whatever else went to that
 * number: nobody silences it for others.
 */
const ALWAYS_A_DAY = 3;
const DAY_MS = 24 * 60 * 60_000;
/** Nobody's (a number of Japan begins with no zero): counted where nobody has one, so that the statements are the same. */
const NOBODYS = '+8170000000000';

type Reached = Pick<Notices, 'sendNotice' | 'sendNotices' | 'countNotices'>;

/**
 * The register of notices for whoever writes to members: what matters goes to the proved number of the address's
 * owner, too, under a number of its own. Whether anybody has a number changes neither answer nor statements.
 */
export function reachPhones(parts: {
  readonly keyRing: Pick<KeyRing, 'unseal'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  readonly notices: Reached & Pick<Notices, 'countNoticesOfEach'>;
  readonly smsDay: SmsDay;
}): Reached {
  const { notices, log, smsDay } = parts;
  const sendNotices: Reached['sendNotices'] = async (on, wanted) => {
    const copies = await copiesOf(parts, on, wanted);
    smsDay.note(copies.length + wanted.filter(isCounted).length);
    if (copies.length === 0) return notices.sendNotices(on, wanted);
    const both = [...wanted, ...copies.map(({ notice }) => notice)];
    const written = await notices.sendNotices(on, both);
    if (!written.ok) {
      // The mail goes out whatever is wrong with the short words.
      log.error({ refusal: written.refusal }, 'a notice does not go by SMS');
      return notices.sendNotices(on, wanted);
    }
    return accepted(paired(wanted.length, copies, written.value));
  };
  return {
    sendNotices,
    async sendNotice(on, wanted) {
      const written = await sendNotices(on, [wanted]);
      return written.ok ? accepted(written.value[0] as WrittenNotice) : written;
    },
    countNotices: (on, asked) => notices.countNotices(on, asked),
  };
}

function isCounted({ template, to }: WantedNotice): boolean {
  return typeof to !== 'string' && to.channel === 'sms' && !DESK_ROUNDS.includes(template);
}

interface Copy {
  readonly of: number; // the place of the notice that it goes beside
  readonly notice: WantedNotice;
}

async function copiesOf(
  { keyRing, clock, notices, smsDay }: Parameters<typeof reachPhones>[0],
  on: Queryable,
  wanted: readonly WantedNotice[],
): Promise<readonly Copy[]> {
  const mailed = wanted.flatMap(({ template, to }, of) => {
    const why = BY_SMS[template];
    return why === undefined || typeof to !== 'string'
      ? []
      : [{ of, why, email: to.toLowerCase() }];
  });
  if (mailed.length === 0) return [];
  const emails = [...new Set(mailed.map(({ email }) => email))];
  const rows = await findPhonesOfAddresses(on, { emails });
  const phones = new Map(
    rows.map(({ email, numberSealed }) => [email, keyRing.unseal(numberSealed)]),
  );
  const since = clock.now() - DAY_MS;
  const numbers = phones.size === 0 ? [NOBODYS] : [...new Set(phones.values())];
  const to = numbers.map((number) => ({ channel: 'sms', number }) as const);
  const counts = await notices.countNoticesOfEach(on, { to, templates: SECURITY, since });
  const sent = new Map(numbers.map((number, place) => [number, counts[place]?.count ?? 0]));
  const told = new Map(numbers.map((number, place) => [number, counts[place]?.ofTemplates ?? 0])); // of security alone
  const left = { security: await smsDay.left(on, 'security'), gift: await smsDay.left(on, 'gift') };
  const heldBack = { security: 0, gift: 0 };
  const copies = mailed.flatMap(({ of, why, email }): Copy[] => {
    const number = phones.get(email);
    const notice = wanted[of];
    if (number === undefined || notice === undefined) return [];
    const before = sent.get(number) ?? 0;
    if (before >= A_DAY[why]) return [];
    const toldBefore = told.get(number) ?? 0;
    const isAlways = why === 'security' && toldBefore < ALWAYS_A_DAY;
    if (left[why] <= 0 && !isAlways) {
      heldBack[why] += 1;
      return [];
    }
    left.security -= 1;
    left.gift -= 1;
    sent.set(number, before + 1);
    if (why === 'security') told.set(number, toldBefore + 1);
    return [{ of, notice: { ...notice, to: { channel: 'sms', number } } }];
  });
  for (const why of ['security', 'gift'] as const) {
    if (heldBack[why] > 0) smsDay.heldBack(why, heldBack[why]);
  }
  return copies;
}

function paired(
  count: number,
  copies: readonly Copy[],
  written: readonly WrittenNotice[],
): readonly WrittenNotice[] {
  return written.slice(0, count).map((each, place) => {
    const alsoBy = copies.flatMap(({ of }, index) => {
      const copy = written[count + index];
      return of === place && copy !== undefined ? [copy.number] : [];
    });
    return alsoBy.length === 0 ? each : { ...each, alsoBy };
  });
}
