import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forBothDatabases } from '../../test/support/database.ts';
import { silentLog } from '../kernel/log.ts';
import { leaveBounce, takeBounces } from './bounce-folder.ts';
import type { Mail } from './carrier.ts';
import { bounceMail } from './testing/bounce-mail.ts';
import { openPostOffice } from './testing/post-office.ts';

forBothDatabases(
  'what lies in the folder is taken once, and what is no bounce is put aside',
  async (database) => {
    const folder = join(await mkdtemp(join(tmpdir(), 'kinken-bounces-')), 'bounces');
    const carried: Mail[] = [];
    const { notices } = await openPostOffice(database, {
      carry: async (mail) => void carried.push(mail),
      close: () => undefined,
    });
    const take = () => takeBounces(notices, folder, silentLog());
    try {
      assert.equal(await take(), 0, 'no folder yet');
      await notices.sendNotice(database, {
        template: 'member_already',
        to: 'hanako@example.jp',
        locale: 'ja',
        values: { at: '12:00' },
      });
      await notices.deliver();
      const back = bounceMail(carried[0]!.from);
      assert.equal(await leaveBounce(folder, back), true);
      assert.equal(await leaveBounce(folder, back), true, 'the same again is the same file');
      await leaveBounce(folder, bounceMail('somebody@kinken.example'));
      await writeFile(join(folder, 'half.eml.part'), 'From:'); // still being written
      await writeFile(join(folder, 'long.eml'), Buffer.alloc(3_000_000, 'x'));
      assert.equal(await take(), 3);
      assert.equal(await take(), 0);
      const [row] = await database.query('select state from notices.notice');
      assert.equal(row?.['state'], 'undelivered');
      assert.deepEqual((await readdir(folder)).toSorted(), ['half.eml.part', 'refused']);
      assert.equal((await readdir(join(folder, 'refused'))).length, 2);
    } finally {
      await rm(join(folder, '..'), { recursive: true });
    }
  },
);
