import assert from 'node:assert/strict';
import { openDesk, refusalOf, type Desk } from '../../test/support/approval-desk.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { readToTell, setOperatorActive, type Approval, type Operator } from './index.ts';

async function asked(desk: Desk, by: Operator, kind: string, change: object): Promise<Approval> {
  const asking = { kind, issuerId: null, change, reason: 'joins the desk' };
  const result = await desk.approvals.ask(by, asking);
  assert.ok(result.ok, kind);
  return result.value;
}

forBothDatabases('R33: nobody makes, raises, invites or puts out the staff alone', async (on) => {
  const desk = openDesk(on);
  const boss = await desk.staff.operator('administrator');
  const { operatorId } = await desk.staff.operator('support');
  const person = { email: 'puppet@staff.example', name: 'Puppet', issuerId: null };
  for (const [kind, change] of [
    ['operator.create', { ...person, roles: ['administrator'] }],
    ['operator.roles', { operatorId, roles: ['administrator'] }],
    ['operator.reinvite', { operatorId }],
    ['operator.disable', { operatorId }],
  ] as const) {
    const { approvalId: id, hash } = await asked(desk, boss, kind, change);
    const broken = { id, hash, reason: 'nobody else is here tonight' };
    const result = await desk.approvals.breakGlass(boss, broken);
    assert.equal(refusalOf(result), 'never_alone', kind);
  }
  const [rows] = await on.query(`select count(*)::int as rows from operators.operator`);
  assert.equal(rows?.['rows'], 2);
});

forBothDatabases('R33: who was made by one person alone is no second one for it', async (on) => {
  const desk = openDesk(on);
  const boss = await desk.staff.operator(['administrator', 'channel_manager']);
  const puppet = await desk.staff.operator(['administrator', 'channel_manager', 'compliance']);
  const other = await desk.staff.operator(['administrator', 'compliance']);
  // As it stands where one person could do this: nothing does it any more.
  await on.script(`insert into operators.approval (kind, change, change_hash, summary_ja, summary_en,
      reason, asked_by, asked_at, expires_at, state, decided_by, decided_at, decided_note, result)
    values ('operator.create', '{}', '', '', '', 'alone', '${boss.operatorId}', now(),
      now() + interval '1 day', 'broken_glass', '${boss.operatorId}', now(), 'alone at night',
      '{"operatorId":"${puppet.operatorId}"}')`);
  const { approvalId, hash } = await desk.ask(boss);
  const alone = await desk.approvals.approve(puppet, approvalId, hash);
  assert.equal(refusalOf(alone), 'made_by_asker');
  const reason = 'nobody answers, sale stands still';
  const broken = await desk.approvals.breakGlass(boss, { id: approvalId, hash, reason });
  assert.ok(broken.ok);
  const reviewed = await desk.approvals.review(puppet, approvalId, 'all is well');
  assert.equal(refusalOf(reviewed), 'made_by_asker');
  const foreign = await desk.ask(other, 'another');
  assert.ok((await desk.approvals.approve(puppet, foreign.approvalId, foreign.hash)).ok);
  assert.ok((await desk.approvals.review(other, approvalId, 'all is well')).ok);
});

forBothDatabases('one person puts out three in a day, and never all who watch', async (on) => {
  const desk = openDesk(on);
  const { staff, approvals } = desk;
  const boss = await staff.operator('administrator');
  const watcher = await staff.operator('administrator');
  const hands = [1, 2, 3, 4].map(() => staff.operator('support'));
  const [one, two, three, four] = await Promise.all(hands);
  assert.ok(one && two && three && four);
  const by = { clock: staff.clock, random: systemRandom, actor: boss.actor };
  const putOut = ({ operatorId }: Operator) =>
    on.transaction((inside) => setOperatorActive(inside, by, { operatorId, isActive: false }));
  assert.deepEqual(await putOut(watcher), { ok: false, refusal: 'nobody_else_reviews' });
  for (const each of [one, two, three]) assert.ok((await putOut(each)).ok);
  assert.deepEqual(await putOut(four), { ok: false, refusal: 'second_person_needed' });
  const { operatorId } = four;
  const { approvalId, hash } = await asked(desk, boss, 'operator.disable', { operatorId });
  assert.ok((await approvals.approve(watcher, approvalId, hash)).ok);
  assert.equal((await staff.again(four)).isActive, false);
  staff.clock.advance(24 * 60 * 60_000);
  const five = await staff.operator('support');
  assert.ok((await putOut(five)).ok, 'another day, another person');

  const told = async () => (await readToTell(on, null, staff.clock.now())).length;
  assert.equal(await told(), 7, 'who was put out lately is told as well');
  staff.clock.advance(30 * 24 * 60 * 60_000);
  assert.equal(await told(), 2);
});
