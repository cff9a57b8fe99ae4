/**
 * Claims at a steady rate at two servers that know nothing of each other, charged by a provider that times out at
 * random, some codes claimed twice at the same moment; and then gifts, ledger, payments and the provider's own books
 * are held against each other.
 */
import assert from 'node:assert/strict';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { recordAct } from '../../src/clients/index.ts';
import { openEngine, verifyBooks } from '../../src/instruments/index.ts';
import { openGifts, setGiftShop, verifyGifts, type Gifts } from '../../src/gifts/index.ts';
import { insertGift } from '../../src/gifts/gifts.sql.ts';
import { lockedGifts } from '../../src/gifts/gift-row.ts';
import { Sheet } from '../../src/gifts/sheet.ts';
import type { GiftDesk } from '../../src/gifts/desk.ts';
import { monotonicMs, wallClock } from '../../src/kernel/clock.ts';
import { systemRandom, type Random } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { openMembers } from '../../src/members/index.ts';
import { openNotices } from '../../src/notices/index.ts';
import {
  openPayments,
  sandboxProvider,
  verifyPayments,
  type PaymentProvider,
} from '../../src/payments/index.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { openSellingHouse } from './selling-house.ts';
import { GIFT_TENDERS, makeGiftTenders } from './gift-world.ts';

export interface ClaimLoad {
  readonly gifts: number;
  readonly perSecond: number;
  readonly seed: number;
}

export interface ClaimLoadReport {
  readonly claimed: number;
  readonly perSecond: number; // charged and issued in the second half of the time in which claims came
  readonly behind: number; // claimed and not yet issued when the last claim had come
  readonly p50Ms: number; // from the claim to the value
  readonly p99Ms: number;
  readonly twice: number; // gifts that two were told to have claimed
  readonly cpuMs: number; // of a gift
  readonly timeouts: number; // calls whose outcome was unknown
  readonly load: string; // of the machine, over a minute
  readonly differences: readonly string[];
}

const SENDERS = 200;

/** cpuSeconds: of this process and its children, so far. */
export async function claimUnderLoad(
  database: Database,
  load: ClaimLoad,
  cpuSeconds: () => number = () => process.cpuUsage().user / 1e6,
): Promise<ClaimLoadReport> {
  const house = await openSellingHouse(database, { clock: wallClock });
  await makeGiftTenders(database, house);
  const by = { clock: wallClock, actor: 'test' };
  const shop = { issuer: 'hoshi', seller: 'shop' };
  const shops = { connection: database, ...by, record: recordAct(by) };
  await setGiftShop(shops, house.catalogue.current(), shop);
  const random = seededRandom(load.seed);
  const sandbox = sandboxProvider({ database, clock: wallClock, random: systemRandom });
  const tired = tiredProvider(sandbox, random);
  const other = await openEngine({
    database,
    keys: house.keys,
    clock: wallClock,
    random: seededRandom(load.seed + 1),
    catalogue: await holdCatalogue(database),
  });
  const first = await openServer(database, house, { engine: house.engine, provider: tired });
  const second = await openServer(database, house, { engine: other, provider: tired });
  const codes = await makeGifts(database, first, load.gifts);
  tired.wake();
  const running = [first, second].flatMap((each) => [
    each.desk.payments.start(),
    each.gifts.start(),
  ]);
  const cpuBefore = cpuSeconds();
  const report = await claimAll([first.gifts, second.gifts], codes, { ...load, random });
  const cpuMs = ((cpuSeconds() - cpuBefore) * 1_000) / load.gifts;
  await settleAll(database);
  await Promise.all(running.map((each) => each.stop()));
  const differences = [
    ...(await verifyGifts(database)).differences,
    ...(await verifyPayments(database, sandbox)).differences.map((each) => JSON.stringify(each)),
  ];
  await other.close();
  await house.engine.close();
  assert.deepEqual((await verifyBooks(database)).findings, []);
  const [minute = 0] = loadavg();
  return { ...report, cpuMs, timeouts: tired.timeouts(), load: minute.toFixed(1), differences };
}

interface TiredProvider extends PaymentProvider {
  wake(): void;
  timeouts(): number;
}

/** Three calls of a hundred come to nothing that is known: done, not done, or broken off. The others take some time. */
function tiredProvider(sandbox: PaymentProvider, random: Random): TiredProvider {
  let isAwake = false;
  let timeouts = 0;
  return {
    ...sandbox,
    async call(call) {
      if (!isAwake) return sandbox.call(call);
      await pause(2 + random.below(30));
      const fate = random.below(100);
      if (fate > 2) return sandbox.call(call);
      timeouts += 1;
      if (fate === 0) throw new Error('the connection broke before it was sent');
      if (fate === 1) await sandbox.call(call);
      return { outcome: 'unknown' };
    },
    wake: () => (isAwake = true),
    timeouts: () => timeouts,
  };
}

interface GiftServer {
  readonly desk: GiftDesk;
  readonly gifts: Gifts;
}

async function openServer(
  database: Database,
  house: Awaited<ReturnType<typeof openSellingHouse>>,
  parts: { readonly engine: GiftDesk['engine']; readonly provider: PaymentProvider },
): Promise<GiftServer> {
  const { keys, catalogue, switches } = house;
  const base = { database, keys, clock: wallClock, random: systemRandom, log: silentLog() };
  const metrics = createMetrics({ withProcess: false });
  const notices = await openNotices({
    ...base,
    metrics,
    carrier: { carry: async () => undefined, close: () => undefined },
    sender: { name: 'Kinken', address: 'no-reply@kinken.example' },
    dkim: null,
  });
  const members = await openMembers({ ...base, keyRing: keys, notices });
  const payments = openPayments({ ...base, providers: [parts.provider] });
  const desk: GiftDesk = {
    ...base,
    engine: parts.engine,
    catalogue,
    switches,
    payments,
    members,
    notices,
    // Nobody here is signed in.
    wallets: {
      keep: async () => ({ ok: true, value: undefined }),
      lock: async () => undefined,
      lockGiving: async () => null,
      takeGiven: async () => false,
    },
    guesses: { admit: () => 0, settle: () => undefined },
    houseClientId: async () => 1,
    patienceMs: 60_000,
  };
  return { desk, gifts: await openGifts(desk) };
}

/** Written as the page writes them, many at a time, and sent by the rounds. */
async function makeGifts(
  database: Database,
  { desk, gifts }: GiftServer,
  count: number,
): Promise<readonly string[]> {
  const at = wallClock.now();
  const methods: bigint[] = [];
  for (let sender = 0; sender < SENDERS; sender += 1) {
    const email = `sender${sender}@example.jp`;
    await database.query(
      `insert into members.member (id, email, email_typed, name, locale, created_at, updated_at)
      values ($1, $2, $2, 'Sender', 'ja', now(), now())`,
      [`sender${sender}`, email],
    );
    const method = await desk.payments.addMethod({
      memberId: `sender${sender}`,
      tenderId: GIFT_TENDERS.card,
      tenderKind: 'card',
      token: 'card_approves',
    });
    assert.ok(method.ok);
    methods.push(method.value.methodId);
  }
  for (let done = 0; done < count; done += 250) {
    const places = Array.from({ length: Math.min(250, count - done) }, (_each, at) => done + at);
    await database.transaction(async (on) => {
      const ids = await Promise.all(places.map((place) => insertOne(desk, on, methods, place)));
      const locked = await lockedGifts(on, ids);
      const sheet = new Sheet(desk, on, { gifts: locked, at });
      const payments = await Promise.all(
        locked.map(async (gift) => ({
          giftId: gift.giftId,
          made: await desk.payments.prepare(on, {
            ...gift,
            memberId: gift.senderId,
            purpose: `gift:${gift.giftId}`,
          }),
        })),
      );
      for (const { giftId, made } of payments) {
        assert.ok(made.ok);
        sheet.change(giftId, { paymentId: made.value.paymentId });
        sheet.note(giftId, 'made', 'sender');
      }
      await sheet.write();
    });
  }
  await gifts.work();
  await database.query("update gifts.gift set sent_at = sent_at - interval '1 day'");
  const rows = await database.query('select code_sealed from gifts.gift order by gift_id');
  return rows.map((row) => desk.keys.unseal(row['code_sealed'] as Uint8Array));
}

async function insertOne(
  desk: GiftDesk,
  on: Parameters<typeof insertGift>[0],
  methods: readonly bigint[],
  place: number,
): Promise<bigint> {
  const at = wallClock.now();
  const sender = place % SENDERS;
  const [row] = await insertGift(on, {
    issuerId: 1,
    senderId: `sender${sender}`,
    requestId: `form-${place}`,
    content: new Uint8Array(16),
    productId: 1,
    sellerId: 1,
    tenderId: GIFT_TENDERS.card,
    methodId: methods[sender] ?? 0n,
    contract: `contract-${sender}`,
    plan: 'authorise_then_capture',
    amountMinor: 1_000n,
    unit: 'JPY',
    channel: 'link',
    locale: 'ja',
    recipientHash: null,
    recipientSealed: null,
    wordsSealed: desk.keys.seal(
      JSON.stringify({ senderName: 'はな', recipientName: '', message: '' }),
    ),
    motif: null,
    hasPicture: false,
    madeAt: at,
    sendAt: at,
    openMs: 86_400_000n * 5n,
    expiresAt: at + 86_400_000 * 5,
    senderChangedAt: null,
    senderDeviceAt: null,
    senderTravelled: false,
    senderNetwork: null,
    helperMember: null,
  });
  assert.ok(row);
  return row.giftId;
}

async function claimAll(
  servers: readonly Gifts[],
  codes: readonly string[],
  load: ClaimLoad & { readonly random: Random },
): Promise<
  Pick<ClaimLoadReport, 'claimed' | 'perSecond' | 'behind' | 'p50Ms' | 'p99Ms' | 'twice'>
> {
  const began = monotonicMs();
  const tries: Promise<{ place: number; isClaimed: boolean; ms: number; endedMs: number }>[] = [];
  const claim = async (place: number, server: number) => {
    const gifts = servers[server % servers.length]!;
    const from = { cookie: undefined, userAgent: 'load', address: addressOf(place) };
    const dueAt = began + (place * 1_000) / load.perSecond; // also when the generator itself is late
    const claimant = { session: null, receipt: gifts.newReceipt(), from };
    const ask = () => gifts.claim({ code: codes[place] ?? '' }, claimant);
    let answer = await ask();
    while (!answer.ok && answer.refusal === 'busy') {
      await pause(answer.retryAfterMs);
      answer = await ask();
    }
    const isClaimed = answer.ok && answer.value.isIssued;
    assert.ok(
      isClaimed || (!answer.ok && answer.refusal === 'already_claimed'),
      JSON.stringify(answer, text),
    );
    const endedMs = monotonicMs() - began;
    return { place, isClaimed, ms: began + endedMs - dueAt, endedMs };
  };
  for (let place = 0; place < codes.length;) {
    const due = Math.min(
      codes.length,
      Math.floor(((monotonicMs() - began) / 1_000) * load.perSecond),
    );
    for (; place < due; place += 1) {
      tries.push(claim(place, place));
      if (place % 20 === 0) tries.push(claim(place, place + 1)); // at the same moment, at the other server
    }
    await pause(2);
  }
  const cameMs = monotonicMs() - began;
  const done = await Promise.all(tries);
  const claimed = done.filter(({ isClaimed }) => isClaimed);
  const until = (ms: number) => claimed.filter(({ endedMs }) => endedMs <= ms).length;
  const times = claimed.map(({ ms }) => ms).toSorted((one, another) => one - another);
  return {
    claimed: claimed.length,
    perSecond: ((until(cameMs) - until(cameMs / 2)) * 1_000) / (cameMs / 2),
    behind: claimed.length - until(cameMs),
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    twice: claimed.length - new Set(claimed.map(({ place }) => place)).size,
  };
}

/** Whatever was unknown is inquired about. */
async function settleAll(database: Database): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const [row] = await database.query(
      `select count(*)::int as due from gifts.gift
      where state = 'charging' or (state = 'charged' and instrument_id is null)`,
    );
    if (row?.['due'] === 0) return;
    await pause(100);
  }
  throw new Error('some gifts did not come to an end');
}

function addressOf(number: number): string {
  return `10.${(number >> 14) & 127}.${(number >> 7) & 127}.${number & 127}`;
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
