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
import type { MemberSession } from './account.ts';
import { CHALLENGE_MS } from './challenge.ts';

const EMAIL = 'Hana@example.jp';
const DAY_MS = 24 * 60 * 60_000;

async function sessionOf({ members }: MemberWorld, browser: Browser): Promise<MemberSession> {
  const session = await members.find(browser.from.cookie);
  assert.ok(session, 'signed in');
  return session;
}

async function withPasskey(world: MemberWorld) {
  const { members } = world;
  const home = await world.member(EMAIL);
  const session = await sessionOf(world, home);
  const key = softPasskey();
  const credential = key.make(await members.askToMakePasskey(session, CEREMONY));
  const given = { credential, name: 'My phone', ceremony: CEREMONY };
  assert.equal(refusalOf(await members.addPasskey(session, given, home.from)), 'nothing refused');
  return { home, session, key, credential };
}

function come(world: MemberWorld, browser: Browser, credential: string) {
  return world.members.signInByPasskey({ credential, ceremony: CEREMONY }, browser.from);
}

forBothDatabases('a passkey opens a new device at once, and the member is told', async (on) => {
  const world = await openMemberWorld(on);
  const { members } = world;
  const { key, session: first } = await withPasskey(world);
  const away = world.browser(BERLIN);
  const answer = away.take(await come(world, away, key.show(members.askForPasskey(CEREMONY))));
  assert.equal(answer.ok && answer.value, 'signed_in');
  const session = await sessionOf(world, away);
  assert.equal(session.member.memberId, first.member.memberId);
  const [mail] = await world.mails(EMAIL);
  assert.equal(mail?.content?.subject, 'A new device has signed in');
  const [known] = await members.passkeys(session);
  assert.equal(known?.name, 'My phone');
  const stored = JSON.stringify(await on.query('select public_key::text from members.passkey'));
  assert.ok(!stored.includes('PRIVATE'));
});

forBothDatabases('an answer is good once, for its browser, place, time and count', async (on) => {
  const world = await openMemberWorld(on);
  const { members, clock } = world;
  const { key, home } = await withPasskey(world);
  const refused = async (credential: string, why: string) =>
    assert.equal(refusalOf(await come(world, world.browser(), credential)), 'passkey_refused', why);
  const ask = () => members.askForPasskey(CEREMONY);

  const once = key.show(ask());
  assert.ok((await come(world, world.browser(), once)).ok);
  await refused(once, 'a second time');
  const both = key.show(ask());
  const race = await Promise.all([1, 2, 3].map(() => come(world, world.browser(), both)));
  assert.equal(race.filter(({ ok }) => ok).length, 1, 'at one moment, too');

  const elsewhere = { ...CEREMONY, browserId: 'another browser' };
  await refused(key.show(members.askForPasskey(elsewhere)), 'asked of another browser');
  await refused(
    key.show(ask(), { origin: 'https://kinken.example.evil' }),
    'shown to a forged site',
  );
  await refused(key.show(ask(), { isVerified: false }), 'nobody has shown a face or a finger');
  await refused(key.show(ask(), { userHandle: 'c29tZWJvZHk' }), 'of somebody else');
  await refused(key.show({ ...ask(), challenge: 'AAAA' }), 'a challenge that is not ours');
  await refused('{"id":', 'no JSON');
  await refused(softPasskey().show(ask()), 'known to nobody');
  const late = ask();
  clock.advance(CHALLENGE_MS);
  await refused(key.show(late), 'too late');
  await refused(key.show(ask(), { count: 1 }), 'a copy that counts from before');
  assert.ok((await come(world, world.browser(), key.show(ask(), { count: 90 }))).ok);
  const [newest, ...others] = await members.history(await sessionOf(world, home), null);
  assert.equal(newest?.outcome, 'signed_in');
  assert.ok(
    others.some(({ outcome }) => outcome === 'passkey_refused'),
    'and stands in the history',
  );
});

forBothDatabases(
  'a passkey is made once, for its member, and removed by its member',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members } = world;
    const { key, session, home, credential } = await withPasskey(world);
    const other = await world.member('other@example.jp');
    const others = await sessionOf(world, other);
    const again = { credential, name: 'again', ceremony: CEREMONY };
    for (const name of [' ', 'x'.repeat(61)]) {
      const named = await members.addPasskey(session, { ...again, name }, home.from);
      assert.equal(refusalOf(named), 'passkey_name_not_valid', 'and not a name of a person');
    }
    assert.equal(refusalOf(await members.addPasskey(session, again, home.from)), 'passkey_refused');
    const stolen = {
      ...again,
      credential: key.make(await members.askToMakePasskey(others, CEREMONY)),
    };
    assert.equal(
      refusalOf(await members.addPasskey(others, stolen, other.from)),
      'passkey_refused',
      'a credential that is of somebody else already',
    );
    const foreign = await members.removePasskey(others, key.credentialId, other.from);
    assert.equal(refusalOf(foreign), 'not_found');
    const own = await members.removePasskey(session, key.credentialId, home.from);
    assert.equal(refusalOf(own), 'nothing refused');
    const answer = await come(world, home, key.show(members.askForPasskey(CEREMONY)));
    assert.equal(refusalOf(answer), 'passkey_refused');
  },
);

forBothDatabases(
  'a passkey makes a member without a password, who keeps one way in',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = world.browser();
    home.take(await members.beginSignUp({ email: EMAIL, locale: 'ja' }, home.from));
    const ask = await members.askToSignUpByPasskey(CEREMONY, home.from);
    assert.ok(ask);
    const key = softPasskey();
    const passkey = { credential: key.make(ask), ceremony: CEREMONY };
    const code = await world.codeOf(EMAIL);
    const given = { code, name: 'はな', password: '', locale: 'ja', passkey } as const;
    const forged = { ...given, passkey: { ...passkey, credential: '{}' } };
    assert.equal(refusalOf(await members.finishSignUp(forged, home.from)), 'passkey_refused');
    assert.ok(home.take(await members.finishSignUp(given, home.from)).ok);
    const session = await sessionOf(world, home);
    assert.equal(session.member.hasPassword, false);
    assert.equal(
      refusalOf(await members.removePasskey(session, key.credentialId, home.from)),
      'last_way_in',
    );
    const guessed = await members.signIn({ email: EMAIL, password: PASSWORD }, home.from);
    assert.equal(refusalOf(guessed), 'sign_in_refused');

    // A day later the passkey is the strongest that there is, and is asked for; the mail is not enough.
    clock.advance(DAY_MS);
    const next = { current: '', next: 'a green cat in a small boat' };
    const stale = await members.changePassword(session, next, home.from);
    assert.equal(refusalOf(stale), 'step_up_needed');
    home.take(await members.beginMailFactor(session));
    const mailed = await members.showMailFactor(session, await world.codeOf(EMAIL), home.from);
    assert.ok(mailed.ok);
    assert.equal(
      refusalOf(await members.changePassword(session, next, home.from)),
      'step_up_needed',
    );
    const credential = key.show(await members.askForOwnPasskey(session, CEREMONY));
    assert.ok(
      (await members.showPasskey(session, { credential, ceremony: CEREMONY }, home.from)).ok,
    );
    const set = await members.changePassword(session, next, home.from);
    assert.equal(refusalOf(set), 'nothing refused', 'and no old password');
  },
);

forBothDatabases("another member's passkey makes no session fresh", async (on) => {
  const world = await openMemberWorld(on);
  const { members, clock } = world;
  const { key } = await withPasskey(world);
  const other = await world.member('other@example.jp');
  const others = await sessionOf(world, other);
  clock.advance(DAY_MS);
  const credential = key.show(await members.askForOwnPasskey(others, CEREMONY));
  const shown = await members.showPasskey(others, { credential, ceremony: CEREMONY }, other.from);
  assert.equal(refusalOf(shown), 'passkey_refused');
  const judged = await members.stepUp(others, { act: 'security' });
  assert.equal(judged.state, 'ask');
});
