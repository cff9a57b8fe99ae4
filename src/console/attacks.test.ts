import assert from 'node:assert/strict';
import { openConsoleWorld, type ConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import type { Database } from '../kernel/database/index.ts';
import { permissionsOf, ROLES, type Permission } from '../operators/index.ts';
import * as door from './index.ts';
import type { ConsoleRoutes } from './index.ts';

const FRAME = ['sessionRoutes', 'approvalRoutes', 'operatorRoutes', 'auditRoutes'];

/** Whatever is looked for in it is nothing, too. */
const NOTHING: unknown = new Proxy({}, { get: (): unknown => NOTHING });

/** Every part's routes, on nothing: who is refused never gets to what they stand on. */
function everyRoute(): ConsoleRoutes[] {
  return Object.entries(door)
    .filter(([name]) => name.endsWith('Routes') && !FRAME.includes(name))
    .map(([, routes]) => (routes as (parts: unknown) => ConsoleRoutes)(NOTHING));
}

async function openAll(database: Database): Promise<ConsoleWorld> {
  await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('one', '一', 'One')`);
  return openConsoleWorld(database, { routes: everyRoute });
}

function addressOf(url: string): string {
  return url.replaceAll(/:\w+/g, '1');
}

forBothDatabases('a role without the permission is refused at every route', async (database) => {
  await using world = await openAll(database);
  const guarded = world.routes.filter(
    ({ permission }) => permission !== 'own' && permission !== 'anyone',
  );
  assert.ok(guarded.length >= 30, `${guarded.length} routes need a permission`);
  let tried = 0;
  for (const role of ROLES) {
    const browser = await world.browser(await world.staff.operator(role));
    const held = permissionsOf([role]);
    for (const { method, url, permission } of guarded) {
      if (held.has(permission as Permission)) continue;
      tried += 1;
      const headers = { cookie: browser.cookie, 'kinken-csrf': browser.csrf };
      const answer = await world.ask({ method, url: addressOf(url), headers });
      assert.equal(answer.status, 403, `${role}: ${method} ${url}`);
      assert.equal(answer.body['code'], 'not_permitted', `${role}: ${method} ${url}`);
    }
  }
  assert.ok(tried > 60, `${tried} were tried`);
});

forBothDatabases('who is not signed in learns nothing at any route', async (database) => {
  await using world = await openAll(database);
  for (const { method, url, permission } of world.routes) {
    if (permission === 'anyone') continue;
    for (const cookie of ['', 'kinken_console.session_token=a.b', `x=${'y'.repeat(9_000)}`]) {
      const answer = await world.ask({ method, url: addressOf(url), headers: { cookie } });
      assert.equal(answer.status, 401, `${method} ${url}`);
      assert.equal(answer.body['code'], 'signed_out');
    }
  }
  const open = world.routes.filter(({ permission }) => permission === 'anyone');
  assert.deepEqual(
    open.map(({ method, url }) => `${method} ${url}`).toSorted(),
    [
      'GET /console',
      'GET /console/*',
      'POST /console/api/sign-in',
      'POST /console/api/sign-in/password',
      'POST /console/api/sign-in/second-factor',
    ].toSorted(),
    'only these are open to anyone',
  );
});

forBothDatabases(
  'another site changes nothing in the name of who is signed in',
  async (database) => {
    await using world = await openAll(database);
    const member = await world.staff.operator('administrator');
    const browser = await world.browser(member);
    const stranger = await world.browser(await world.staff.operator('administrator'));
    const { cookie, csrf } = browser;
    const changing = world.routes.filter(
      ({ method, permission }) => method !== 'GET' && permission !== 'anyone',
    );
    assert.ok(changing.length > 15);
    for (const { method, url } of changing) {
      const forged: Record<string, string>[] = [
        { cookie }, // a form: the cookie, if it came at all, and no header
        { cookie, 'kinken-csrf': 'guessed' },
        { cookie, 'kinken-csrf': stranger.csrf }, // of another session
        { cookie, 'kinken-csrf': csrf, 'sec-fetch-site': 'cross-site' },
        { cookie, 'kinken-csrf': csrf, 'sec-fetch-site': 'same-site' },
      ];
      for (const headers of forged) {
        const answer = await world.ask({ method, url: addressOf(url), headers });
        assert.equal(
          answer.body['code'],
          'not_ours',
          `${method} ${url} ${JSON.stringify(headers)}`,
        );
      }
    }
    for (const url of ['/sign-in', '/sign-in/second-factor', '/sign-in/password']) {
      const headers = { 'sec-fetch-site': 'cross-site' };
      const answer = await world.ask({ method: 'POST', url, body: {}, headers });
      assert.equal(answer.body['code'], 'not_ours', url);
    }
    const form = await world.http.server.fastify.inject({
      method: 'POST',
      url: '/console/api/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `email=${member.email}&password=${member.password}`,
    });
    assert.equal(form.statusCode, 415, 'a form of another site cannot sign anybody in');
    const alive = await browser.get('/session');
    assert.equal(alive.status, 200, 'and nobody was signed out by it');
  },
);

forBothDatabases('a session that was planted is not the one that signs in', async (database) => {
  await using world = await openAll(database);
  const attacker = await world.browser(await world.staff.operator('support'));
  const { email, password } = await world.staff.operator('administrator');
  const entered = await world.ask({
    method: 'POST',
    url: '/sign-in',
    body: { email, password },
    headers: { cookie: attacker.cookie }, // the attacker's session, planted in the victim's browser
  });
  assert.equal(entered.status, 200);
  const [cookie = ''] = [entered.headers['set-cookie'] ?? []].flat() as string[];
  assert.notEqual(cookie.split(';', 1)[0], attacker.cookie);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  const after = await attacker.get('/session');
  assert.equal(after.status, 401, 'what was planted is over');
});

forBothDatabases(
  'until a second factor is set up, only the own account answers',
  async (database) => {
    await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('one', '一', 'One')`);
    await using world = await openConsoleWorld(database, { isSecondFactorNeeded: true });
    const browser = await world.browser(await world.staff.operator('administrator'));
    const session = await browser.get('/session');
    assert.equal(session.body['isSecondFactorNeeded'], true);
    for (const url of ['/operators', '/audit', '/approvals']) {
      assert.equal((await browser.get(url)).body['code'], 'second_factor_needed', url);
    }
  },
);

forBothDatabases('guesses over HTTP are told to wait, in a header too', async (database) => {
  await using world = await openAll(database);
  const { email } = await world.staff.operator('support');
  const guess = () =>
    world.ask({ method: 'POST', url: '/sign-in', body: { email, password: 'some guess' } });
  for (let miss = 0; miss < 5; miss += 1) assert.equal((await guess()).status, 401);
  const slowed = await guess();
  assert.equal(slowed.status, 429);
  assert.ok(Number(slowed.headers['retry-after']) > 0);
  assert.ok(
    world.http.logLines.every((line) => !line.includes(email)),
    'no address in a log',
  );
});

forBothDatabases(
  'what is too long or unknown is refused, and read no further',
  async (database) => {
    await using world = await openAll(database);
    const browser = await world.browser(await world.staff.operator('administrator'));
    const long = 'x'.repeat(70_000);
    assert.equal((await browser.post('/account/password', { current: long })).status, 413);
    const extra = await browser.post('/account/password', { current: 'a', next: 'b', admin: true });
    assert.equal(extra.status, 400);
    assert.equal((await browser.get('/audit?limit=100000')).status, 400);
    assert.equal((await browser.get('/audit?order=asc')).status, 400);
    assert.equal((await browser.get('/approvals/1%27%20or%201=1')).status, 400);
    assert.equal((await browser.get('/approvals/99')).status, 404);
    assert.equal((await browser.get('/nothing-here')).status, 404);
  },
);

forBothDatabases('an operator of one issuer cannot name another', async (database) => {
  await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('one', '一', 'One'), ('two', '二', 'Two')`);
  const asked: number[] = [];
  await using world = await openConsoleWorld(database, {
    routes: () => [
      (scope, parts) =>
        door.consoleRoute(scope, parts, {
          method: 'GET',
          url: '/whose',
          permission: 'overview:see',
          audit: null,
          act: async (_operator, { issuer }) => {
            asked.push(issuer.issuerId);
            return { ok: true, value: { issuer: issuer.key } };
          },
        }),
    ],
  });
  const own = await world.browser(await world.staff.operator('support', 1));
  assert.equal((await own.get('/whose')).body['issuer'], 'one');
  assert.equal((await own.get('/whose', { 'kinken-issuer': 'one' })).body['issuer'], 'one');
  assert.equal((await own.get('/whose', { 'kinken-issuer': 'two' })).status, 404);
  assert.equal((await own.get('/whose', { 'kinken-issuer': 'three' })).status, 404);
  const all = await world.browser(await world.staff.operator('support'));
  assert.equal((await all.get('/whose')).body['code'], 'issuer_needed');
  assert.equal((await all.get('/whose', { 'kinken-issuer': 'two' })).body['issuer'], 'two');
  assert.deepEqual(asked, [1, 1, 2]);
});

forBothDatabases("an issuer's own look at the trail is in its own trail", async (database) => {
  await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('one', '一', 'One'), ('two', '二', 'Two')`);
  await using world = await openConsoleWorld(database);
  const own = await world.browser(await world.staff.operator('auditor', 1));
  const other = await world.browser(await world.staff.operator('auditor', 2));
  for (const browser of [own, other]) await browser.get('/audit');
  const { rows } = (await own.get('/audit?kind=look')).body as { rows: { issuerId: number }[] };
  assert.deepEqual(
    rows.map(({ issuerId }) => issuerId),
    [1],
  );
});
