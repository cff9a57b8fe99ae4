import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { watchStatements } from '../../test/support/watch-statements.ts';
import {
  BERLIN,
  openMemberWorld,
  PASSWORD,
  refusalOf,
  totpCode,
  type MemberWorld,
} from '../../test/support/member-world.ts';
import { judgeOddness } from './oddness.ts';
import { judgePassword } from './password.ts';
import { coarseNetwork, openPlaces } from './place.ts';

const EMAIL = 'Hana@example.jp';
const MINUTE_MS = 60_000;

async function passwordOnly(world: MemberWorld, browser = world.browser()) {
  const answer = await world.members.signIn({ email: EMAIL, password: PASSWORD }, browser.from);
  browser.take(answer);
  return { browser, answer, said: answer.ok ? answer.value : answer.refusal };
}

forBothDatabases(
  'a code to the address makes a member, and a member is not made twice',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members } = world;
    const home = await world.member(EMAIL);
    const session = await members.find(home.from.cookie);
    assert.equal(session?.member.name, 'Hana');
    assert.equal(session.member.email, EMAIL, 'kept as typed');

    const other = world.browser('198.51.100.9');
    const again = other.take(await members.beginSignUp({ email: EMAIL, locale: 'en' }, other.from));
    assert.equal(refusalOf(again), 'nothing refused', 'nobody is told that there is such a member');
    const [mail] = await world.mails(EMAIL);
    assert.equal(mail?.content?.subject, "This address is a member's already");
    const given = { code: '00000000', name: 'Thief', password: PASSWORD, locale: 'en' } as const;
    assert.equal(refusalOf(await members.finishSignUp(given, other.from)), 'code_wrong');
  },
);

forBothDatabases('five wrong codes end a sign-up, and a code is of one browser', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const home = world.browser();
  home.take(await members.beginSignUp({ email: EMAIL, locale: 'ja' }, home.from));
  const code = await world.codeOf(EMAIL);
  const given = { code, name: 'Hana', password: PASSWORD, locale: 'ja' } as const;
  assert.equal(refusalOf(await members.finishSignUp(given, world.browser().from)), 'code_over');
  for (const name of ['', 'see https://evil.test/', 'evil.Com', 'call 0120-123-456', 'a\nb']) {
    const named = await members.finishSignUp({ ...given, name }, home.from);
    assert.equal(refusalOf(named), 'name_not_valid', 'a name stands in mail of ours to others');
  }
  const short = await members.finishSignUp({ ...given, password: 'short' }, home.from);
  assert.equal(refusalOf(short), 'password_too_short');
  for (let miss = 0; miss < 5; miss += 1) {
    const wrong = await members.finishSignUp({ ...given, code: '12' }, home.from);
    assert.equal(refusalOf(wrong), 'code_wrong');
  }
  assert.equal(refusalOf(await members.finishSignUp(given, home.from)), 'code_over');
  const stored = JSON.stringify(await on.query('select code_hash::text from members.proof'));
  assert.ok(!stored.includes(code));
});

forBothDatabases('a known device needs the password alone, a new one also a code', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const home = await world.member(EMAIL);
  home.take(await members.signOut(home.from));
  assert.equal(await members.find(home.from.cookie), undefined);
  assert.equal((await passwordOnly(world, home)).said, 'signed_in');

  const { browser, said } = await passwordOnly(world, world.browser(BERLIN));
  assert.equal(said, 'code_by_mail');
  assert.equal(await members.find(browser.from.cookie), undefined, 'half a sign-in is none');
  assert.equal(refusalOf(await members.proveSignIn('1', browser.from)), 'code_wrong');
  const code = await world.codeOf(EMAIL);
  assert.equal(
    refusalOf(await members.proveSignIn(code, home.from)),
    'code_over',
    'of one browser',
  );
  const proved = browser.take(await members.proveSignIn(code, browser.from));
  assert.ok(proved.ok);
  const session = await members.find(browser.from.cookie);
  assert.ok(session);
  assert.equal(refusalOf(await members.proveSignIn(code, browser.from)), 'code_over', 'good once');

  // Told by a notice, which stands in the register before the session does.
  const [mail] = await world.mails(EMAIL);
  assert.equal(mail?.content?.subject, 'A new device has signed in');
  assert.match(mail.content.text, /Chrome, Windows[\s\S]*Germany/);
  const [newest] = await members.history(session, null);
  assert.deepEqual(newest?.oddities, ['new_device', 'new_network', 'impossible_travel']);
  assert.equal(newest.country, 'DE');
  const tried = (await members.history(session, null)).filter(({ country }) => country === 'DE');
  assert.deepEqual(
    tried.map(({ outcome, oddities }) => [outcome, oddities.length]),
    [
      ['signed_in', 3],
      ['code_wrong', 3],
      ['code_asked', 3],
    ],
    'what was tried is as odd as what came of it',
  );
});

forBothDatabases('a session and a device secret are made new, whatever was planted', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const thief = await world.member('thief@example.jp');
  const planted = thief.cookies.get('kinken_device') ?? '';
  await world.member(EMAIL);
  const victim = world.browser('198.51.100.9');
  victim.cookies.set('kinken_device', planted);
  const session = thief.cookies.get('kinken_member.session_token') ?? '';
  victim.cookies.set('kinken_member.session_token', session);
  assert.equal((await passwordOnly(world, victim)).said, 'code_by_mail');
  victim.take(await members.proveSignIn(await world.codeOf(EMAIL), victim.from));
  assert.notEqual(victim.cookies.get('kinken_member.session_token'), session);
  assert.equal((await members.find(victim.from.cookie))?.member.email, EMAIL);
  const again = world.browser();
  again.cookies.set('kinken_device', planted);
  assert.equal(
    (await passwordOnly(world, again)).said,
    'code_by_mail',
    'the thief knows no device',
  );
  for (const column of ['token', 'id']) {
    const rows = await on.query(`select ${column} as value from members.session`);
    for (const { value } of rows) {
      const cookie = `kinken_member.session_token=${String(value)}`;
      assert.equal(await members.find(cookie), undefined, 'what is stored opens nothing');
    }
  }
});

forBothDatabases('an authenticator is asked instead of the mail, each code once', async (on) => {
  const world = await openMemberWorld(on);
  const { members, clock } = world;
  const home = await world.member(EMAIL);
  const session = await members.find(home.from.cookie);
  assert.ok(session);
  assert.equal(refusalOf(await members.beginSecondFactor(session, 'not it')), 'password_wrong');
  const begun = await members.beginSecondFactor(session, PASSWORD);
  assert.ok(begun.ok);
  const { key } = begun.value;
  assert.equal(
    refusalOf(await members.confirmSecondFactor(session, '000000', home.from)),
    'code_wrong',
  );
  const first = totpCode(key, clock.now());
  assert.equal(
    refusalOf(await members.confirmSecondFactor(session, first, home.from)),
    'nothing refused',
  );

  const { browser, said } = await passwordOnly(world, world.browser('198.51.100.9'));
  assert.equal(said, 'code_of_authenticator');
  assert.equal(refusalOf(await members.proveSignIn(first, browser.from)), 'code_wrong', 'used');
  clock.advance(MINUTE_MS);
  const next = totpCode(key, clock.now());
  assert.equal(
    refusalOf(browser.take(await members.proveSignIn(next, browser.from))),
    'nothing refused',
  );
  const set = await members.find(home.from.cookie);
  assert.ok(set?.member.hasAuthenticator);
  clock.advance(MINUTE_MS);
  const code = totpCode(key, clock.now());
  const removed = await members.removeSecondFactor(set, { password: PASSWORD, code }, home.from);
  assert.equal(refusalOf(removed), 'nothing refused');
  const [mail] = await world.mails(EMAIL);
  assert.match(mail?.content?.text ?? '', /The authenticator was removed/);
  const stored = JSON.stringify(
    await on.query('select secret_sealed::text from members.authenticator'),
  );
  assert.ok(!stored.includes(key));
});

forBothDatabases('a device is ended alone or with all others, and is strange again', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const home = await world.member(EMAIL);
  const stranger = await world.member('other@example.jp');
  const away = (await passwordOnly(world, world.browser(BERLIN))).browser;
  away.take(await members.proveSignIn(await world.codeOf(EMAIL), away.from));
  const session = await members.find(home.from.cookie);
  const elsewhere = await members.find(away.from.cookie);
  const others = await members.find(stranger.from.cookie);
  assert.ok(session && elsewhere && others);
  const shown = await members.devices(session);
  assert.deepEqual(shown.map(({ country, isSignedIn }) => `${country} ${isSignedIn}`).toSorted(), [
    'DE true',
    'JP true',
  ]);
  const foreign = await members.endDevice(others, elsewhere.deviceId, stranger.from);
  assert.equal(refusalOf(foreign), 'not_found', "another member's device");
  assert.ok((await members.endDevice(session, elsewhere.deviceId, home.from)).ok);
  assert.equal(await members.find(away.from.cookie), undefined);
  assert.equal((await passwordOnly(world, away)).said, 'code_by_mail');
  away.take(await members.proveSignIn(await world.codeOf(EMAIL), away.from));
  assert.ok((await members.endOthers(session, home.from)).ok);
  assert.equal(await members.find(away.from.cookie), undefined);
  assert.ok(await members.find(home.from.cookie));
  assert.ok(await members.find(stranger.from.cookie), 'other members stay');
});

forBothDatabases('a new password ends all but this session, and is told', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const home = await world.member(EMAIL);
  const away = (await passwordOnly(world, world.browser(BERLIN))).browser;
  away.take(await members.proveSignIn(await world.codeOf(EMAIL), away.from));
  const session = await members.find(home.from.cookie);
  assert.ok(session);
  const next = 'quite another set of words';
  const wrong = await members.changePassword(session, { current: 'no', next }, home.from);
  assert.equal(refusalOf(wrong), 'password_wrong');
  assert.ok((await members.changePassword(session, { current: PASSWORD, next }, home.from)).ok);
  assert.equal(await members.find(away.from.cookie), undefined);
  assert.ok(await members.find(home.from.cookie));
  assert.equal((await passwordOnly(world, home)).said, 'sign_in_refused');
  const [mail] = await world.mails(EMAIL);
  assert.match(mail?.content?.text ?? '', /The password was changed/);
});

forBothDatabases('an unknown address is answered alike, by the same statements', async (on) => {
  const watched = watchStatements(on);
  const world = await openMemberWorld(watched.database);
  const { members } = world;
  await world.member(EMAIL);
  const asked = async (email: string, address: string) => {
    const from = world.browser(address).from;
    watched.forget();
    const answer = await members.signIn({ email, password: 'some wrong words' }, from);
    return { answer, statements: watched.statements() };
  };
  const known = await asked(EMAIL, '198.51.100.7');
  const unknown = await asked('nobody@example.jp', '203.0.113.7');
  assert.deepEqual(unknown, known);
  assert.ok(known.statements.length > 3);
  const signUp = async (email: string, address: string) => {
    const from = world.browser(address).from;
    watched.forget();
    const answer = await members.beginSignUp({ email, locale: 'ja' }, from);
    return { isDone: answer.ok, cookies: answer.cookies.length, statements: watched.statements() };
  };
  assert.deepEqual(
    await signUp('new@example.jp', '198.51.100.8'),
    await signUp(EMAIL, '203.0.113.8'),
  );
});

test('a password is long, not known from a leak, and not what everybody knows of its owner', () => {
  const owner = { email: 'hanako@example.jp', memberId: 'Ab3dEf6hIjKl', name: 'Hanako Sato' };
  const judged = (password: string) => judgePassword(password, owner);
  assert.equal(judged('ninechars'), 'password_too_short');
  for (const easy of ['ababababababab', '1234567890123', 'zyxwvutsrqp', 'abcdef-123456']) {
    assert.equal(judged(easy), 'password_too_easy', easy);
  }
  assert.equal(judged('hanako@example.jp'), 'password_own');
  assert.equal(judged('xx-Ab3dEf6hIjKl-xx'), 'password_own');
  assert.equal(judged('my hanako 1999'), 'password_own');
  for (const known of ['1234567890', 'Password2024!', 'qwertyuiop123', 'dragondragon']) {
    assert.notEqual(judged(known), null, known);
  }
  assert.equal(judged('dragondragon'), 'password_known');
  assert.equal(judged(PASSWORD), null);
  assert.equal(judged('白い犬と青い空を歩く道'), null);
});

test('what is odd is judged from the sign-in before', () => {
  const at = Date.UTC(2026, 3, 1);
  const here = {
    at,
    country: 'JP',
    network: '133.11.0.0/16',
    isNewDevice: false,
    isNewNetwork: false,
  };
  assert.deepEqual(judgeOddness({ ...here, isNewDevice: true }, undefined), [], 'the first of all');
  const soon = { at: at - 119 * MINUTE_MS, country: 'DE' };
  assert.deepEqual(judgeOddness(here, soon), ['impossible_travel']);
  assert.deepEqual(judgeOddness(here, { ...soon, at: at - 120 * MINUTE_MS }), []);
  assert.deepEqual(judgeOddness(here, { ...soon, country: null }), [], 'nothing is made up');
});

test('a place is known without asking anybody', async () => {
  const places = await openPlaces();
  assert.equal(places.find('133.11.93.10').country, 'JP');
  assert.equal(places.find('240b:10::1').country, 'JP');
  assert.deepEqual(places.find('127.0.0.1'), { country: null, network: '127.0.0.0/16' });
  assert.equal(coarseNetwork('2001:db8:1:2::3'), '2001:db8:1::/48');
  assert.equal(coarseNetwork('no address'), 'unknown');
});

forBothDatabases(
  'a right code that went by mail says that its address is reached again; a wrong one says nothing',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, notices } = world;
    await world.member(EMAIL);
    await on.query(`insert into notices.unreached (recipient_hash, times, last_at, stopped_at)
      select distinct recipient_hash, 3, now(), now() from notices.notice`);
    const isStopped = async () => (await notices.stoppedSince(on, EMAIL)) !== null;
    const { browser, said } = await passwordOnly(world, world.browser(BERLIN));
    assert.equal(said, 'code_by_mail');
    const code = await world.codeOf(EMAIL);
    const wrong = code === '00000000' ? '00000001' : '00000000';
    browser.take(await members.proveSignIn(wrong, browser.from));
    assert.equal(await isStopped(), true);
    assert.ok(browser.take(await members.proveSignIn(code, browser.from)).ok);
    assert.equal(await isStopped(), false);
  },
);
