/** The console over HTTP on a test's database: its real frame and routes, and browsers that sign in. */
import assert from 'node:assert/strict';
import type { FastifyPluginCallback } from 'fastify';
import { consoleOf, type ConsoleRoutes } from '../../src/console/index.ts';
import * as consoleParts from '../../src/console/index.ts';
import type { MovedClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import {
  openApprovals,
  operatorHandlers,
  type Approvals,
  type Permission,
} from '../../src/operators/index.ts';
import { holdCatalogue, type CatalogueHolder } from '../../src/programmes/index.ts';
import { openWorld, type HttpWorld } from '../doors/http-world.ts';
import { cookieOf, openStaff, type Member, type Staff } from './staff.ts';

export interface ConsoleWorld extends AsyncDisposable {
  readonly http: HttpWorld;
  readonly staff: Staff;
  readonly approvals: Approvals;
  /** Everything that the console serves, as it was registered. */
  readonly routes: readonly ConsoleAddress[];
  /** A browser in which an operator has signed in over HTTP. */
  browser(member: Member): Promise<Browser>;
  ask(asked: Asked): Promise<Answered>;
}

export interface ConsoleAddress {
  readonly method: string;
  readonly url: string;
  readonly permission: Permission | 'own' | 'anyone';
}

export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  get(url: string, headers?: Record<string, string>): Promise<Answered>;
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
}

interface Asked {
  readonly method: string;
  readonly url: string; // below /console/api
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

interface WorldOptions {
  readonly isSecondFactorNeeded?: boolean;
  /** Routes of parts beside those of the frame itself. */
  readonly routes?: (clock: MovedClock, catalogue: CatalogueHolder) => readonly ConsoleRoutes[];
}

export async function openConsoleWorld(
  database: Database,
  { isSecondFactorNeeded = false, routes: more }: WorldOptions = {},
): Promise<ConsoleWorld> {
  const catalogue = await holdCatalogue(database);
  const routes: ConsoleAddress[] = [];
  let staff: Staff | undefined;
  let approvals: Approvals | undefined;
  const http = await openWorld(({ clock }) => {
    staff = openStaff(database, clock as MovedClock);
    const parts = { connection: database, clock, log: silentLog() };
    const handlers = operatorHandlers({ ...parts, random: systemRandom });
    approvals = openApprovals({ ...parts, handlers });
    const plugin = consoleOf(
      {
        ...parts,
        keyRing: staff.keys,
        sessions: staff.signIn,
        isSecondFactorNeeded,
        catalogue: () => catalogue.current(),
      },
      [
        consoleParts.sessionRoutes({ signIn: staff.signIn, approvals }),
        consoleParts.approvalRoutes(approvals),
        consoleParts.operatorRoutes({ approvals, random: systemRandom }),
        consoleParts.auditRoutes,
        ...(more?.(clock as MovedClock, catalogue) ?? []),
      ],
    );
    return { plugins: [noting(plugin, routes)] };
  });
  assert.ok(staff && approvals);
  const ask = (asked: Asked): Promise<Answered> => askOver(http, asked);
  return {
    http,
    staff,
    approvals,
    routes,
    ask,
    browser: (member) => signInOver(ask, member),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** Registers the plugin in a scope that writes down every route. */
function noting(plugin: FastifyPluginCallback, routes: ConsoleAddress[]): FastifyPluginCallback {
  return (server, _options, done) => {
    server.addHook('onRoute', ({ method, url, config }) => {
      const permission = config?.consolePermission;
      assert.ok(permission !== undefined, `${url} says what it needs`);
      for (const each of [method].flat()) routes.push({ method: each, url, permission });
    });
    void server.register(plugin);
    done();
  };
}

async function askOver(http: HttpWorld, { method, url, body, headers }: Asked): Promise<Answered> {
  const answer = await http.server.fastify.inject({
    method: method as 'GET',
    url: url.startsWith('/console') ? url : `/console/api${url}`,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: isJson ? answer.json() : { text: answer.body },
  };
}

async function signInOver(
  ask: (asked: Asked) => Promise<Answered>,
  { email, password }: Member,
): Promise<Browser> {
  const entered = await ask({ method: 'POST', url: '/sign-in', body: { email, password } });
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  const cookies = [entered.headers['set-cookie'] ?? []].flat() as string[];
  const cookie = cookieOf({ ok: true, value: undefined, cookies });
  const session = await ask({ method: 'GET', url: '/session', headers: { cookie } });
  const csrf = String(session.body['csrfToken']);
  return {
    cookie,
    csrf,
    get: (url, headers) => ask({ method: 'GET', url, headers: { cookie, ...headers } }),
    post: (url, body = {}, headers = {}) =>
      ask({ method: 'POST', url, body, headers: { cookie, 'kinken-csrf': csrf, ...headers } }),
  };
}
