import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDatabase } from '../../test/support/database.ts';
import { BOOK_COMMANDS } from '../server/index.ts';
import { openDatabase } from '../kernel/database/index.ts';
import { COMMANDS, runCommand } from './index.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

test('operators come to be at the command line, then need two people', async () => {
  const url = await makeDatabase();
  const masterKey = Buffer.alloc(32, 4).toString('base64');
  const environment = { DATABASE_URL: url, KINKEN_MASTER_KEY: masterKey };
  const say = async (...words: string[]): Promise<Said> => {
    let [out, error] = ['', ''];
    const streams = {
      out: (text: string) => (out += text),
      error: (text: string) => (error += text),
    };
    const all = [...BOOK_COMMANDS, ...COMMANDS];
    const code = await runCommand(all, words, { environment, streams: streams as never });
    return { code, out, error };
  };
  const create = (email: string, roles: string, ...more: string[]) =>
    say('operators', 'create', '--email', email, '--name', email, '--roles', roles, ...more);

  const first = await create('One@staff.example', 'administrator', '--json');
  assert.equal(first.code, 0, first.error);
  const made = JSON.parse(first.out) as { email: string; invitation: string };
  assert.equal(made.email, 'one@staff.example');
  assert.match(made.invitation, /^\/console\/welcome#[\w-]{43}$/);
  assert.match((await create('one@staff.example', 'auditor')).error, /email_taken/);
  assert.match((await create('two@staff.example', 'king')).error, /--roles/);
  assert.match((await create('two@staff.example', 'auditor', '--issuer', 'x')).error, /issuer/);
  const last = await say('operators', 'disable', '--email', 'one@staff.example');
  assert.match(last.error, /last_administrator/);
  assert.equal((await create('two@staff.example', 'administrator,auditor')).code, 0);

  const third = await create('three@staff.example', 'support');
  assert.equal(third.code, 1);
  assert.match(third.error, /Two administrators/);
  assert.match((await create('three@staff.example', 'support', '--alone', 'why')).error, /Two adm/);
  const reason = 'both are on a plane until tomorrow';
  assert.equal((await create('three@staff.example', 'support', '--alone', reason)).code, 0);
  const raised = ['--email', 'three@staff.example', '--roles', 'administrator'];
  assert.equal((await say('operators', 'roles', ...raised)).code, 1);
  assert.equal((await say('operators', 'disable', '--email', 'three@staff.example')).code, 0);
  const enable = ['operators', 'enable', '--email', 'three@staff.example'];
  assert.equal((await say(...enable)).code, 1);
  assert.equal((await say(...enable, '--alone', reason)).code, 0);

  const list = await say('operators', 'list');
  assert.match(list.out, /two@staff\.example/);
  const trail = await say('operators', 'audit', '--json');
  const { rows } = JSON.parse(trail.out) as { rows: { act: string; actor: string }[] };
  assert.deepEqual(
    rows.map(({ act }) => act),
    [
      'operator.enable',
      'operator.break_glass',
      'operator.disable',
      'operator.create',
      'operator.break_glass',
      'operator.create',
      'operator.create',
    ],
  );
  assert.ok(rows.every(({ actor }) => actor === 'command line'));
  assert.ok(!trail.out.includes(made.invitation.split('#')[1] ?? '-'));

  const before = await openDatabase({ url });
  const told = await before.query(
    `select template from notices.notice where state = 'waiting' order by notice_id`,
  );
  await before.close();
  assert.deepEqual(
    told.map(({ template }) => template),
    ['operator_disabled', 'operator_disabled', 'operator_disabled'],
    'both administrators, and who was put out',
  );

  const proof = await say('verify', '--json');
  assert.equal(proof.code, 0, proof.out);
  assert.match(proof.out, /"auditRows": ?7/);
  const database = await openDatabase({ url });
  await database.script(`alter table operators.audit disable trigger audit_is_only_appended;
    update operators.audit set detail = '{}' where audit_id = 3`);
  await database.close();
  const found = await say('verify');
  assert.equal(found.code, 1);
  assert.match(found.out, /audit_chain/);
});
