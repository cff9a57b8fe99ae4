/** A start that must not be: one clear sentence, no stack, exit code 1, soon. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { COMMANDS, runCommand } from '../../src/cli/index.ts';
import { monotonicMs } from '../../src/kernel/clock.ts';
import { BOOK_COMMANDS, SERVE } from '../../src/server/index.ts';
import { startServer as start, runProgram, temporaryFolder } from '../support/server-process.ts';
import { makeDatabase, startPostgresServer } from '../support/database.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';

const MASTER_KEY = Buffer.alloc(32, 5).toString('base64');
const UNREACHABLE = { DATABASE_URL: 'postgres://kinken:a-password@127.0.0.1:1/kinken' };

/** Whatever goes wrong before a database is opened. */
const WRONG: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ['a wrong port', { PORT: '99999' }, /^PORT is a whole number from 0 to 65535, not "99999"$/],
  ['a wrong log level', { KINKEN_LOG: 'loud' }, /^KINKEN_LOG is one of .*, not "loud"$/],
  ['half of TLS', { KINKEN_TLS_CERT: 'c.pem' }, /^KINKEN_TLS_CERT and KINKEN_TLS_KEY are set toge/],
  [
    'a certificate that is not there',
    { KINKEN_TLS_CERT: '/nowhere/c.pem', KINKEN_TLS_KEY: '/nowhere/k.pem' },
    /KINKEN_TLS_CERT.*\/nowhere\/c\.pem/,
  ],
  [
    'a proxy that is no address',
    { KINKEN_TRUSTED_PROXIES: 'the-balancer' },
    /^KINKEN_TRUSTED_PROXIES .*"the-balancer"$/,
  ],
  [
    'no master key for a shared database',
    UNREACHABLE,
    /^With DATABASE_URL the master key is yours/,
  ],
  [
    'a database that is not there',
    { ...UNREACHABLE, KINKEN_MASTER_KEY: MASTER_KEY },
    /^the database cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1$/,
  ],
  ['half a master key', { KINKEN_MASTER_KEY: 'c2hvcnQ=' }, /^KINKEN_MASTER_KEY holds 32 bytes/],
];

void test('what is set wrongly is named', async (context) => {
  const folder = temporaryFolder(context);
  for (const [at, [what, environment, sentence]] of WRONG.entries()) {
    const settings = { KINKEN_DATA: join(folder, 'data'), ...environment };
    const text = await refused(settings, { run: at === 0 ? runProgram : runHere });
    assert.match(text, sentence, what);
    assert.ok(!text.includes('a-password') && !text.includes('c2hvcnQ='), 'it tells no secret');
  }
});

void test('R29: a master key that others can read', async (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, 'key');
  writeFileSync(file, `${MASTER_KEY}\n`, { mode: 0o644 });
  const text = await refused(
    { KINKEN_DATA: folder, KINKEN_MASTER_KEY_FILE: file },
    { run: runHere },
  );
  assert.match(text, /^Others can read the master key in .*chmod 600/);
});

void test('a folder that cannot be made', async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'file'), '');
  for (const data of [join(folder, 'file', 'data'), join(folder, 'file')]) {
    for (const words of [['serve'], ['migrate']]) {
      const text = await refused({ KINKEN_DATA: data }, { words, run: runHere });
      assert.ok(
        text.startsWith(`The data folder ${data} cannot be made: a file stands in its place`),
      );
      assert.match(text, /set KINKEN_DATA to another folder/);
    }
  }
});

void test('R34: the demo beyond this machine; a port, a folder that another has', async (context) => {
  const folder = join(temporaryFolder(context), 'data');
  for (const [name, run] of [
    ['HOST', runProgram],
    ['TILL_HOST', runHere],
  ] as const) {
    const text = await refused({ KINKEN_DATA: folder, [name]: '0.0.0.0' }, { run });
    assert.match(text, /listens on this machine only.*HOST and TILL_HOST/s);
  }
  const server = await start(context, { folder });
  const text = await refused({ KINKEN_DATA: folder }, { run: runHere });
  assert.match(text, /is in use by process \d+/);
  assert.equal((await server.stop()).code, 0);
  const taken = await takenPort(context);
  const none = join(folder, 'none');
  for (const [name, run] of [
    ['PORT', runProgram],
    ['TILL_PORT', runHere],
  ] as const) {
    const text = await refused({ KINKEN_DATA: none, [name]: String(taken) }, { run });
    assert.match(
      text,
      new RegExp(`127\\.0\\.0\\.1:${taken}.*set ${name} to a port that is free`, 's'),
    );
  }
  const free = '28459'; // whether it is free or not: the same port twice is refused
  const twice = { KINKEN_DATA: none, PORT: free, TILL_PORT: free };
  assert.match(await refused(twice, { run: runHere }), /PORT or TILL_PORT|set PORT to a port/);
  const elsewhere = { KINKEN_DATA: none, HOST: '192.0.2.1' };
  assert.match(
    await refused(elsewhere, { run: runHere }),
    /^"192\.0\.2\.1" is no address.*set HOST/,
  );
  assert.ok(!existsSync(none), 'nothing was made before that was known');
  const wrongKey = { KINKEN_DATA: folder, KINKEN_MASTER_KEY: MASTER_KEY };
  const otherKey = await refused(wrongKey, { run: runHere });
  assert.match(otherKey, /^This is not the master key that the database was made with/);
});

void test(
  'R30: a till beyond this machine that could be anybody; the demo there; a day that is not over, or is none',
  { skip: !hasPostgresBinaries() },
  async (context) => {
    const folder = temporaryFolder(context);
    const postgres = await startPostgresServer();
    context.after(() => postgres.stop());
    const shared = { KINKEN_DATA: folder, KINKEN_MASTER_KEY: MASTER_KEY };
    const [empty, own] = [await makeDatabase(postgres), await makeDatabase(postgres)];
    const words = ['serve', '--demo'];
    const demo = await refused(
      { ...shared, DATABASE_URL: empty, HOST: '0.0.0.0' },
      { words, run: runHere },
    );
    assert.match(demo, /listens on this machine only/);

    const house = { ...shared, DATABASE_URL: own };
    for (const words of HOUSE_WITH_A_TILL) {
      const { code, text } = await runHere(words, house);
      assert.equal(code, 0, text);
    }
    const till = await refused({ ...house, TILL_HOST: '0.0.0.0' }, { run: runHere });
    assert.match(till, /^The till does not start on 0\.0\.0\.0.*SHOP00000000001\/TILL0001.*TLS/);

    for (const [words, sentence] of [
      ['--day 2999-01-01', /^2999-01-01 is not over in Asia\/Tokyo/],
      ['--day 2026-02-31', /^There is no day 2026-02-31/],
      ['--day 2026-02-01 --zone Mars', /^--zone is a name like Asia\/Tokyo, not "Mars"/],
    ] as const) {
      const { code, text } = await runHere(['settle', ...words.split(' ')], house);
      assert.notEqual(code, 0);
      assert.match(text, sentence);
      assert.doesNotMatch(text, /^ +at /m, 'a sentence, not a stack');
    }

    const none = await refused(
      { ...house, DATABASE_URL: postgres.urlOf('nowhere') },
      { run: runHere },
    );
    assert.match(none, /^the database cannot be reached: database "nowhere" does not exist$/);
  },
);

const HOUSE_WITH_A_TILL = [
  'issuer create --key own --name-ja 店 --name-en Shop',
  'seller create --key shop --name-ja 店 --name-en Shop',
  'merchant create --key shop --name-ja 店 --name-en Shop',
  'client create --key shop --name Shop --seller shop --merchant shop',
  'terminal create --client shop --merchant shop --seller shop --merchant-code SHOP00000000001 --terminal-code TILL0001',
].map((words) => words.split(' '));

/** A command that ends before anything is opened that only an ending process closes: many are tried in this one. */
const runHere: typeof runProgram = async (words, environment) => {
  const startedAt = monotonicMs();
  let text = '';
  const write = (part: string): void => void (text += part);
  const streams = { out: write, error: write };
  const commands = [SERVE, ...BOOK_COMMANDS, ...COMMANDS];
  const code = await runCommand(commands, words, { environment, streams });
  return { code, ms: monotonicMs() - startedAt, text };
};

async function refused(
  environment: Record<string, string>,
  {
    words = ['serve'],
    run = runProgram,
  }: { words?: readonly string[]; run?: typeof runProgram } = {},
): Promise<string> {
  const { code, ms, text } = await run(words, {
    PORT: '0',
    TILL_PORT: '0',
    KINKEN_LOG: 'error',
    ...environment,
  });
  assert.equal(code, 1, text);
  assert.doesNotMatch(text, /^ +at /m, 'a sentence, not a stack');
  assert.ok(ms < 120_000, `it took ${ms} ms`); // a busy machine is slow
  return text.trim();
}

async function takenPort(context: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
