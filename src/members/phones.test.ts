import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import {
  BERLIN,
  openMemberWorld,
  PASSWORD,
  refusalOf,
  type Browser,
  type MemberWorld,
} from '../../test/support/member-world.ts';
import { openInbox } from '../notices/index.ts';

const EMAIL = 'hana@example.jp';
const OTHER = 'taro@example.jp';
const PHONE = '+819012345678';
const NEXT = '+818011112222';
const DAY_MS = 24 * 60 * 60_000;

async function sessionOf({ members }: MemberWorld, { from }: Browser) {
  const session = await members.find(from.cookie);
  assert.ok(session, 'signed in');
  return session;
}

/** A code by mail makes the session fresh; then the number is typed and proved. */
async function show(world: MemberWorld, home: Browser, email: string, typed: string) {
  const { members } = world;
  const session = await sessionOf(world, home);
  home.take(await members.beginMailFactor(session));
  home.take(await members.showMailFactor(session, await world.codeOf(email), home.from));
  const begun = home.take(await members.beginPhone(session, typed));
  if (!begun.ok) return begun;
  assert.equal(await members.phoneWaits(session, home.from), typed);
  const another = { ...session, member: { ...session.member, memberId: 'another' } };
  assert.equal(await members.phoneWaits(another, home.from), undefined, 'not shown to another');
  const number = typed === '080-1111-2222' ? NEXT : PHONE;
  return home.take(await members.provePhone(session, await world.codeOf(number), home.from));
}

async function newest(world: MemberWorld, to: string) {
  const [found] = await world.mails(to);
  return { number: found?.number ?? '', text: found?.content?.text ?? '' };
}

forBothDatabases(
  'a number is proved, told of what matters, changed and removed behind a wait, and opens nothing',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock, keys } = world;
    const home = await world.member(EMAIL);
    const session = await sessionOf(world, home);
    const { memberId } = session.member;
    for (const typed of ['', '110', '03-1234-5678', '0120-444-444', EMAIL, '+1']) {
      assert.equal(refusalOf(await members.beginPhone(session, typed)), 'phone_not_valid', typed);
    }
    const abroad = await members.beginPhone(session, '+447911123456');
    assert.equal(refusalOf(abroad), 'phone_country_not_served');
    assert.ok(
      (await show(world, home, EMAIL, '０９０ー１２３４ー５６７８'.replaceAll('ー', '-'))).ok,
    );
    const phone = await members.phone(memberId);
    assert.equal(phone?.typed, '０９０-１２３４-５６７８', 'as it was typed');
    const kept = JSON.stringify(
      await on.query(
        `select encode(number_hash, 'escape') as a, encode(number_sealed, 'escape') as b,
          encode(typed_sealed, 'escape') as c from members.phone`,
      ),
    );
    assert.doesNotMatch(kept, /12345678|１２３４/);
    assert.match((await newest(world, EMAIL)).text, /telephone number was added/);
    assert.match((await newest(world, PHONE)).text, /telephone number was added[\s\S]*KN-/);

    // A stranger's device is told to both; no code for a sign-in ever goes to the number.
    const away = world.browser(BERLIN);
    away.take(await members.signIn({ email: EMAIL, password: PASSWORD }, away.from));
    const before = (await world.mails(PHONE)).length;
    away.take(await members.proveSignIn(await world.codeOf(EMAIL), away.from));
    const device = await newest(world, PHONE);
    assert.match(device.text, /new device/i);
    assert.doesNotMatch(device.text, /https?:|\b\d{8}\b/);
    assert.equal((await world.mails(PHONE)).length, before + 1);
    const inbox = openInbox(on, keys);
    const read = async () => {
      const to = await members.addresses(memberId);
      const listed = await inbox.list({ to, since: 0, before: null, size: 100 });
      return listed.map(({ number }) => number);
    };
    assert.ok((await read()).includes(device.number), 'it stands in the inbox');

    // A recovery is told there, and the number of that SMS stops it.
    const thief = world.browser(BERLIN);
    thief.take(await members.beginRecovery({ email: EMAIL, locale: 'en' }, thief.from));
    thief.take(await members.proveRecovery(await world.codeOf(EMAIL), thief.from));
    const waits = await newest(world, PHONE);
    assert.match(waits.text, /Recovery of your account[\s\S]*Stop a change/);
    await members.cancelByNotice(waits.number, world.browser('198.51.100.1').from);
    assert.equal((await members.recoveryOf(thief.from))?.state, 'cancelled');

    // Another number waits, is told to both numbers, and can be stopped by what went to the old one.
    const changed = await show(world, home, EMAIL, '080-1111-2222');
    assert.equal(changed.ok && changed.value, 'waits');
    assert.match((await newest(world, NEXT)).text, /ends in 2222/);
    await members.cancelByNotice((await newest(world, PHONE)).number, home.from);
    clock.advance(3 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 0);
    assert.ok((await show(world, home, EMAIL, '080-1111-2222')).ok);
    clock.advance(3 * DAY_MS - 1);
    assert.equal(await members.settleDueChanges(), 0);
    clock.advance(1);
    assert.equal(await members.settleDueChanges(), 1);
    assert.equal((await members.phone(memberId))?.typed, '080-1111-2222');
    const last = await newest(world, PHONE);
    assert.match(last.text, /is done/, 'the number of before is told last of all');
    const owner = async (number: string, at: number) =>
      (await members.ownerOfPhone(on, { number, at }))?.memberId;
    assert.equal(await owner(PHONE, clock.now()), memberId, 'up to that message');
    assert.equal(await owner(PHONE, clock.now() + 1), undefined);
    assert.equal(await owner(NEXT, clock.now() + 1), memberId);
    await on.query('update members.member set is_active = false');
    assert.equal(await owner(NEXT, clock.now() + 1), undefined, 'told to have died');
    const barred = { number: NEXT, at: clock.now() + 1, isBarred: true };
    assert.equal((await members.ownerOfPhone(on, barred))?.memberId, memberId, 'for the desk');
    await on.query('update members.member set is_active = true');
    assert.ok((await read()).includes(last.number));

    assert.ok((await members.removePhone(await sessionOf(world, home), home.from)).ok === false);
    home.take(await members.beginMailFactor(session));
    home.take(await members.showMailFactor(session, await world.codeOf(EMAIL), home.from));
    assert.ok((await members.removePhone(session, home.from)).ok);
    assert.match((await newest(world, NEXT)).text, /is to be removed/);
    clock.advance(3 * DAY_MS);
    await members.settleDueChanges();
    assert.equal(await members.phone(memberId), undefined);
    assert.equal(refusalOf(await members.removePhone(session, home.from)), 'step_up_needed');

    assert.ok(await on.transaction((inside) => members.closeAccount(inside, memberId)));
    const [rows] = await on.query('select count(*)::int as phones from members.phone');
    assert.equal(rows?.['phones'], 0, 'erased with the account');
  },
);

forBothDatabases(
  'a number is of one member; a number and a site get few messages in a day, and gifts leave room',
  async (on) => {
    const held: string[] = [];
    const onHeldBack = (why: string, count: number) => held.push(`${why} ${count}`);
    const sms = { countries: ['+81'], aDay: 5_000, onHeldBack };
    const world = await openMemberWorld(on, undefined, sms);
    const { members, clock } = world;
    const hana = await world.member(EMAIL);
    const taro = await world.member(OTHER);
    assert.ok((await show(world, hana, EMAIL, '090-1234-5678')).ok);
    // Who has shown that it is in his hand is told so; its holder has three days to object.
    const ofHana = await sessionOf(world, hana);
    await on.transaction((inside) => members.holdChanges(inside, ofHana.member.memberId));
    assert.equal(refusalOf(await show(world, taro, OTHER, '090-1234-5678')), 'phone_in_use');
    assert.deepEqual(
      await members.waitingChanges(ofHana),
      [],
      'nothing begins while it is stopped',
    );
    await on.transaction((inside) => members.allowChanges(inside, ofHana.member.memberId));
    assert.equal(refusalOf(await show(world, taro, OTHER, '090-1234-5678')), 'phone_in_use');
    const told = await newest(world, EMAIL);
    assert.match(told.text, /is to be removed/);
    assert.equal(refusalOf(await show(world, taro, OTHER, '090-1234-5678')), 'phone_in_use');
    assert.equal((await newest(world, EMAIL)).number, told.number, 'told once');
    const { memberId } = (await sessionOf(world, hana)).member;
    assert.ok(await members.phone(memberId), 'nobody takes it at once');
    clock.advance(3 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 1);
    assert.ok((await show(world, taro, OTHER, '090-1234-5678')).ok);

    // Codes: five to a number in a day, whoever asks.
    clock.advance(2 * DAY_MS);
    const session = await sessionOf(world, taro);
    const ask = async () => {
      taro.take(await members.beginMailFactor(session));
      taro.take(await members.showMailFactor(session, await world.codeOf(OTHER), taro.from));
      return refusalOf(await members.beginPhone(session, '080-1111-2222'));
    };
    const asked: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      asked.push(await ask());
      clock.advance(2 * 60 * 60_000);
    }
    assert.deepEqual(asked.slice(4), ['nothing refused', 'too_many_attempts']);

    const gift = {
      template: 'gift_received',
      to: OTHER,
      locale: 'ja',
      values: { sender: '山田 03-0000-0000', amount: '1,000円', code: 'ABCD', until: '明日' },
    } as const;
    const device = {
      template: 'member_new_device',
      to: OTHER,
      locale: 'ja',
      values: { device: 'Chrome', place: 'JP', at: 'いま' },
    } as const;
    const count = async () => {
      const sms = "select count(*)::int as sms from notices.notice where channel = 'sms'";
      return Number((await on.query(sms))[0]?.['sms']);
    };
    const start = await count();
    for (let turn = 0; turn < 12; turn += 1) await members.notices.sendNotice(on, gift);
    assert.equal((await count()) - start, 10);
    assert.doesNotMatch((await newest(world, PHONE)).text, /山田|ABCD/, 'no words of a stranger');
    const batch = await members.notices.sendNotices(
      on,
      Array.from({ length: 40 }, () => device),
    );
    assert.equal((await count()) - start, 30);
    assert.ok(batch.ok);
    assert.equal(batch.value.length, 40, 'each is answered by its mail');
    assert.equal(batch.value.filter(({ alsoBy }) => alsoBy !== undefined).length, 20);
    // The whole site: gifts stop at a quarter of its day, codes at half, what protects accounts at all of it.
    // A desk that asks thousands to confirm takes nothing of it.
    clock.advance(2 * DAY_MS);
    const confirm = {
      template: 'customer_confirmation',
      to: { channel: 'sms', number: '+819011112222' },
      locale: 'ja',
      values: { issuer: '家', until: '明日' },
    } as const;
    const round = await members.notices.sendNotices(
      on,
      Array.from({ length: 8 }, () => confirm),
    );
    assert.ok(round.ok);
    const dayBefore = await count();
    assert.equal(await ask(), 'nothing refused');
    sms.aDay = 8;
    await members.notices.sendNotices(on, Array(8).fill(gift));
    assert.equal((await count()) - dayBefore, 2);
    clock.advance(2 * 60 * 60_000);
    assert.equal(await ask(), 'nothing refused');
    sms.aDay = 6;
    clock.advance(2 * 60 * 60_000);
    assert.equal(await ask(), 'too_many_attempts');
    await members.notices.sendNotices(on, Array(8).fill(device));
    assert.equal((await count()) - dayBefore, 6);
    assert.deepEqual(held, ['gift 7', 'code 1', 'security 5']);
    // What strangers can cause at a number takes nothing of what is always kept for it.
    clock.advance(2 * DAY_MS);
    sms.aDay = 100;
    const before = await count();
    await members.notices.sendNotices(on, Array(10).fill(gift));
    sms.aDay = 6;
    await members.notices.sendNotices(on, Array(8).fill(device));
    assert.equal((await count()) - before, 10 + 3);
    const stranger = { ...gift, to: 'nobody@example.jp' };
    assert.equal((await world.notices.sendNotice(on, stranger)).ok, true);
  },
);
