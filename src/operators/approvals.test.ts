import assert from 'node:assert/strict';
import { openDesk, refusalOf } from '../../test/support/approval-desk.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { readAudit, setOperatorActive, verifyAudit, type Operator } from './index.ts';

forBothDatabases('R33: a second person does what the first has asked for', async (database) => {
  const { staff, approvals, done, ask } = openDesk(database);
  const [one, two] = [
    await staff.operator('channel_manager'),
    await staff.operator('administrator'),
  ];
  const asked = await ask(one);
  assert.equal(asked.state, 'open');
  assert.deepEqual(asked.change, { what: 'sale' });
  assert.equal(asked.summary.ja, 'sale を再開する');
  const approved = await approvals.approve(two, asked.approvalId, asked.hash);
  assert.ok(approved.ok);
  assert.equal(approved.value.state, 'approved');
  assert.equal(approved.value.decidedBy?.operatorId, two.operatorId);
  assert.deepEqual(done, ['sale by two']);
  const again = await approvals.approve(two, asked.approvalId, asked.hash);
  assert.equal(refusalOf(again), 'already_decided');
  const trail = await readAudit(database, {
    before: null,
    size: 10,
    issuerId: null,
    actor: null,
    subject: `approval:${asked.approvalId}`,
    kind: 'act',
  });
  assert.deepEqual(
    trail.map(({ act, actor }) => [act, actor]),
    [
      ['approval.approve', two.actor],
      ['approval.ask', one.actor],
    ],
  );
  assert.equal((await verifyAudit(database)).finding, null);
});

forBothDatabases('R33: the same person is no second one, whatever its roles', async (database) => {
  const { staff, approvals, done, ask } = openDesk(database);
  const both = await staff.operator(['administrator', 'channel_manager', 'compliance']);
  const { approvalId, hash } = await ask(both);
  assert.equal(refusalOf(await approvals.approve(both, approvalId, hash)), 'same_person');
  assert.equal(refusalOf(await approvals.refuse(both, approvalId, 'no')), 'same_person');
  const withdrawn = await approvals.withdraw(both, approvalId);
  assert.ok(withdrawn.ok);
  assert.equal(withdrawn.value.state, 'withdrawn');
  assert.deepEqual(done, []);
});

forBothDatabases('R33: what was changed after it was shown is not approved', async (database) => {
  const { staff, approvals, done, ask } = openDesk(database);
  const [one, two] = [
    await staff.operator('channel_manager'),
    await staff.operator('administrator'),
  ];
  const asked = await ask(one);
  const id = asked.approvalId;
  const other = await ask(one, 'other');
  assert.equal(refusalOf(await approvals.approve(two, id, other.hash)), 'change_differs');
  assert.equal(refusalOf(await approvals.approve(two, id, 'ab')), 'change_differs');
  for (const tampering of [
    `update operators.approval set change = '{"what":"everything"}' where approval_id = ${id}`,
    `update operators.approval set issuer_id = null, kind = 'operator.create' where approval_id = ${id}`,
    `update operators.approval set asked_at = asked_at + interval '1 s' where approval_id = ${id}`,
  ]) {
    await database.script(`begin; create table operators.kept as select * from operators.approval;
      ${tampering}; commit;`);
    assert.match(
      refusalOf(await approvals.approve(two, id, asked.hash)),
      /^(change_differs|change_not_understood)$/,
    );
    // Whoever loads it again is shown the changed one, but that was never asked for.
    const shown = await approvals.find(two, id);
    assert.notEqual(shown?.hash, asked.hash);
    const loaded = await approvals.approve(two, id, shown?.hash ?? '');
    assert.match(refusalOf(loaded), /^(change_differs|change_not_understood)$/);
    await database.script(`begin; delete from operators.approval;
      insert into operators.approval overriding system value select * from operators.kept;
      drop table operators.kept; commit;`);
  }
  assert.deepEqual(done, []);
  assert.ok((await approvals.approve(two, id, asked.hash)).ok);
});

forBothDatabases('an approval that is over is not given, nor is one twice', async (database) => {
  const { staff, approvals, done, ask } = openDesk(database);
  const [one, two] = [
    await staff.operator('channel_manager'),
    await staff.operator('administrator'),
  ];
  const old = await ask(one);
  staff.clock.advance(old.expiresAt - staff.clock.now() - 1);
  const page = { which: 'open', before: null, size: 10 } as const;
  assert.equal((await approvals.list(two, page)).length, 1);
  staff.clock.advance(1);
  const late = await approvals.approve(two, old.approvalId, old.hash);
  assert.equal(refusalOf(late), 'approval_expired');
  const broken = { id: old.approvalId, hash: old.hash, reason: 'nobody else is here tonight' };
  assert.equal(refusalOf(await approvals.breakGlass(two, broken)), 'approval_expired');
  assert.equal((await approvals.list(two, page)).length, 0);
  assert.equal((await approvals.find(two, old.approvalId))?.state, 'expired');

  const fresh = await ask(one, 'once');
  const three = await staff.operator('channel_manager');
  const both = await Promise.all(
    [two, three].map((each) => approvals.approve(each, fresh.approvalId, fresh.hash)),
  );
  assert.deepEqual(both.map(({ ok }) => String(ok)).toSorted(), ['false', 'true']);
  assert.deepEqual(done, ['once by two']);
});

forBothDatabases(
  'who may not ask does not ask, and who may not approve does not',
  async (database) => {
    const { staff, approvals, ask } = openDesk(database);
    const one = await staff.operator('channel_manager');
    const { approvalId, hash } = await ask(one);
    for (const role of ['support', 'fraud', 'compliance', 'auditor'] as const) {
      const other = await staff.operator(role);
      const asking = {
        kind: 'test.resume',
        issuerId: null,
        change: { what: 'x' },
        reason: 'because',
      };
      assert.equal(refusalOf(await approvals.ask(other, asking)), 'not_permitted', role);
      assert.equal(
        refusalOf(await approvals.approve(other, approvalId, hash)),
        'not_permitted',
        role,
      );
      const broken = { id: approvalId, hash, reason: 'nobody else is here tonight' };
      assert.equal(refusalOf(await approvals.breakGlass(other, broken)), 'not_permitted', role);
      assert.equal(
        refusalOf(await approvals.refuse(other, approvalId, 'no, wait')),
        'not_permitted',
      );
      assert.equal(refusalOf(await approvals.withdraw(other, approvalId)), 'not_permitted');
    }
    const asking = { kind: 'test.other', issuerId: null, change: {}, reason: 'because' };
    assert.equal(refusalOf(await approvals.ask(one, asking)), 'kind_not_known');
  },
);

forBothDatabases('another issuer asks for nothing here, and sees nothing', async (database) => {
  await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('one', '一', 'One'), ('two', '二', 'Two')`);
  const { staff, approvals, ask } = openDesk(database);
  const all = await staff.operator('channel_manager');
  const asked = await ask(all); // of every issuer
  const stranger = await staff.operator('administrator', 2);
  const refusal = refusalOf(await approvals.approve(stranger, asked.approvalId, asked.hash));
  assert.equal(refusal, 'approval_not_found');
  assert.equal(await approvals.find(stranger, asked.approvalId), undefined);
  assert.deepEqual(await approvals.list(stranger, { which: 'all', before: null, size: 9 }), []);
  for (const issuerId of [null, 1]) {
    const asking = { kind: 'test.resume', issuerId, change: { what: 'x' }, reason: 'because' };
    assert.equal(refusalOf(await approvals.ask(stranger, asking)), 'not_permitted');
  }
  const raise = { email: 'new@staff.example', name: 'New', roles: ['auditor'], locale: 'en' };
  const elsewhere = { kind: 'operator.create', issuerId: 2, change: { ...raise, issuerId: null } };
  const sneaked = await approvals.ask(stranger, { ...elsewhere, reason: 'because' });
  assert.equal(refusalOf(sneaked), 'other_issuer');
});

forBothDatabases(
  'broken glass is loud, has a reason, and is reviewed by another',
  async (database) => {
    const desk = openDesk(database);
    const { staff, approvals, ask } = desk;
    const alone = await staff.operator('channel_manager');
    const { approvalId: id, hash } = await ask(alone);
    const quick = await approvals.breakGlass(alone, { id, hash, reason: 'hurry' });
    assert.equal(refusalOf(quick), 'reason_needed');
    const other = await approvals.breakGlass(alone, {
      id,
      hash: hash.replace(/./g, '0'),
      reason: 'nobody answers, sale stands still',
    });
    assert.equal(refusalOf(other), 'change_differs');
    const reason = 'nobody answers, sale stands still';
    const broken = await approvals.breakGlass(alone, { id, hash, reason });
    assert.ok(broken.ok);
    assert.equal(broken.value.state, 'broken_glass');
    assert.deepEqual(desk.done, ['sale by one']);
    assert.deepEqual(desk.told, ['Resume sale']);
    assert.ok(desk.logLines.some((line) => line.includes('"alert":"break_glass"')));

    const unreviewed = { which: 'unreviewed', before: null, size: 10 } as const;
    const auditor = await staff.operator('auditor');
    assert.equal((await approvals.list(auditor, unreviewed)).length, 1);
    const boss = await staff.operator(['administrator', 'channel_manager']);
    assert.equal(refusalOf(await approvals.review(auditor, id, 'I saw it')), 'not_permitted');
    assert.equal(refusalOf(await approvals.review(boss, id, ' ')), 'reason_needed');
    const reviewed = await approvals.review(boss, id, 'It was right.');
    assert.ok(reviewed.ok);
    assert.equal(reviewed.value.reviewedBy?.operatorId, boss.operatorId);
    assert.equal(refusalOf(await approvals.review(boss, id, 'again')), 'not_to_review');
    assert.equal((await approvals.list(auditor, unreviewed)).length, 0);

    const second = await ask(boss, 'night');
    const own = { id: second.approvalId, hash: second.hash, reason };
    assert.ok((await approvals.breakGlass(boss, own)).ok);
    const self = await approvals.review(boss, second.approvalId, 'I was right.');
    assert.equal(refusalOf(self), 'same_person');
  },
);

forBothDatabases('a change that is refused half way leaves nothing, and stays open', async (on) => {
  const { staff, approvals, ask } = openDesk(on);
  const [one, two] = [
    await staff.operator('channel_manager'),
    await staff.operator('administrator'),
  ];
  for (const [what, reason] of [
    ['impossible', 'gone_by_now'],
    ['half', 'second_half'],
  ] as const) {
    const asked = await ask(one, what);
    const result = await approvals.approve(two, asked.approvalId, asked.hash);
    assert.deepEqual(result, { ok: false, refusal: 'change_not_possible', reason });
    assert.equal((await approvals.find(two, asked.approvalId))?.state, 'open');
  }
  const [rows] = await on.query(`select count(*)::int as rows from operators.sign_in_failure`);
  assert.equal(rows?.['rows'], 0);
  assert.equal((await verifyAudit(on)).finding, null);
});

forBothDatabases('what a disabled operator has asked for is done by nobody', async (database) => {
  const { staff, approvals, done, ask } = openDesk(database);
  const [one, two] = [
    await staff.operator('channel_manager'),
    await staff.operator('administrator'),
  ];
  const { approvalId, hash } = await ask(one);
  const { operatorId } = one;
  const desk = { clock: staff.clock, random: systemRandom, actor: two.actor };
  await database.transaction((on) => setOperatorActive(on, desk, { operatorId, isActive: false }));
  const result = await approvals.approve(two, approvalId, hash);
  assert.equal(refusalOf(result), 'asker_no_longer_permitted');
  assert.deepEqual(done, []);
});

forBothDatabases('R33: an operator and its roles come from two people', async (database) => {
  const { staff, approvals } = openDesk(database);
  const boss = await staff.operator('administrator');
  const officer = await staff.operator('compliance');
  const change = { email: 'New@Staff.example ', name: '新 人', roles: ['support'], issuerId: null };
  const asked = await approvals.ask(boss, {
    kind: 'operator.create',
    issuerId: null,
    change,
    reason: 'joins the desk',
  });
  assert.ok(asked.ok);
  assert.match(asked.value.summary.ja, /新 人 <new@staff\.example>.*サポート/);
  const { approvalId, hash } = asked.value;
  assert.equal(refusalOf(await approvals.approve(boss, approvalId, hash)), 'same_person');
  const made = await approvals.approve(officer, approvalId, hash);
  assert.ok(made.ok);
  assert.match(made.value.shownOnce ?? '', /^[\w-]{43}$/);
  const stored = await database.query(`select * from operators.approval`);
  assert.ok(
    !JSON.stringify(stored, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    ).includes(made.value.shownOnce ?? '-'),
  );

  const { operatorId } = made.value.result as { operatorId: string };
  const raise = { kind: 'operator.roles', issuerId: null, reason: 'promoted' };
  const risen = await approvals.ask(boss, {
    ...raise,
    change: { operatorId, roles: ['administrator', 'auditor'] },
  });
  assert.ok(risen.ok);
  const done = await approvals.approve(officer, risen.value.approvalId, risen.value.hash);
  assert.ok(done.ok);
  const member = await staff.again({ operatorId } as Operator);
  assert.deepEqual(member.roles, ['administrator', 'auditor']);

  // Nobody is the second person for what is done to himself, nor alone.
  const own = await approvals.ask(boss, {
    ...raise,
    change: { operatorId: officer.operatorId, roles: ['administrator'] },
  });
  assert.ok(own.ok);
  const self = await approvals.approve(officer, own.value.approvalId, own.value.hash);
  assert.equal(refusalOf(self), 'decides_of_itself');
});
