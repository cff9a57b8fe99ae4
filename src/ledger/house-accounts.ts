import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Unit } from '../kernel/money.ts';
import { ensureHouseAccounts, readHouseAccounts } from './house-accounts.sql.ts';
import type { HouseAccount, HouseAccountKind } from './rows.ts';

/** Names a house account; `partyId` is a seller, merchant or client, or 0 where the kind has none. */
export interface HouseKey {
  readonly issuerId: number;
  readonly kind: HouseAccountKind;
  readonly partyId: number;
  readonly unit: Unit;
}

/** The house accounts there are. They are named once and never change, so every process keeps them all. */
export class HouseDirectory {
  #byKey = new Map<string, HouseAccount>();
  #byId = new Map<bigint, HouseAccount>();

  find(key: HouseKey): HouseAccount | undefined {
    return this.#byKey.get(houseKeyText(key));
  }

  get(key: HouseKey): HouseAccount {
    return present(this.find(key), 'a house account is named before a batch needs it');
  }

  findById(accountId: bigint): HouseAccount | undefined {
    return this.#byId.get(accountId);
  }

  async load(on: Queryable): Promise<void> {
    for (const row of await readHouseAccounts(on)) {
      const account = { ...row, kind: row.kind as HouseAccountKind };
      this.#byKey.set(houseKeyText(account), account);
      this.#byId.set(account.accountId, account);
    }
  }

  /** Names what is missing. Never inside a batch: a batch that is rolled back would leave ids that are not there. */
  async ensure(on: Queryable, keys: readonly HouseKey[]): Promise<void> {
    const missing = keys.filter((key) => this.find(key) === undefined);
    if (missing.length === 0) return;
    await ensureHouseAccounts(on, {
      issuerIds: missing.map((key) => key.issuerId),
      kinds: missing.map((key) => key.kind),
      partyIds: missing.map((key) => key.partyId),
      units: missing.map((key) => key.unit),
      floorMinors: missing.map((key) => (key.kind === 'partner_funds' ? 0n : null)),
    });
    await this.load(on);
  }
}

function houseKeyText(key: HouseKey): string {
  return `${key.issuerId}:${key.kind}:${key.partyId}:${key.unit}`;
}
