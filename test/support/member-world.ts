/** Members on a test's database, with the register of notices and a clock that tests move. */
import assert from 'node:assert/strict';
import { Secret, TOTP } from 'otpauth';
import { MovedClock } from '../../src/kernel/clock.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { createLog, silentLog } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import {
  type MemberParts,
  openMembers,
  type From,
  type MemberAnswer,
  type Members,
} from '../../src/members/index.ts';
import {
  openNotices,
  openOutbox,
  type Notices,
  type OutboxNotice,
} from '../../src/notices/index.ts';

export const MEMBER_START = Date.UTC(2026, 3, 1, 3);
export const PASSWORD = 'blue dog on a long road';
/** Of Japan and of Germany, by the data that is shipped. */
export const TOKYO = '133.11.93.10';
export const BERLIN = '141.20.1.10';
const CHROME = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36';

export interface MemberWorld {
  readonly clock: MovedClock;
  readonly keys: KeyRing;
  readonly members: Members;
  readonly notices: Notices;
  browser(address?: string): Browser;
  /** A member with a first device: the browser that is given back. */
  member(email: string): Promise<Browser>;
  mails(to: string): Promise<readonly OutboxNotice[]>;
  /** The digits of the newest mail to an address. */
  codeOf(to: string): Promise<string>;
}

export async function openMemberWorld(
  database: Database,
  clock = new MovedClock(MEMBER_START),
  sms?: MemberParts['sms'],
): Promise<MemberWorld> {
  const keys = openKeyRing(new Uint8Array(32).fill(9));
  const carrier = { carry: async () => undefined, close: () => undefined };
  const notices = await openNotices({
    database,
    keys,
    clock,
    random: systemRandom,
    log: createLog({ isTerminal: false, write: () => undefined }),
    metrics: createMetrics({ withProcess: false }),
    carrier,
    sender: { name: 'Kinken', address: 'no-reply@kinken.example' },
    dkim: null,
  });
  const parts = { database, keyRing: keys, random: systemRandom, clock, log: silentLog(), notices };
  const members = await openMembers({ ...parts, ...(sms && { sms }) });
  const outbox = openOutbox(database, keys);
  const mails = async (to: string) => (await outbox.list()).filter((each) => each.to === to);
  const codeOf = async (to: string) => {
    const [newest] = await mails(to);
    return /\b\d{8}\b/.exec(newest?.content?.text ?? '')?.[0] ?? 'no code';
  };
  const browser = (address = TOKYO) => new Browser(address);
  return {
    clock,
    keys,
    members,
    notices,
    browser,
    mails,
    codeOf,
    async member(email) {
      const first = browser();
      first.take(await members.beginSignUp({ email, locale: 'en' }, first.from));
      const given = {
        code: await codeOf(email),
        name: 'Hana',
        password: PASSWORD,
        locale: 'en',
      } as const;
      const answer = await members.finishSignUp(given, first.from);
      assert.ok(answer.ok, JSON.stringify(answer));
      first.take(answer);
      return first;
    },
  };
}

/** Keeps cookies as a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>();
  address: string;

  constructor(address: string) {
    this.address = address;
  }

  get from(): From {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { cookie: cookie === '' ? undefined : cookie, address: this.address, userAgent: CHROME };
  }

  take<Value>(answer: MemberAnswer<Value>): MemberAnswer<Value> {
    for (const each of answer.cookies) {
      const [pair = '', ...properties] = each.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (properties.some((one) => /^ ?Max-Age=0$/i.test(one))) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(at + 1));
    }
    return answer;
  }
}

export function refusalOf(answer: MemberAnswer<unknown>): string {
  return answer.ok ? 'nothing refused' : answer.refusal;
}

export function totpCode(key: string, timestamp: number): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp });
}
