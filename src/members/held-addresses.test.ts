import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openMemberWorld } from '../../test/support/member-world.ts';
import { openInbox } from '../notices/index.ts';
import { contactsOf } from './contacts.ts';

const EMAIL = 'hana@example.jp';
const OTHER = 'hana.new@example.jp';
const DAY_MS = 24 * 60 * 60_000;

forBothDatabases(
  'whoever once had an address reads what was written to it then, and nothing else',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock, keys } = world;
    const inbox = openInbox(on, keys);
    const memberOf = async (email: string) => {
      const home = await world.member(email);
      return (await members.find(home.from.cookie))?.member.memberId ?? '';
    };
    const move = async (memberId: string, email: string) => {
      assert.ok((await members.beginSupportRecovery({ memberId, email })).ok);
      clock.advance(15 * DAY_MS);
      assert.equal(await members.settleDueChanges(), 1);
      clock.advance(DAY_MS);
    };
    const newest = async (email: string) => (await world.mails(email))[0]?.number ?? '';
    const read = async (memberId: string) => {
      const to = await members.addresses(memberId);
      const listed = await inbox.list({ to, since: 0, before: null, size: 100 });
      return new Set(listed.map(({ number }) => number));
    };
    const owner = async (number: string) => {
      const [row] = await on.query(
        `select (extract(epoch from written_at) * 1000)::bigint::text as at from notices.notice where number = '${number}'`,
      );
      const at = Number(row?.['at']);
      const asked = { email: EMAIL, at, isToFormer: false };
      return (await members.ownerOfAddress(on, asked))?.memberId;
    };

    const hana = await memberOf(EMAIL);
    clock.advance(DAY_MS);
    await move(hana, OTHER);
    const moved = await newest(EMAIL); // that it was changed
    const nobodys = clock.now();
    clock.advance(DAY_MS);
    const next = await memberOf(EMAIL);
    clock.advance(DAY_MS);
    assert.ok((await members.beginSupportRecovery({ memberId: next, email: 'x@example.jp' })).ok);
    const later = await newest(EMAIL);
    const [ofHana, ofNext] = [await read(hana), await read(next)];
    assert.deepEqual([ofHana.has(moved), ofHana.has(later)], [true, false]);
    assert.deepEqual([ofNext.has(moved), ofNext.has(later)], [false, true]);
    assert.deepEqual([await owner(moved), await owner(later)], [hana, next]);
    const asked = { email: EMAIL, at: nobodys, isToFormer: false };
    assert.equal(
      await members.ownerOfAddress(on, asked),
      undefined,
      'written while it was nobody’s',
    );

    // The first one comes back to it: what was written to the one in between stays that one's.
    clock.advance(15 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 1);
    clock.advance(DAY_MS);
    await move(hana, EMAIL);
    const back = await newest(EMAIL);
    const again = await read(hana);
    assert.deepEqual([again.has(moved), again.has(later), again.has(back)], [true, false, true]);
    assert.deepEqual(
      [await owner(moved), await owner(later), await owner(back)],
      [hana, next, hana],
    );
    await move(hana, OTHER);
    assert.deepEqual(
      (await members.addresses(hana)).map((held) => 'email' in held && held.email),
      [OTHER, EMAIL, OTHER, EMAIL],
      'each time of its own',
    );
    assert.equal((await read(hana)).has(later), false);
    assert.deepEqual(await members.addressesOf(on, hana), [OTHER, EMAIL]);

    assert.ok(await on.transaction((inside) => members.closeAccount(inside, next)));
    assert.deepEqual(
      [...(await contactsOf(on, [hana, next])).keys()],
      [hana],
      'nobody is written to',
    );
  },
);
