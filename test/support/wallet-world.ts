/** Wallets on a test's database: members, a small issuer with its engine, and one clock for all. */
import assert from 'node:assert/strict';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { CardReference, RunningEngine } from '../../src/instruments/index.ts';
import type { Member } from '../../src/members/index.ts';
import { openWallets, type WalletParts, type Wallets } from '../../src/wallets/index.ts';
import { openHouse, type House } from './house.ts';
import { openMemberWorld, type MemberWorld } from './member-world.ts';

export interface WalletWorld {
  readonly house: House;
  readonly world: MemberWorld;
  readonly wallets: Wallets;
  /** The engine as doors see it. */
  readonly engine: RunningEngine;
  member(email: string): Promise<Member>;
  /** A code of so much, and the member who has added it. */
  filled(
    email: string,
    amountMinor: bigint,
  ): Promise<{ member: Member; instrumentId: bigint; card: CardReference & { by: 'code' } }>;
  /** The digits that the member shows at a till. */
  shown(member: Member, instrumentId: bigint, maxMinor?: bigint): Promise<string>;
  close(): Promise<void>;
}

export async function openWalletWorld(
  database: Database,
  changed: (house: House) => Partial<WalletParts> = () => ({}),
): Promise<WalletWorld> {
  const house = await openHouse(database);
  await database.query(
    `update programmes.product set redeems_by = '{code,member}' where key = 'code'`,
  );
  await database.query('update programmes.version set version = version + 1');
  await house.catalogue.refresh(database);
  const world = await openMemberWorld(database, house.clock);
  const wallets = openWallets({
    connection: database,
    engine: house.engine,
    keyRing: world.keys,
    random: systemRandom,
    clock: house.clock,
    log: silentLog(),
    notices: world.notices,
    members: world.members,
    catalogue: () => house.catalogue.current(),
    houseClientId: async () => 1,
    ...changed(house),
  });
  const member = async (email: string): Promise<Member> => {
    const browser = await world.member(email);
    const session = await world.members.find(browser.from.cookie);
    assert.ok(session, 'who signs up is signed in');
    return session.member;
  };
  return {
    house,
    world,
    wallets,
    engine: wallets.engineWithBarcodes(house.engine),
    member,
    async filled(email, amountMinor) {
      const owner = await member(email);
      const card = await house.issued(amountMinor);
      const added = await wallets.add(owner.memberId, card);
      assert.ok(added.ok, added.ok ? '' : added.refusal);
      return { member: owner, instrumentId: added.value.instrumentId, card };
    },
    async shown({ memberId }, instrumentId, maxMinor = 5_000n) {
      const showing = { memberId, shownTo: memberId, helperId: null, instrumentId, maxMinor };
      const shown = await wallets.showBarcode(showing);
      assert.ok(shown.ok, shown.ok ? '' : shown.refusal);
      return shown.value.digits;
    },
    close: () => house.close(),
  };
}
