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
import { CEREMONY, softPasskey } from '../../test/support/soft-passkey.ts';
import { watchStatements } from '../../test/support/watch-statements.ts';
import type { MemberSession } from './account.ts';
import { deviceNameText, placeText } from './tell.ts';

const EMAIL = 'Hana@example.jp';
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const NEXT = 'a green cat in a small boat';

async function sessionOf({ members }: MemberWorld, browser: Browser): Promise<MemberSession> {
  const session = await members.find(browser.from.cookie);
  assert.ok(session, 'signed in');
  return session;
}

/** Asked for and proved by the mailbox: it waits. */
async function asked(world: MemberWorld, browser = world.browser(BERLIN)): Promise<Browser> {
  const { members } = world;
  browser.take(await members.beginRecovery({ email: EMAIL, locale: 'en' }, browser.from));
  const code = await world.codeOf(EMAIL);
  assert.ok(browser.take(await members.proveRecovery(code, browser.from)).ok);
  return browser;
}

async function finished(world: MemberWorld, browser: Browser): Promise<string> {
  const { members } = world;
  const begun = browser.take(await members.beginRecoveryEnd(browser.from));
  if (!begun.ok) return begun.refusal;
  const given = { code: await world.codeOf(EMAIL), password: NEXT };
  return refusalOf(browser.take(await members.finishRecovery(given, browser.from)));
}

async function stateAt({ members }: MemberWorld, browser: Browser): Promise<string | undefined> {
  return (await members.recoveryOf(browser.from))?.state;
}

forBothDatabases(
  'a recovery waits, tells, and then ends everything that was before',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = await world.member(EMAIL);
    const session = await sessionOf(world, home);
    const key = softPasskey();
    const credential = key.make(await members.askToMakePasskey(session, CEREMONY));
    const given = { credential, name: 'key', ceremony: CEREMONY };
    home.take(await members.beginMailFactor(session));
    home.take(await members.showMailFactor(session, await world.codeOf(EMAIL), home.from));
    home.take(await members.beginPhone(session, '090-1234-5678'));
    const code = await world.codeOf('+819012345678');
    assert.ok(home.take(await members.provePhone(session, code, home.from)).ok);
    assert.ok((await members.addPasskey(session, given, home.from)).ok);

    const away = await asked(world);
    const [told] = await world.mails(EMAIL);
    assert.match(told?.content?.subject ?? '', /waits until/);
    assert.match(told?.content?.text ?? '', /Recovery of your account[\s\S]*Germany/);
    assert.doesNotMatch(told?.content?.text ?? '', /https?:|\b\d{8}\b/, 'no link and no code');
    assert.equal((await members.waitingChanges(session))[0]?.kind, 'recovery');
    clock.advance(2 * DAY_MS - 1);
    assert.equal(await finished(world, away), 'not_ready');
    assert.equal(await stateAt(world, away), 'waiting');
    clock.advance(1);
    assert.equal(await stateAt(world, away), 'ready');
    const { memberId } = session.member;
    await on.transaction((inside) => members.holdChanges(inside, memberId));
    assert.equal(await finished(world, away), 'account_stopped');
    await on.transaction((inside) => members.allowChanges(inside, memberId));
    assert.equal(await finished(world, away), 'nothing refused');
    assert.equal((await sessionOf(world, away)).member.email, EMAIL);

    assert.equal(await members.find(home.from.cookie), undefined, 'every other session is over');
    assert.equal(await members.phone(memberId), undefined, 'a number of the days before is over');
    const shown = { credential: key.show(members.askForPasskey(CEREMONY)), ceremony: CEREMONY };
    assert.equal(refusalOf(await members.signInByPasskey(shown, home.from)), 'passkey_refused');
    const old = await members.signIn({ email: EMAIL, password: PASSWORD }, home.from);
    assert.equal(refusalOf(old), 'sign_in_refused');
    const known = await members.signIn({ email: EMAIL, password: NEXT }, home.from);
    assert.equal(known.ok && known.value, 'code_by_mail', 'the device is a strange one again');
    assert.equal(await finished(world, away), 'not_ready', 'once');
    const [newest] = await world.mails(EMAIL);
    assert.ok(newest);
  },
);

forBothDatabases('nothing that anybody types makes a recovery shorter', async (on) => {
  const world = await openMemberWorld(on);
  const { members, clock } = world;
  await world.member(EMAIL);
  const away = await asked(world);
  clock.advance(DAY_MS);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const given = { code: String(attempt).padStart(8, '0'), password: NEXT };
    assert.notEqual(refusalOf(await members.finishRecovery(given, away.from)), 'nothing refused');
    assert.equal(await finished(world, away), 'not_ready');
  }
  // Asked for again, it begins anew, and the one before is over.
  const again = await asked(world);
  assert.equal(await stateAt(world, away), 'cancelled');
  clock.advance(2 * DAY_MS - 1);
  assert.equal(await finished(world, again), 'not_ready');
  clock.advance(1);
  const stolen = world.browser();
  stolen.cookies.set('kinken_recovery', 'A'.repeat(43));
  assert.equal(await finished(world, stolen), 'not_ready', 'of one browser');
  assert.equal(await finished(world, again), 'nothing refused');
  const [row] = await on.query(
    "select count(*)::int as done from members.delayed_change where state = 'done'",
  );
  assert.equal(row?.['done'], 1);
});

forBothDatabases(
  'a recovery is stopped by its notice, by a session, or at a known device',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = await world.member(EMAIL);
    const session = await sessionOf(world, home);
    const other = await world.member('other@example.jp');
    const others = await sessionOf(world, other);
    const stranger = world.browser('198.51.100.9');

    const first = await asked(world);
    const [told] = await world.mails(EMAIL);
    const wrong = await members.cancelByNotice('KN-AAAA-BBBB-CCCC', stranger.from);
    assert.equal(refusalOf(wrong), 'nothing refused', 'a wrong number is answered alike');
    assert.equal(await stateAt(world, first), 'waiting');
    const right = await members.cancelByNotice(told?.number ?? '', stranger.from);
    assert.deepEqual(right, wrong);
    assert.equal(await stateAt(world, first), 'cancelled');
    const [stopped] = await world.mails(EMAIL);
    assert.equal(stopped?.content?.subject, 'A change of your account was stopped');

    clock.advance(HOUR_MS);
    const second = await asked(world);
    const [waiting] = await members.waitingChanges(session);
    const changeId = waiting?.changeId ?? '';
    const foreign = await members.cancelChange(others, changeId, other.from);
    assert.equal(refusalOf(foreign), 'not_found', "another member's change");
    assert.equal(refusalOf(await members.cancelOnDevice(changeId, other.from)), 'not_found');
    assert.deepEqual(await members.waitingOnDevice(other.from), []);
    assert.ok((await members.cancelChange(session, changeId, home.from)).ok);
    assert.equal(await stateAt(world, second), 'cancelled');

    clock.advance(HOUR_MS);
    const third = await asked(world);
    home.take(await members.signOut(home.from));
    const [here] = await members.waitingOnDevice(home.from);
    assert.equal(here?.kind, 'recovery', 'not signed in, but known');
    assert.ok((await members.cancelOnDevice(here.changeId, home.from)).ok);
    clock.advance(5 * DAY_MS);
    assert.equal(await finished(world, third), 'not_ready');
    const kept = await members.signIn({ email: EMAIL, password: PASSWORD }, home.from);
    assert.equal(kept.ok && kept.value, 'signed_in', 'nothing was changed');
  },
);

forBothDatabases('an unknown address is answered alike, by the same statements', async (on) => {
  const watched = watchStatements(on);
  const world = await openMemberWorld(watched.database);
  const { members } = world;
  await world.member(EMAIL);
  const seen = async (email: string, address: string, way: 'beginRecovery' | 'beginMailFirst') => {
    const browser = world.browser(address);
    watched.forget();
    const answer = browser.take(await members[way]({ email, locale: 'en' }, browser.from));
    const code = { code: '12345678', password: 'some wrong words' };
    const proved =
      way === 'beginRecovery'
        ? await members.proveRecovery(code.code, browser.from)
        : await members.finishMailFirst(code, browser.from);
    return {
      isDone: answer.ok,
      cookies: answer.cookies.length,
      proved,
      statements: watched.statements(),
    };
  };
  for (const [turn, way] of (['beginRecovery', 'beginMailFirst'] as const).entries()) {
    const known = await seen(EMAIL, `198.51.100.${turn}`, way);
    const unknown = await seen('nobody@example.jp', `203.0.113.${turn}`, way);
    assert.deepEqual(unknown, known);
    assert.ok(known.statements.length > 4);
  }
  const [mail] = await world.mails('nobody@example.jp');
  assert.equal(mail?.content?.subject, "This address is no member's");
});

forBothDatabases(
  'a new mail address is proved, told to the old one, waits, and can be stopped',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = await world.member(EMAIL);
    const session = await sessionOf(world, home);
    const to = async (email: string): Promise<void> => {
      const begun = home.take(await members.beginAddressChange(session, email));
      assert.equal(refusalOf(begun), 'nothing refused');
      const proved = await members.proveAddressChange(
        session,
        await world.codeOf(email),
        home.from,
      );
      assert.equal(refusalOf(home.take(proved)), 'nothing refused');
    };
    await to('Hana.New@example.jp');
    for (const address of [EMAIL, 'Hana.New@example.jp']) {
      const [mail] = await world.mails(address);
      assert.match(mail?.content?.text ?? '', /Hana\.New@example\.jp/, address);
    }
    const [told] = await world.mails(EMAIL);
    clock.advance(3 * DAY_MS - 1);
    assert.equal(await members.settleDueChanges(), 0);
    await members.cancelByNotice(told?.number ?? '', home.from);
    clock.advance(DAY_MS);
    assert.equal(await members.settleDueChanges(), 0);
    assert.equal((await sessionOf(world, home)).member.email, EMAIL);

    const stale = await members.beginAddressChange(session, 'x@example.jp');
    assert.equal(refusalOf(stale), 'step_up_needed');
    home.take(await members.beginMailFactor(session));
    assert.ok((await members.showMailFactor(session, await world.codeOf(EMAIL), home.from)).ok);
    await to('Hana.New@example.jp');
    // Meanwhile somebody becomes a member with it: nobody gets the address of another.
    const taken = await world.member('hana.new@example.jp');
    clock.advance(3 * DAY_MS);
    await members.settleDueChanges();
    assert.equal((await sessionOf(world, home)).member.email, EMAIL);
    assert.equal((await sessionOf(world, taken)).member.email, 'hana.new@example.jp');

    home.take(await members.beginMailFactor(session));
    assert.ok((await members.showMailFactor(session, await world.codeOf(EMAIL), home.from)).ok);
    await to('Hana.Third@example.jp');
    clock.advance(3 * DAY_MS);
    const settled = await Promise.all([members.settleDueChanges(), members.settleDueChanges()]);
    assert.equal(settled[0] + settled[1], 1, 'two rounds at one moment do it once');
    const moved = await sessionOf(world, home);
    assert.equal(moved.member.email, 'Hana.Third@example.jp', 'as it was typed');
    const [newest] = await members.history(moved, null);
    assert.ok(newest?.outcome === 'mail_changed');
    assert.equal(deviceNameText('en', newest), 'none (came true by itself after its wait)');
    assert.equal(placeText('en', newest), '-');
    const noAddress = { device: null, country: null, network: 'unknown' };
    assert.equal(deviceNameText('en', noAddress), 'Unknown device', 'a visitor is not the desk');
    const movedAt = clock.now();
    const since = moved.member.since;
    assert.deepEqual(await members.addresses(moved.member.memberId), [
      { email: 'Hana.Third@example.jp', since: movedAt, until: null },
      { email: EMAIL.toLowerCase(), since, until: movedAt },
    ]);
  },
);

forBothDatabases(
  'mail and all else lost: support waits longest, and the owner can stop it',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = await world.member(EMAIL);
    const { memberId } = (await sessionOf(world, home)).member;
    const wanted = { memberId, email: 'hana.new@example.jp' };
    assert.ok((await members.beginSupportRecovery(wanted)).ok);
    const [told] = await world.mails(EMAIL);
    assert.match(told?.content?.text ?? '', /by support[\s\S]*Device: none \(done at our desk\)/);
    await members.cancelByNotice(told?.number ?? '', home.from);
    clock.advance(14 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 0);
    assert.ok((await members.beginSupportRecovery(wanted)).ok);
    clock.advance(14 * DAY_MS - 1);
    assert.equal(await members.settleDueChanges(), 0);
    clock.advance(1);
    assert.equal(await members.settleDueChanges(), 1);
    assert.equal(await members.find(home.from.cookie), undefined);
    const found = await members.findByEmail(on, 'hana.new@example.jp');
    assert.equal(found?.memberId, memberId);
    const [next] = await world.mails('hana.new@example.jp');
    assert.match(next?.content?.text ?? '', /choose "Recover your account"/, 'what comes next');
    const occupied = { memberId, email: 'HANA.new@example.jp' };
    assert.equal(refusalOf(await members.beginSupportRecovery(occupied)), 'address_taken');
  },
);
