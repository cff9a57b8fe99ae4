import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { cookieOf, FROM, openStaff } from '../../test/support/staff.ts';
import type { SignInAnswer } from './sign-in.ts';

function refusalOf(answer: SignInAnswer<unknown>): string {
  return answer.ok ? 'nothing refused' : answer.refusal;
}

forBothDatabases(
  'a browser that an operator has come in by is not kept out by what others do from its own network',
  async (database) => {
    const { signIn, operator, clock } = openStaff(database);
    const { email, password } = await operator('administrator');
    const first = await signIn.signIn({ email, password }, FROM);
    const browser = { ...FROM, cookie: cookieOf(first) };
    for (let miss = 0; miss < 60; miss += 1) {
      await signIn.signIn({ email, password: 'some guess' }, FROM);
    }
    const strange = await signIn.signIn({ email, password }, FROM);
    assert.equal(refusalOf(strange), 'too_many_attempts', 'without its cookie it waits');
    const known = await signIn.signIn({ email, password }, browser);
    assert.ok(known.ok);
    assert.match(known.cookies.join('\n'), /kinken_console_browser=.*HttpOnly; SameSite=Strict/);
    const forged = { ...FROM, cookie: browser.cookie.replace(/~[^~;]{40}/, `~${'A'.repeat(40)}`) };
    const wrong = await signIn.signIn({ email, password }, forged);
    assert.equal(refusalOf(wrong), 'too_many_attempts', 'a token that we did not make');

    // Its owner may mistype; whoever has the browser guesses no further than anybody.
    const guesses: string[] = [];
    for (let miss = 0; miss < 15; miss += 1) {
      guesses.push(refusalOf(await signIn.signIn({ email, password: 'a guess' }, browser)));
    }
    assert.equal(guesses.filter((said) => said === 'sign_in_refused').length, 10);
    clock.advance(181 * 24 * 60 * 60_000);
    for (let miss = 0; miss < 6; miss += 1) {
      await signIn.signIn({ email, password: 'some guess' }, FROM);
    }
    const late = await signIn.signIn({ email, password }, browser);
    assert.equal(refusalOf(late), 'too_many_attempts', 'after half a year it is a strange one');
  },
);
