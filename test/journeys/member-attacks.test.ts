/** What a stranger, another site and another member try at the pages of members: over HTTP, at every route. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startServer, demoFolder, type ServerProcess } from '../support/server-process.ts';

const closers: (() => unknown)[] = [];
const context: Pick<TestContext, 'after'> = {
  after: (close) => void closers.push(close as () => unknown),
};
const PASSWORD = 'blue dog on a long road';
const PAGES = new URL('../../src/web/members/', import.meta.url).pathname;

let server: ServerProcess;

before(async () => {
  server = await startServer(context, { folder: demoFolder(context) });
});
after(async () => {
  if (server) await server.stop();
  for (const close of closers.toReversed()) await close();
});

/** Keeps cookies and follows nothing by itself. */
class Visitor {
  readonly cookies = new Map<string, string>();

  async ask(place: string, init: RequestInit = {}): Promise<{ response: Response; text: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${server.httpUrl}${place}`, {
      redirect: 'manual',
      ...init,
      headers: { ...(init.headers as Record<string, string>), cookie },
    });
    for (const each of response.headers.getSetCookie()) {
      const [pair = ''] = each.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return { response, text: await response.text() };
  }

  async token(place = '/en/sign-in'): Promise<string> {
    const { text } = await this.ask(place);
    return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  async send(
    place: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    return this.ask(place, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }
}

async function codeTo(email: string): Promise<string> {
  const list = await (await fetch(`${server.httpUrl}/en/demo/outbox`)).text();
  for (const [number] of list.matchAll(/KN(-[2-9A-HJ-NP-Z]{4}){3}/g)) {
    const mail = await (await fetch(`${server.httpUrl}/en/demo/outbox/${number}`)).text();
    if (mail.includes(email)) return /\b\d{8}\b/.exec(mail)?.[0] ?? 'no code';
  }
  return 'no mail';
}

async function member(email: string): Promise<Visitor> {
  const visitor = new Visitor();
  const token = await visitor.token('/en/sign-up');
  await visitor.send('/en/sign-up', { token, email });
  const fields = { token, code: await codeTo(email), name: 'Somebody', password: PASSWORD };
  const { response } = await visitor.send('/en/sign-up/code', fields);
  assert.equal(response.headers.get('location'), '/en/account');
  return visitor;
}

/** Every place that takes a form, as the routes name them: a new one is tried by itself. */
function placesOfForms(): string[] {
  const found = readdirSync(PAGES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(PAGES, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\b(?:take\w*|onAccount)\(\s*'(\/[\w/-]+)'/g)])
    .map(([, place = '']) => place);
  return [...new Set(found)];
}

void describe('the pages of members', () => {
  void test('take no form that another site has written, at any place', async () => {
    const victim = await member('csrf@example.jp');
    const right = await victim.token('/en/account/security');
    const stranger = new Visitor();
    const planted = await stranger.token();
    const places = placesOfForms();
    assert.ok(places.length >= 24, places.join(' '));
    const isRefused = async (place: string, token: string, headers = {}): Promise<void> => {
      const { response } = await victim.send(`/en${place}`, { token }, headers);
      assert.equal(response.status, 303, place);
      assert.match(response.headers.get('location') ?? '', /\?form=refused$/, place);
    };
    for (const place of places) {
      await isRefused(place, '');
      await isRefused(place, planted);
      await isRefused(place, right, { 'sec-fetch-site': 'cross-site' });
    }
    const { response } = await victim.ask('/en/account');
    assert.equal(response.status, 200, 'nothing was done: still signed in');
  });

  void test('send nobody to another site', async () => {
    const visitor = await member('redirect@example.jp');
    const said = async (next: string) => {
      const asked = `act=security&next=${encodeURIComponent(next)}`;
      const { response } = await visitor.ask(`/en/step-up?${asked}`);
      return response.headers.get('location');
    };
    assert.equal(await said('/account/security'), '/en/account/security');
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      '/account\\@evil.example',
      '/account//evil.example',
      'javascript:alert(1)',
      '/account\r\nset-cookie: a=b',
      '/..//evil.example',
      '@evil.example',
      '',
    ]) {
      assert.equal(await said(next), '/en/account', JSON.stringify(next));
    }
  });

  void test("know nothing of another member's devices, passkeys and changes", async () => {
    const owner = await member('owner@example.jp');
    const thief = await member('thief@example.jp');
    const owners = await owner.token('/en/account/security');
    const raise = await owner.send('/en/account/limit', { token: owners, limit: '90000' });
    assert.equal(raise.response.headers.get('location'), '/en/account/security?done=limitWaits');
    const { text } = await owner.ask('/en/account/security');
    const change = /name="change" value="([^"]+)"/.exec(text)?.[1] ?? '';
    assert.match(change, /^[\w-]{43}$/);
    const token = await thief.token('/en/account/security');
    for (const [place, fields] of [
      ['/en/account/changes/stop', { change }],
      ['/en/account/changes/stop', { change: 'x' }],
      ['/en/account/passkeys/remove', { passkey: 'AAAAAAAAAAAAAAAAAAAAAA' }],
      ['/en/account/end-device', { device: change }],
      ['/en/stop-change/here', { change }],
    ] as const) {
      const { response } = await thief.send(place, { token, ...fields });
      assert.equal(response.status, 404, place);
    }
    const after = await owner.ask('/en/account/security');
    assert.ok(after.text.includes(change), 'it waits as before');
    for (const place of [
      '/account',
      '/account/history',
      '/account/security',
      '/inbox',
      '/step-up',
    ]) {
      const { response } = await new Visitor().ask(`/en${place}`);
      assert.equal(response.headers.get('location'), '/en/sign-in', place);
    }
  });

  void test('give a new session at each sign-in, whatever was planted', async () => {
    const known = await member('fixed@example.jp');
    const NAME = 'kinken_member.session_token';
    const planted = known.cookies.get(NAME) ?? '';
    assert.ok(planted.length > 20);
    const token = await known.token('/en/account');
    const fields = { token, email: 'fixed@example.jp', password: PASSWORD };
    const { response } = await known.send('/en/sign-in', fields);
    assert.equal(response.headers.get('location'), '/en/account');
    assert.notEqual(known.cookies.get(NAME), planted);
    const old = new Visitor();
    old.cookies.set(NAME, planted);
    const asked = await old.ask('/en/account');
    assert.equal(asked.response.headers.get('location'), '/en/sign-in', 'the old one is over');
  });

  void test('take what is far too long, and what is odd, as a form that is wrong', async () => {
    const visitor = new Visitor();
    const token = await visitor.token();
    const long = await visitor.send('/en/sign-in', {
      token,
      email: 'x'.repeat(9_000),
      password: 'y',
    });
    assert.equal(long.response.status, 413);
    const huge = await visitor.send('/en/sign-in/passkey', {
      token,
      credential: 'x'.repeat(40_000),
    });
    assert.equal(huge.response.status, 413);
    for (const credential of ['', 'null', '[]', '{"id":1}', '{"id":"../../x"}']) {
      const { response } = await visitor.send('/en/sign-in/passkey', { token, credential });
      assert.ok([303, 422].includes(response.status), credential);
    }
    const { response } = await visitor.send('/en/recover', {
      token,
      email: 'a@b.example\r\nbcc: c@d.example',
    });
    assert.equal(response.status, 422);
  });
});
