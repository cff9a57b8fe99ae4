/** What must not be read from the database, a log or an event: claim codes, the codes of the value, what people wrote. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openGiftWorld } from '../../test/support/gift-world.ts';
import { createLog } from '../kernel/log.ts';

const TARO = 'taro-no-uchi@example.jp';
const DAY_MS = 24 * 60 * 60_000;

forBothDatabases(
  'no code, no address of a recipient and no message stands anywhere in clear',
  async (database) => {
    const lines: string[] = [];
    const log = createLog({ isTerminal: false, write: (line) => void lines.push(line) });
    const world = await openGiftWorld(database, { desk: { log } });
    const hana = await world.sender('hana@example.jp');
    const byMail = await world.sent(hana, { to: TARO, message: 'ひみつのことば' });
    const byLink = await world.sent(hana, { channel: 'link' });
    const linkCode = await world.shareCode(hana, byLink.giftId);
    const mailCode = await world.codeTo(TARO);
    const mailed = await world.gifts.shareCode(await hana.session(), byMail.giftId);
    assert.deepEqual(mailed, { ok: true, value: null }, 'the recipient has it');
    world.house.clock.advance(DAY_MS);
    const taro = world.stranger();
    await world.gifts.claim({ code: mailCode }, taro);
    await world.gifts.claim({ code: 'AAAA-BBBB-CCCC-DDDD' }, taro);
    await world.settle();
    const value = await world.gifts.collect(byMail.giftId, taro);
    assert.ok(value.ok && value.value.code !== null);

    const secrets = [mailCode, linkCode, value.value.code, taro.receipt, TARO, 'ひみつのことば'];
    const spelled = secrets.flatMap((each) => [each, each.replaceAll('-', '')]);
    const tables = await database.query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    let rows = 0;
    for (const { name } of tables) {
      for (const { row } of await database.query(
        `select whole::text as row from ${String(name)} as whole`,
      )) {
        rows += 1;
        // Bytes are written as hex: what is there in clear is found in them, too.
        const text = String(row).replace(/\\+x((?:[0-9a-f]{2})+)/g, (_all, hex: string) =>
          Buffer.from(hex, 'hex').toString('utf8'),
        );
        for (const secret of spelled)
          assert.ok(!text.includes(secret), `${secret} in ${String(name)}`);
      }
    }
    assert.ok(rows > 100, 'every table was read');
    const said = [
      ...lines,
      JSON.stringify(
        await world.gifts.history(hana.memberId, { giftId: null, before: null }),
        text,
      ),
    ].join('\n');
    for (const secret of spelled)
      assert.ok(!said.includes(secret), `${secret} in a log or an event`);
    await world.close();
  },
);

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
