import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { makeDatabase } from '../../test/support/database.ts';
import { openDatabase } from '../kernel/database/index.ts';
import { COMMANDS, runCommand, type ExitCode } from './index.ts';

const MASTER_KEY = Buffer.alloc(32, 4).toString('base64');

interface Answer {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
  json(): Record<string, unknown>;
}

type Say = (line: string, environment?: Record<string, string>) => Promise<Answer>;

/** Types lines at a command line with an empty PostgreSQL database of its own. */
async function atCommandLine(work: (say: Say, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-cli-'));
  const own = { DATABASE_URL: await makeDatabase(), KINKEN_MASTER_KEY: MASTER_KEY };
  const say: Say = async (line, environment = {}) => {
    let out = '';
    let error = '';
    const streams = {
      out: (text: string) => (out += text),
      error: (text: string) => (error += text),
    };
    const words = line.split(' ').map((word) => word.replaceAll('~', folder).replaceAll('_', ' '));
    const world = { environment: { ...own, ...environment }, streams };
    const code = await runCommand(COMMANDS, words, world);
    return { code, out, error, json: () => JSON.parse(out) as Record<string, unknown> };
  };
  try {
    await work(say, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function done(answer: Promise<Answer>): Promise<Answer> {
  const given = await answer;
  assert.equal(given.code, 0, given.error);
  return given;
}

const CODE = '--code-alphabet 23456789ABCDEFGHJKLMNPQRSTUVWXYZ --code-length 16';

async function makeIssuer(say: Say): Promise<void> {
  await done(say('issuer create --key acme --name-ja 見本 --name-en Acme'));
  await done(say('programme create --key yen --name-ja 円 --name-en Yen --unit JPY'));
  await done(
    say(
      `product create --key card --programme yen --kind posa --name-ja カード --name-en Card --faces 1500,3000 --face-min 1500 --face-max 3000 ${CODE} --number-prefix 9912 --number-digits 16 --redeems-by code,number --balance-max 50000`,
    ),
  );
}

test('an issuer is set up, stocked and exported at the command line', () =>
  atCommandLine(async (say, folder) => {
    await makeIssuer(say);
    await done(say('seller create --key shop --name-ja 店 --name-en Shop'));
    await done(say('merchant create --key cafe --name-ja 喫茶 --name-en Cafe'));
    await done(say('client create --key shop --name Shop_Inc --seller shop --merchant cafe'));
    const key = (await done(say('key create --client shop --scopes redeem,inquire --json'))).json();
    assert.match(String(key['apiKey']), /^kk_[\w-]{43}$/);
    const listed = await done(say('key list --client shop'));
    assert.match(listed.out, /redeem,inquire/);
    assert.doesNotMatch(listed.out, new RegExp(String(key['apiKey'])));

    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const run = (
      await done(
        say(`stock --product card --count 120 --face 1500 --recipient ${recipient} --json`),
      )
    ).json();
    assert.deepEqual([run['state'], run['cardCount']], ['made', 120]);
    const exported = (
      await done(say(`export ~/cards.age --run ${String(run['runId'])} --json`))
    ).json();
    assert.equal(statSync(join(folder, 'cards.age')).mode & 0o777, 0o600);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const csv = await decrypter.decrypt(readFileSync(join(folder, 'cards.age')), 'text');
    assert.equal(csv.trimEnd().split('\n').length, 121);
    assert.equal(createHash('sha256').update(csv).digest('hex'), exported['csvSha256']);
    await done(
      say(`acknowledge --run ${String(run['runId'])} --hash ${String(exported['csvSha256'])}`),
    );
    const again = await say(`export ~/again.age --run ${String(run['runId'])}`);
    assert.deepEqual([again.code, existsSync(join(folder, 'again.age'))], [1, false]);
    assert.match(again.error, /run_acknowledged/);

    const cards = (await done(say('cards list --product card --limit 3 --json'))).json()[
      'cards'
    ] as object[];
    assert.equal(cards.length, 3);
    const names = '--name-ja 中核 --name-en Core';
    await done(say(`system create --key core ${names} --phases redeem,activate`));
    await done(say('system change --system core --shown no'));
    assert.match((await done(say('system list'))).out, /core .*issuer/);
    const audit = await done(say('audit list'));
    for (const act of [
      'system.create',
      'system.change',
      'issuer.create',
      'api-key.create',
      'run.start',
      'run.export',
      'run.acknowledge',
    ])
      assert.match(audit.out, new RegExp(act));
  }));

test('a card base is imported, with a report of what was refused', () =>
  atCommandLine(async (say, folder) => {
    await makeIssuer(say);
    const lines = [
      'number,code,product,state,balance_minor,unit',
      '9900000000000001,AAAA-BBBB,card,active,500,JPY',
      '12,,card,active,500,JPY',
    ];
    writeFileSync(join(folder, 'base.csv'), lines.join('\n'));
    const result = (await done(say('import ~/base.csv --json'))).json();
    assert.deepEqual([result['cardCount'], result['refusedCount']], [1, 1]);
    assert.equal(
      readFileSync(join(folder, 'base.csv.refused.csv'), 'utf8'),
      'line,cause\n3,number_not_valid\n',
    );
    writeFileSync(join(folder, 'wrong.csv'), 'number,pin\n');
    const wrong = await say('import ~/wrong.csv');
    assert.equal(wrong.code, 1);
    assert.match(wrong.error, /"pin"/);
    assert.equal((await say('import ~/none.csv')).code, 1);
  }));

test('funds are paid in once for one request id', () =>
  atCommandLine(async (say) => {
    await makeIssuer(say);
    await done(say('seller create --key shop --name-ja 店 --name-en Shop'));
    await done(say('client create --key shop --name Shop --seller shop --funding funds'));
    await done(say('fund --client shop --amount 5000 --unit JPY --request-id a'));
    await done(say('fund --client shop --amount 5000 --unit JPY --request-id a'));
    await done(say('fund --client shop --amount 2000 --unit JPY --request-id b --out'));
    const tooMuch = await say('fund --client shop --amount 3001 --unit JPY --out');
    assert.equal(tooMuch.code, 1);
    assert.match(tooMuch.error, /insufficient funds/);
    const items = (await done(say('items list --json'))).json();
    assert.deepEqual(items, { items: [] });
  }));

test('what is written wrongly is told by the name of its option, and nothing is changed', () =>
  atCommandLine(async (say) => {
    await makeIssuer(say);
    const wrong: [string, number, RegExp][] = [
      ['seller create --key shop --name-ja 店', 2, /--name-en is missing/],
      ['seller create --key Shop --name-ja 店 --name-en S', 2, /--key: lower-case/],
      [
        'seller create --key shop --name-ja 店 --name-en S --color red',
        2,
        /^"kinken seller create" has no option --color\.\nSee: kinken seller create --help$/m,
      ],
      ['issuer list --server http://localhost', 2, /no option --server: it works on the database/],
      [
        'seller create --key shop --name-ja 店 --name-en S --issuer none',
        1,
        /There is no issuer "none"/,
      ],
      ['seller create --key s --name-ja 店 --name-en S --valid-from soon', 2, /--valid-from/],
      [
        'seller create --key s --name-ja 店 --name-en S --valid-from 2020-01-01T00:00:00Z',
        1,
        /valid_from_past/,
      ],
      ['product change --product card --face-max many', 2, /--face-max/],
      ['product change --product card --code-length 4', 2, /--code-alphabet/],
      [`product change --product card ${CODE.replace('16', '8')}`, 1, /code_guessable/],
      ['product change --product none --validity-days 5', 1, /product_not_found/],
      ['stock --product card --count 0', 1, /count_not_allowed/],
      ['stock --product card --count x', 2, /--count is a whole number/],
      ['stock --product card --count 5 --face 1500', 1, /recipient_missing/],
      ['export --run 1', 2, /FILE is missing/],
      ['export a b --run 1', 2, /"b" is one word too many/],
      ['export a --run 77', 1, /There is no run 77/],
      ['seller', 2, /seller create/],
      ['sellers list', 2, /There is no command "sellers list"/],
    ];
    for (const [line, code, said] of wrong) {
      const answer = await say(line);
      assert.equal(answer.code, code, `${line}: ${answer.error}`);
      assert.match(answer.error, said, line);
      assert.equal(answer.out, '', line);
    }
    assert.deepEqual((await done(say('seller list --json'))).json(), { sellers: [] });
    await done(
      say('product change --product card --faces 1500 --validity-days none --balance-max none'),
    );
  }));

test('R35: a folder that a server has is not opened; the command says what to do', () =>
  atCommandLine(async (say, folder) => {
    const embedded = { DATABASE_URL: '', KINKEN_MASTER_KEY: '', KINKEN_DATA: join(folder, 'data') };
    await done(say('issuer create --key acme --name-ja 見本 --name-en Acme', embedded));
    assert.match((await done(say('issuer list', embedded))).out, /acme/);
    const server = await openDatabase({ folder: join(folder, 'data') });
    try {
      for (const [line, can, cannot] of [
        ['seller list', /process \d+.*\nAsk the server .*--server URL/, /cannot ask/],
        [
          'issuer list',
          /process \d+.*\nThis command cannot ask a server: stop it/,
          /--server|Without/,
        ],
        [
          'cards list --product card',
          /stop it.*\nWithout a stop: the console, page "Cards"/,
          /--server/,
        ],
      ] as const) {
        const answer = await say(line, embedded);
        assert.equal(answer.code, 1);
        assert.match(answer.error, can);
        assert.doesNotMatch(answer.error, cannot);
      }
    } finally {
      await server.close();
    }
  }));

test('with a server named, the same command is sent there, and its refusal is told', () =>
  atCommandLine(async (say) => {
    const heard: unknown[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      for await (const part of request) body += String(part);
      heard.push([request.method, request.url, request.headers.authorization, body]);
      const isRefused = body.includes('taken');
      const problem = { title: 'It exists already', errors: [{ field: 'key', message: 'taken' }] };
      response.writeHead(isRefused ? 409 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(isRefused ? problem : { sellers: [{ key: 'shop' }], key: 'shop' }),
      );
    };
    const server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const world = {
      KINKEN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      KINKEN_KEY: 'kk_test',
    };
    await done(say('seller create --key shop --name-ja 店 --name-en Shop', world));
    assert.match((await done(say('seller list', world))).out, /^key.*\nshop/);
    const refused = await say('seller create --key taken --name-ja 店 --name-en Shop', world);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /It exists already\nkey: taken/);
    const change = 'seller change --seller shop --name-en Store --valid-from';
    await done(say(`${change} 2999-04-01T00:00:00+09:00`, world));
    assert.match((await say('export cards.age --run 5', world)).error, /unset KINKEN_URL/);
    assert.match(
      (await say('offer list', world)).error,
      /unset KINKEN_URL.*\nWithout a stop: .*GET \/v1\/admin\/offers/,
    );
    assert.match((await say('seller list', { KINKEN_URL: world.KINKEN_URL })).error, /KINKEN_KEY/);
    server.closeAllConnections();
    server.close();
    assert.match((await say('seller list', world)).error, /does not answer/);
    assert.deepEqual(heard[3], [
      'POST',
      '/v1/admin/sellers/shop/change',
      'Bearer kk_test',
      '{"nameEn":"Store","validFrom":"2999-04-01T00:00:00+09:00"}',
    ]);
    assert.deepEqual(heard.slice(0, 2), [
      [
        'POST',
        '/v1/admin/sellers',
        'Bearer kk_test',
        '{"key":"shop","nameJa":"店","nameEn":"Shop"}',
      ],
      ['GET', '/v1/admin/sellers', 'Bearer kk_test', ''],
    ]);
  }));

test('every command has help that names its options', () =>
  atCommandLine(async (say) => {
    assert.match((await done(say('help'))).out, /product create/);
    for (const command of COMMANDS) {
      const { out } = await done(say(`${command.words} --help`));
      assert.ok(out.includes(`kinken ${command.words}`) && out.includes(command.summary));
      for (const name of Object.keys(command.options)) assert.ok(out.includes(`--${name}`), name);
    }
    const group = await done(say('gifts --help'));
    assert.match(group.out, /^ {2}gifts shop .*\n {2}gifts verify /m);
    assert.doesNotMatch(group.out, /product create/);
    assert.equal((await done(say('help gifts'))).out, group.out);
    assert.match((await done(say('help gifts shop'))).out, /^kinken gifts shop \[options\]/);
    assert.equal((await say('gift --help')).code, 2);
  }));

test('a master key goes into a new file of its owner, and over none that is there', () =>
  atCommandLine(async (say, folder) => {
    const file = join(folder, 'new.key');
    const { out } = await done(say(`master-key create --file ${file}`));
    const key = readFileSync(file, 'utf8');
    assert.equal(Buffer.from(key, 'base64').length, 32);
    assert.ok(!out.includes(key.trim()));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await say(`master-key create --file ${file}`);
    assert.deepEqual([again.code, readFileSync(file, 'utf8')], [1, key]);
    assert.match(again.error, /is there already/);
  }));

test('docs/operations/commands.md names every command that cannot ask a running server', () => {
  const page = readFileSync('docs/operations/commands.md', 'utf8');
  for (const { words, options } of COMMANDS) {
    const isNamed = page.includes(`\`${words}\``);
    if (options['server'] === undefined) assert.ok(isNamed, words);
  }
});
