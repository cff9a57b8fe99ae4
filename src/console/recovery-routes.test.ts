import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { openMemberWorld } from '../../test/support/member-world.ts';
import { readAudit } from '../operators/index.ts';
import { recoveryRoutes } from './index.ts';

const OURS = { 'kinken-issuer': 'hoshi' };
const EMAIL = 'hana@example.jp';

forBothDatabases(
  'support asks for a recovery: it waits, is told and leaves its row',
  async (on) => {
    await openHouse(on);
    const people = await openMemberWorld(on);
    await people.member(EMAIL);
    const found = await people.members.findByEmail(on, EMAIL);
    assert.ok(found);
    await using world = await openConsoleWorld(on, {
      routes: () => [recoveryRoutes(people.members)],
    });
    const support = await world.browser(await world.staff.operator('support'));
    const auditor = await world.browser(await world.staff.operator('auditor'));
    const { memberId } = found;
    const reason = 'passport and a letter from the ward office';
    const wanted = { memberId, email: 'new@example.jp', reason };
    const ask = (body: object) => support.post('/members/recovery', body, OURS);
    assert.equal((await auditor.post('/members/recovery', wanted, OURS)).status, 403);
    assert.equal((await ask({ ...wanted, reason: 'seen' })).status, 400, 'which papers?');
    assert.equal((await ask({ ...wanted, memberId: 'nobody' })).status, 404);
    assert.equal((await ask({ ...wanted, email: EMAIL })).status, 409);
    assert.equal((await ask({ ...wanted, email: 'no address' })).status, 422);
    const begun = await ask(wanted);
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    for (const to of [EMAIL, 'new@example.jp']) {
      const [mail] = await people.mails(to);
      assert.match(mail?.content?.text ?? '', /by support/, to);
    }
    assert.equal((await people.members.findByEmail(on, EMAIL))?.memberId, memberId, 'not yet');
    const asked = { before: null, size: 50, issuerId: null, actor: null, subject: null };
    const acts = await readAudit(on, { ...asked, kind: 'act' });
    assert.ok(acts.some(({ act, subject }) => act === 'members.recovery' && subject === memberId));
  },
);
