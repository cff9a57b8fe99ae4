import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { authenticatorCode, cookieOf, FROM, openStaff } from '../../test/support/staff.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { waitOf } from '../kernel/sign-in/slow-down.ts';
import {
  createOperator,
  readAudit,
  reinviteOperator,
  setOperatorActive,
  type SignInAnswer,
} from './index.ts';
import { judgePassword } from './password.ts';

const LOOK = { isWatching: false };

function refusalOf(answer: SignInAnswer<unknown>): string {
  return answer.ok ? 'nothing refused' : answer.refusal;
}

forBothDatabases('an operator signs in, is known by the cookie, and out', async (database) => {
  const { signIn, operator } = openStaff(database);
  const { email, password, operatorId } = await operator('support');
  const answer = await signIn.signIn({ email, password }, FROM);
  assert.ok(answer.ok);
  assert.equal(answer.value, 'signed_in');
  const [cookie = ''] = answer.cookies;
  for (const property of ['HttpOnly', 'SameSite=Strict', 'Path=/console']) {
    assert.ok(cookie.includes(property), property);
  }
  const headers = { cookie: cookieOf(answer) };
  const session = await signIn.find(headers, LOOK);
  assert.equal(session?.operator.operatorId, operatorId);
  assert.deepEqual(session?.operator.roles, ['support']);

  // What stands in the database opens nothing: the signature is in the cookie alone.
  const [row] = await database.query(`select token from operators.session`);
  const bare = `kinken_console.session_token=${String(row?.['token'])}`;
  for (const stolen of [bare, `${bare}.`, `${bare}.${'A'.repeat(43)}%3D`]) {
    assert.equal(await signIn.find({ cookie: stolen }, LOOK), undefined);
  }
  assert.ok(session);
  await signIn.signOut(session.operator, { ...FROM, ...headers });
  assert.equal(await signIn.find(headers, LOOK), undefined);
  const trail = await readAudit(database, {
    before: null,
    size: 2,
    issuerId: null,
    actor: null,
    subject: `operator:${operatorId}`,
    kind: null,
  });
  assert.deepEqual(
    trail.map(({ act }) => act),
    ['operator.sign_out', 'operator.sign_in'],
  );
});

forBothDatabases(
  'a session is made new at each sign-in, whatever was brought',
  async (database) => {
    const { signIn, operator } = openStaff(database);
    const { email, password } = await operator('support');
    const first = await signIn.signIn({ email, password }, FROM);
    const brought = cookieOf(first);
    const second = await signIn.signIn({ email, password }, { ...FROM, cookie: brought });
    assert.ok(second.ok);
    assert.notEqual(cookieOf(second), brought);
    assert.equal(await signIn.find({ cookie: brought }, LOOK), undefined, 'the old one is over');
    assert.ok(await signIn.find({ cookie: cookieOf(second) }, LOOK));
    const planted = 'kinken_console.session_token=planted.by.somebody';
    const third = await signIn.signIn({ email, password }, { ...FROM, cookie: planted });
    assert.ok(third.ok && !cookieOf(third).includes('planted'));
  },
);

forBothDatabases('wrong, unknown and disabled are one answer', async (database) => {
  const { signIn, operator, clock } = openStaff(database);
  const known = await operator('support');
  const gone = await operator('fraud');
  const before = await signIn.signIn({ email: gone.email, password: gone.password }, FROM);
  const desk = { clock, random: systemRandom, actor: 'test' };
  await database.transaction((on) =>
    setOperatorActive(on, desk, { operatorId: gone.operatorId, isActive: false }),
  );
  assert.equal(await signIn.find({ cookie: cookieOf(before) }, LOOK), undefined, 'out at once');
  for (const given of [
    { email: known.email, password: 'wrong words for number 1' },
    { email: 'nobody@staff.example', password: 'right words for number 1' },
    { email: gone.email, password: gone.password },
  ]) {
    const answer = await signIn.signIn(given, FROM);
    assert.deepEqual(answer, { ok: false, refusal: 'sign_in_refused', cookies: [] });
  }
  const [rows] = await database.query(`select count(*)::int as rows from operators.session`);
  assert.equal(rows?.['rows'], 0);
});

forBothDatabases(
  'guessing is slowed for the guesser, and the owner is not shut out',
  async (on) => {
    const { signIn, operator, clock, keys } = openStaff(on);
    const { email, password } = await operator('administrator');
    let tries = 0;
    const guess = (address: string) =>
      signIn.signIn({ email, password: `guess number ${(tries += 1)}` }, { ...FROM, address });
    for (let miss = 0; miss < 5; miss += 1) {
      assert.equal(refusalOf(await guess('198.51.100.7')), 'sign_in_refused');
    }
    const slowed = await guess('198.51.100.7');
    assert.ok(!slowed.ok && slowed.refusal === 'too_many_attempts');
    assert.ok((slowed.retryAfterMs ?? 0) > 0);
    // Also the right password has to wait there, and none is looked at meanwhile.
    const right = await signIn.signIn({ email, password }, { ...FROM, address: '198.51.100.7' });
    assert.equal(refusalOf(right), 'too_many_attempts');
    assert.ok(
      (await signIn.signIn({ email, password }, FROM)).ok,
      'from elsewhere the owner comes in',
    );

    // Another process on the same database knows of it.
    const other = openStaff(on, clock).signIn;
    const there = await other.signIn(
      { email, password: 'x' },
      { ...FROM, address: '198.51.100.7' },
    );
    assert.equal(refusalOf(there), 'too_many_attempts');
    clock.advance(60 * 60_000);
    assert.ok((await signIn.signIn({ email, password }, { ...FROM, address: '198.51.100.7' })).ok);
    const stored = JSON.stringify(
      await on.query('select asker::text from operators.sign_in_failure'),
    );
    assert.ok(!stored.includes(Buffer.from(email).toString('hex')), 'who was tried is not written');
    assert.ok(keys);
  },
);

forBothDatabases('a hundred guesses at one moment are not all the first', async (database) => {
  const { signIn, operator } = openStaff(database);
  const { email } = await operator('administrator');
  const guesses = Array.from({ length: 100 }, (_none, place) =>
    signIn.signIn({ email, password: `guess number ${place}` }, FROM),
  );
  const looked = (await Promise.all(guesses)).filter(
    (answer) => refusalOf(answer) === 'sign_in_refused',
  );
  assert.ok(looked.length <= 5, `${looked.length} were looked at`);
});

forBothDatabases('many addresses against one operator are slowed as well', async (database) => {
  const { signIn, operator } = openStaff(database);
  const { email } = await operator('administrator');
  const answers: string[] = [];
  for (let place = 1; place <= 20; place += 1) {
    const from = { ...FROM, address: `203.0.113.${place}` };
    answers.push(refusalOf(await signIn.signIn({ email, password: 'some guess' }, from)));
  }
  assert.equal(answers.filter((answer) => answer === 'sign_in_refused').length, 15);
});

forBothDatabases('a stranger with many networks keeps no operator out', async (database) => {
  const { signIn, operator, clock } = openStaff(database);
  const { email, password } = await operator('administrator');
  const office = { ...FROM, address: '192.0.2.50' };
  assert.ok((await signIn.signIn({ email, password }, office)).ok);
  let place = 0;
  const attack = async (tries: number): Promise<void> => {
    for (let one = 0; one < tries; one += 1) {
      const from = { ...FROM, address: `203.0.113.${(place += 1)}` };
      await signIn.signIn({ email, password: 'some guess' }, from);
    }
  };
  clock.advance(29 * 24 * 60 * 60_000);
  await attack(17);
  const elsewhere = { ...FROM, address: '198.51.100.1' };
  const strange = await signIn.signIn({ email, password }, elsewhere);
  assert.equal(refusalOf(strange), 'too_many_attempts', 'where it never was it waits');
  for (let entry = 0; entry < 3; entry += 1) {
    assert.ok(
      (await signIn.signIn({ email, password }, office)).ok,
      'at its own place it does not',
    );
  }
  const slip = await signIn.signIn({ email, password: 'mistyped words' }, office);
  assert.equal(refusalOf(slip), 'sign_in_refused');
  clock.advance(31 * 24 * 60 * 60_000);
  await signIn.forgetOld();
  const [rows] = await database.query(`select count(*)::int as rows from operators.sign_in_place`);
  assert.equal(rows?.['rows'], 0, 'a place is forgotten');
});

forBothDatabases('who is told to wait writes nothing', async (database) => {
  const { signIn } = openStaff(database);
  const rows = async () => {
    const [count] = await database.query(
      `select count(*)::int as rows from operators.sign_in_failure`,
    );
    return Number(count?.['rows']);
  };
  const guess = (person: number) =>
    signIn.signIn({ email: `nobody-${person}@staff.example`, password: 'some guess' }, FROM);
  for (let person = 0; person < 20; person += 1) await guess(person);
  const counted = await rows();
  for (let person = 20; person < 40; person += 1) {
    assert.equal(refusalOf(await guess(person)), 'too_many_attempts');
  }
  assert.equal(await rows(), counted);
  const burst = Array.from({ length: 30 }, (_none, person) => guess(100 + person));
  await Promise.all(burst);
  assert.equal(await rows(), counted);
});

test('the delay doubles, has a bound, and fades', () => {
  const limits = { freeMisses: 5, delayMaxMs: 60_000, forgottenEveryMs: 600_000 };
  const waits = [4, 5, 6, 7, 20].map((misses) => waitOf({ misses, lastMissAt: 0 }, limits, 0));
  assert.deepEqual(waits, [0, 1_000, 2_000, 4_000, 60_000]);
  assert.equal(waitOf({ misses: 7, lastMissAt: 0 }, limits, 4_000), 0);
  assert.equal(waitOf({ misses: 7, lastMissAt: 0 }, limits, 3 * 600_000), 0);
});

forBothDatabases('with a second factor the password alone opens nothing', async (database) => {
  const { signIn, operator, again } = openStaff(database);
  const member = await operator('administrator');
  const { email, password } = member;
  const plain = { ...FROM, cookie: cookieOf(await signIn.signIn({ email, password }, FROM)) };
  assert.equal(
    refusalOf(await signIn.beginSecondFactor(member, 'not my password', plain)),
    'password_wrong',
  );
  const begun = await signIn.beginSecondFactor(member, password, plain);
  assert.ok(begun.ok);
  assert.equal((await again(member)).hasSecondFactor, false, 'not before a code was shown');
  assert.equal(
    refusalOf(await signIn.confirmSecondFactor(member, '000000', plain)),
    'second_factor_wrong',
  );
  const confirmed = await signIn.confirmSecondFactor(
    member,
    authenticatorCode(begun.value.uri),
    plain,
  );
  assert.ok(confirmed.ok);
  assert.equal((await again(member)).hasSecondFactor, true);

  const half = await signIn.signIn({ email, password }, FROM);
  assert.ok(half.ok);
  assert.equal(half.value, 'second_factor');
  const waiting = { ...FROM, cookie: cookieOf(half) };
  assert.equal(await signIn.find({ cookie: waiting.cookie }, LOOK), undefined);
  const wrong = await signIn.proveSecondFactor({ code: '000000', isBackupCode: false }, waiting);
  assert.equal(refusalOf(wrong), 'second_factor_wrong');
  const code = authenticatorCode(begun.value.uri);
  const bare = await signIn.proveSecondFactor({ code, isBackupCode: false }, FROM);
  assert.equal(refusalOf(bare), 'second_factor_over', 'a code without its sign-in');
  const full = await signIn.proveSecondFactor({ code, isBackupCode: false }, waiting);
  assert.ok(full.ok);
  assert.ok(await signIn.find({ cookie: cookieOf(full) }, LOOK));
  const reused = await signIn.proveSecondFactor({ code, isBackupCode: false }, waiting);
  assert.equal(refusalOf(reused), 'second_factor_over');

  // For the day on which the authenticator is lost: each of them once.
  const [spare = ''] = begun.value.backupCodes;
  for (const expected of ['nothing refused', 'second_factor_wrong']) {
    const lost = await signIn.signIn({ email, password }, FROM);
    const from = { ...FROM, cookie: cookieOf(lost) };
    const proved = await signIn.proveSecondFactor({ code: spare, isBackupCode: true }, from);
    assert.equal(refusalOf(proved), expected);
  }
  const stored = JSON.stringify(await database.query('select * from operators.second_factor'));
  assert.ok(!stored.includes(spare), 'codes are not kept in clear');
});

forBothDatabases('five wrong codes end the sign-in that waits', async (database) => {
  const { signIn, operator } = openStaff(database);
  const member = await operator('fraud');
  const { email, password } = member;
  const plain = { ...FROM, cookie: cookieOf(await signIn.signIn({ email, password }, FROM)) };
  const begun = await signIn.beginSecondFactor(member, password, plain);
  assert.ok(begun.ok);
  await signIn.confirmSecondFactor(member, authenticatorCode(begun.value.uri), plain);
  const half = await signIn.signIn({ email, password }, FROM);
  const from = { ...FROM, cookie: cookieOf(half) };
  for (let miss = 0; miss < 5; miss += 1) {
    await signIn.proveSecondFactor({ code: `00000${miss}`, isBackupCode: false }, from);
  }
  const code = authenticatorCode(begun.value.uri);
  const late = await signIn.proveSecondFactor({ code, isBackupCode: false }, from);
  assert.equal(refusalOf(late), 'second_factor_over');
});

forBothDatabases(
  'an invitation sets one password, once, and a new one ends the old',
  async (on) => {
    const { signIn, clock } = openStaff(on);
    const desk = { clock, random: systemRandom, actor: 'test' };
    const wanted = {
      email: 'new@staff.example',
      name: 'New',
      roles: ['support'],
      locale: 'ja',
    } as const;
    const made = await on.transaction((inside) =>
      createOperator(inside, desk, { ...wanted, issuerId: null }),
    );
    assert.ok(made.ok);
    const { invitation, operator } = made.value;
    const choose = (password: string, by = invitation) =>
      signIn.choosePassword({ invitation: by, password }, FROM);
    assert.equal(refusalOf(await choose('too short')), 'password_too_short');
    assert.equal(refusalOf(await choose('aaaaaaaaaaaaaaaa')), 'password_too_easy');
    const unknown = await choose('a long enough password', 'x'.repeat(43));
    assert.equal(refusalOf(unknown), 'invitation_not_valid');
    assert.ok((await choose('a long enough password')).ok);
    assert.equal(refusalOf(await choose('another password')), 'invitation_not_valid');
    const { email } = wanted;
    const first = await signIn.signIn({ email, password: 'a long enough password' }, FROM);
    assert.ok(first.ok);

    const { operatorId } = operator;
    const renewed = await on.transaction((inside) => reinviteOperator(inside, desk, operatorId));
    assert.ok(renewed.ok);
    assert.equal(await signIn.find({ cookie: cookieOf(first) }, LOOK), undefined);
    const old = await signIn.signIn({ email, password: 'a long enough password' }, FROM);
    assert.equal(refusalOf(old), 'sign_in_refused');
    assert.ok((await choose('ｐａｓｓｗｏｒｄ ｏｆ ｍｉｎｅ', renewed.value.invitation)).ok);
    // Full width or half: the same keys give the same password.
    assert.ok((await signIn.signIn({ email, password: 'password of mine' }, FROM)).ok);
    const asked = { before: null, size: 20, issuerId: null, actor: null, kind: null } as const;
    const trail = await readAudit(on, { ...asked, subject: operator.actor });
    assert.deepEqual(
      trail.map(({ act }) => act).filter((act) => !act.startsWith('operator.sign_in')),
      [
        'operator.choose_password',
        'operator.reinvite',
        'operator.choose_password',
        'operator.create',
      ],
    );
    const stored = JSON.stringify(await on.query('select * from operators.verification'));
    assert.ok(!stored.includes(renewed.value.invitation));
  },
);

forBothDatabases(
  'changing the password asks for the old one, and ends other sessions',
  async (on) => {
    const { signIn, operator } = openStaff(on);
    const member = await operator('support');
    const { email, password } = member;
    const here = { ...FROM, cookie: cookieOf(await signIn.signIn({ email, password }, FROM)) };
    const elsewhere = cookieOf(await signIn.signIn({ email, password }, FROM));
    const next = 'quite another set of words';
    const wrong = await signIn.changePassword(member, { current: 'not it at all', next }, here);
    assert.equal(refusalOf(wrong), 'password_wrong');
    const changed = await signIn.changePassword(member, { current: password, next }, here);
    assert.ok(changed.ok);
    assert.equal(await signIn.find({ cookie: elsewhere }, LOOK), undefined);
    assert.ok(await signIn.find({ cookie: cookieOf(changed) }, LOOK));
    assert.equal(refusalOf(await signIn.signIn({ email, password }, FROM)), 'sign_in_refused');
    assert.ok((await signIn.signIn({ email, password: next }, FROM)).ok);
  },
);

test('a password is long, not one of a few signs, and not of the address', () => {
  assert.equal(judgePassword('eleven char', ''), 'password_too_short');
  assert.equal(judgePassword('abcabcabcabcabc', ''), 'password_too_easy');
  assert.equal(judgePassword('hanako-2026-04-01', 'hanako@example.jp'), 'password_too_easy');
  assert.equal(judgePassword('x1'.repeat(101), ''), 'password_too_easy');
  assert.equal(judgePassword('白い犬と青い空を歩く道の先', ''), null);
});
