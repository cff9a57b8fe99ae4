/** Cases on a test's database: the world of gifts with the wallets, and "that was not me" over both. */
import assert from 'node:assert/strict';
import { openCases, type CaseParts, type Cases } from '../../src/cases/index.ts';
import { openCardStories } from '../../src/instruments/index.ts';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openInbox } from '../../src/notices/index.ts';
import { openGiftWorld, PASSWORD, type GiftWorld, type Sender } from './gift-world.ts';

export interface CaseWorld {
  readonly gifts: GiftWorld;
  readonly cases: Cases;
  /** What of a wallet the engine does not hold back. */
  spendableOfWallet(memberId: string): Promise<bigint>;
  /** The number of the newest message to an address. */
  noticeTo(email: string): Promise<string>;
  /** At the same browser, with the code that goes by mail. */
  signInAgain(sender: Sender): Promise<void>;
  close(): Promise<void>;
}

export async function openCaseWorld(
  database: Database,
  {
    wallets = 'live',
    change = (live) => live,
  }: {
    readonly wallets?: 'live' | 'die_once';
    readonly change?: (parts: CaseParts) => CaseParts;
  } = {},
): Promise<CaseWorld> {
  const world = await openGiftWorld(database);
  const { clock, engine } = world.house;
  const { keys, members, notices } = world.members;
  const parts = change({
    database,
    keys,
    clock,
    notices: { ...notices, ...members.notices },
    members,
    random: systemRandom,
    log: silentLog(),
    inbox: openInbox(database, keys),
    wallets: wallets === 'live' ? world.wallets : dyingOnce(world.wallets),
    gifts: world.gifts,
    stories: openCardStories({ database, keys, clock, laneCount: engine.laneCount }),
    issuerIds: () => [1],
  });
  return {
    gifts: world,
    cases: openCases(parts),
    async spendableOfWallet(memberId) {
      const held = await world.wallets.holdings(memberId);
      return held
        .filter(({ isFrozen }) => !isFrozen)
        .reduce((sum, { spendableMinor }) => sum + spendableMinor, 0n);
    },
    async noticeTo(email) {
      const [newest] = await world.members.mails(email);
      assert.ok(newest, 'something was written to it');
      return newest.number;
    },
    async signInAgain({ browser, email }) {
      const asked = browser.take(await members.signIn({ email, password: PASSWORD }, browser.from));
      assert.ok(asked.ok, JSON.stringify(asked));
      const code = await world.members.codeOf(email);
      assert.ok(browser.take(await members.proveSignIn(code, browser.from)).ok);
    },
    close: () => world.close(),
  };
}

/** As if the process died right behind the first transaction of a case. */
function dyingOnce(wallets: CaseParts['wallets']): CaseParts['wallets'] {
  let isAlive = false;
  return {
    holdings: wallets.holdings,
    stopAtOnce: wallets.stopAtOnce,
    namesOfHelp: wallets.namesOfHelp,
    unfreezeAll: wallets.unfreezeAll,
    freezeAll(memberId, stop) {
      if (isAlive) return wallets.freezeAll(memberId, stop);
      isAlive = true;
      return Promise.reject(new Error('the process died here'));
    },
  };
}
