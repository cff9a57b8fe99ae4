/**
 * Gifts on a test's database: the selling house with a shop of its own, members, payments with the sandbox's provider,
 * wallets, and one clock that tests move.
 *
 *   const world = await openGiftWorld(database);
 *   const hana = await world.sender('hana@example.jp');
 *   const gift = await world.sent(hana, { to: 'taro@example.jp' });
 *   const code = await world.codeTo('taro@example.jp');
 *   await world.gifts.claim({ code }, world.stranger());
 *   await world.close();                       // proves the books, the gifts and the payments
 */
import assert from 'node:assert/strict';
import { createGuessThrottle, recordAct } from '../../src/clients/index.ts';
import {
  openGifts,
  setGiftShop,
  verifyGifts,
  type Claimant,
  type GiftAnswer,
  type GiftDesk,
  type Gifts,
  type NewGift,
  type SentGift,
} from '../../src/gifts/index.ts';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import type { MemberSession } from '../../src/members/index.ts';
import {
  openPayments,
  sandboxProvider,
  verifyPayments,
  type PaymentProvider,
  type Payments,
} from '../../src/payments/index.ts';
import * as sent from '../../src/programmes/contract.ts';
import { createTender } from '../../src/programmes/index.ts';
import { openWallets, type Wallets } from '../../src/wallets/index.ts';
import { PRODUCTS } from './house.ts';
import { openMemberWorld, PASSWORD, type Browser, type MemberWorld } from './member-world.ts';
import { openSellingHouse, type SellingHouse } from './selling-house.ts';

/** Beside those of the selling house: a card whose promise lives a week, and a phone bill that gives back for 60 days. */
export const GIFT_TENDERS = { card: 4, phone: 5 } as const;

export interface Sender {
  readonly browser: Browser;
  readonly memberId: string;
  readonly email: string;
  readonly methodId: bigint;
  session(): Promise<MemberSession>;
}

export interface GiftWorld {
  readonly database: Database;
  readonly house: SellingHouse;
  readonly members: MemberWorld;
  readonly payments: Payments;
  readonly wallets: Wallets;
  readonly gifts: Gifts;
  readonly desk: GiftDesk;
  sender(email: string, token?: string): Promise<Sender>;
  /** Sends, lets everything happen that is due, and expects it to be out. */
  sent(sender: Sender, gift?: Partial<NewGift>): Promise<SentGift>;
  try(sender: Sender, gift?: Partial<NewGift>): Promise<GiftAnswer<SentGift>>;
  codeTo(email: string): Promise<string>;
  stranger(address?: string): Claimant;
  claimantOf(sender: Sender, address?: string): Promise<Claimant>;
  /** Of a link or a sheet, as its sender sees it behind a fresh factor. */
  shareCode(sender: Sender, giftId: bigint): Promise<string>;
  find(sender: Sender, giftId: bigint): Promise<SentGift>;
  /** A passkey was shown a moment ago. */
  refresh(sender: Sender): Promise<void>;
  /** Templates of what was written to an address, the newest first. */
  told(email: string): Promise<string[]>;
  kinds(sender: Sender, giftId: bigint): Promise<string[]>;
  /** Work until nothing is due, the clock going on by some seconds where an outcome is not known yet. */
  settle(): Promise<void>;
  verify(): Promise<void>;
  close(): Promise<void>;
}

let forms = 0;
let strangers = 0;

export async function openGiftWorld(
  database: Database,
  options: {
    readonly provider?: (sandbox: PaymentProvider) => PaymentProvider;
    readonly desk?: Partial<GiftDesk>;
  } = {},
): Promise<GiftWorld> {
  const house = await openSellingHouse(database);
  const { clock } = house;
  await makeGiftTenders(database, house);
  const members = await openMemberWorld(database, clock);
  const log = silentLog();
  const base = { database, keys: members.keys, random: systemRandom, clock, log };
  const sandbox = sandboxProvider(base);
  const payments = openPayments({ ...base, providers: [options.provider?.(sandbox) ?? sandbox] });
  const houseClientId = async () => 1;
  const wallets = openWallets({
    ...base,
    connection: database,
    keyRing: members.keys,
    engine: house.engine,
    notices: { ...members.notices, ...members.members.notices },
    members: members.members,
    catalogue: () => house.catalogue.current(),
    houseClientId,
    onMemberEnd: (on, memberId) => world.gifts.endMember(on, memberId),
  });
  const guesses = createGuessThrottle({
    clock,
    log,
    metrics: createMetrics({ withProcess: false }),
    hashAsker: (name) => Buffer.from(members.keys.askerHash(name)).toString('base64url'),
  });
  const desk: GiftDesk = {
    ...base,
    engine: house.engine,
    catalogue: house.catalogue,
    switches: house.switches,
    payments,
    wallets,
    members: members.members,
    notices: { ...members.notices, ...members.members.notices },
    guesses,
    houseClientId,
    patienceMs: 0,
    ...options.desk,
  };
  const by = { clock, actor: 'test' };
  const shops = { connection: database, ...by, record: recordAct(by) };
  const shop = { issuer: 'hoshi', seller: 'shop' };
  assert.ok((await setGiftShop(shops, house.catalogue.current(), shop)).ok);
  const gifts = await openGifts(desk);
  const settle = async (): Promise<void> => {
    for (let tries = 0; tries < 40; tries += 1) {
      await gifts.work();
      const [row] = await database.query(
        'select count(*)::int as due from payments.payment where doing is not null',
      );
      if (row?.['due'] === 0) return;
      clock.advance(3_000);
    }
  };
  const world: GiftWorld = {
    ...{ database, house, members, payments, wallets, gifts, desk, settle },
    sender: (email, token) => makeSender(world, email, token),
    async try(sender, gift = {}) {
      forms += 1;
      return gifts.send(await sender.session(), newGift(sender, gift), sender.browser.from);
    },
    async sent(sender, gift = {}) {
      const answer = await world.try(sender, gift);
      assert.ok(answer.ok, JSON.stringify(answer, bigintText));
      await settle();
      const found = await world.find(sender, answer.value.giftId);
      assert.equal(found.state, 'sent', found.refusal ?? '');
      return found;
    },
    async codeTo(email) {
      const newest = (await members.mails(email)).find(({ content }) =>
        CODE.test(content?.text ?? ''),
      );
      return CODE.exec(newest?.content?.text ?? '')?.[0] ?? 'no code';
    },
    stranger(address) {
      strangers += 1;
      const from = {
        cookie: undefined,
        userAgent: 'test',
        address: address ?? addressOf(strangers),
      };
      return { session: null, receipt: gifts.newReceipt(), from };
    },
    async claimantOf(sender, address) {
      const stranger = world.stranger(address);
      return { ...stranger, session: await sender.session() };
    },
    async shareCode(sender, giftId) {
      await world.refresh(sender);
      const shared = await gifts.shareCode(await sender.session(), giftId);
      assert.ok(shared.ok && shared.value !== null, 'a link has a code');
      return shared.value;
    },
    async find(sender, giftId) {
      const found = await gifts.findSent(sender.memberId, giftId);
      assert.ok(found, 'a sender finds every gift');
      return found;
    },
    async refresh(sender) {
      const { sessionId } = await sender.session();
      await database.query(
        `insert into members.fresh_factor (session_id, factor, shown_at) values ($1, 'passkey', $2)
        on conflict (session_id, factor) do update set shown_at = excluded.shown_at`,
        [sessionId, new Date(clock.now())],
      );
    },
    async told(email) {
      const rows = await database.query(
        'select template, recipient_sealed from notices.notice order by notice_id desc',
      );
      return rows
        .filter((row) => members.keys.unseal(row['recipient_sealed'] as Uint8Array) === email)
        .map((row) => String(row['template']));
    },
    async kinds(sender, giftId) {
      const events = await gifts.history(sender.memberId, { giftId, before: null });
      return events.toReversed().map(({ kind }) => kind);
    },
    async verify() {
      assert.deepEqual((await verifyGifts(database)).differences, []);
      const { differences } = await verifyPayments(database, sandbox);
      assert.deepEqual(differences, []);
    },
    async close() {
      await world.verify();
      await house.close();
    },
  };
  return world;
}

const CODE = /\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}\b/;

function addressOf(number: number): string {
  return `203.${(number >> 8) & 255}.${number & 255}.7`;
}

export function newGift(sender: Sender, gift: Partial<NewGift>): NewGift {
  const channel = gift.channel ?? 'mail';
  return {
    requestId: `form-of-a-test-${forms}`,
    productId: PRODUCTS.code,
    methodId: sender.methodId,
    amountMinor: 3_000n,
    channel,
    to: channel === 'mail' ? 'taro@example.jp' : null,
    recipientName: '太郎',
    senderName: 'はな',
    message: 'お誕生日おめでとう!',
    motif: null,
    picture: null,
    locale: 'ja',
    sendAt: null,
    openDays: 30,
    ...gift,
  };
}

async function makeSender(
  { members, payments }: GiftWorld,
  email: string,
  token = 'card_approves',
): Promise<Sender> {
  const browser = await members.member(email);
  const first = await members.members.find(browser.from.cookie);
  assert.ok(first, 'who has just signed up is signed in');
  const { memberId } = first.member;
  const isCard = token.startsWith('card');
  const method = await payments.addMethod({
    memberId,
    tenderId: isCard ? GIFT_TENDERS.card : GIFT_TENDERS.phone,
    tenderKind: isCard ? 'card' : 'carrier',
    token,
  });
  assert.ok(method.ok, 'the sandbox knows its tokens');
  const session = async (): Promise<MemberSession> => {
    const found = await members.members.find(browser.from.cookie);
    assert.ok(found, 'still signed in');
    return found;
  };
  return { browser, memberId, email, methodId: method.value.methodId, session };
}

export async function makeGiftTenders(
  database: Database,
  { clock, catalogue }: SellingHouse,
): Promise<void> {
  const [known] = await database.query("select 1 from programmes.tender where key = 'card'");
  const by = { clock, actor: 'test' };
  const desk = { connection: database, ...by, record: recordAct(by), makesPast: true as const };
  const names = (name: string) => ({ nameJa: name, nameEn: name });
  if (known === undefined) {
    const card = { key: 'card', kind: 'card', authorisationMinutes: 10_080, refundWindowDays: 90 };
    const phone = {
      key: 'phone',
      kind: 'carrier',
      sessionMinutes: 14,
      refundWindowDays: 60,
      monthLimits: [{ limitMinor: 10_000 }],
    };
    for (const tender of [card, phone]) {
      const made = await createTender(
        desk,
        'hoshi',
        sent.newTender.parse({ ...names(tender.key), ...tender }),
      );
      assert.ok(made.ok, 'a tender of the test');
    }
  }
  await catalogue.refresh(database);
}

export function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

export { PASSWORD };
