import { assert, present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { LANES_MAX, makeId } from '../kernel/ids.ts';
import type { Unit } from '../kernel/money.ts';
import type { AccountRow, HouseAccount, LaneRow, TransferRow } from './rows.ts';
import { RowSet } from './row-set.ts';

/**
 * The books of the lanes whose turn a batch holds: accounts and transfers in memory, one function that
 * moves value. What it asserts the database holds again as a constraint.
 */
export class Books {
  readonly lanes = new Map<number, LaneRow>();
  readonly accounts = new RowSet<AccountRow>();
  readonly transfers: TransferRow[] = [];
  /** Accounts that were asked for: one of these that is not there is new, any other is our mistake. */
  readonly #asked = new Set<bigint>();

  lane(lane: number): LaneRow {
    return present(this.lanes.get(lane), 'a lane is touched only in its turn');
  }

  hasTurn(lane: number): boolean {
    return this.lanes.has(lane);
  }

  nextId(lane: number): bigint {
    const row = this.lane(lane);
    row.lastId += 1n;
    return makeId(row.lastId, lane);
  }

  ask(lane: number, accountId: bigint): void {
    this.#asked.add(accountKey(lane, accountId));
  }

  wasAsked(lane: number, accountId: bigint): boolean {
    return this.#asked.has(accountKey(lane, accountId));
  }

  hasAccount(lane: number, accountId: bigint): boolean {
    return this.accounts.find(accountKey(lane, accountId)) !== undefined;
  }

  loadAccount(row: AccountRow): void {
    this.accounts.load(accountKey(row.lane, row.accountId), row);
  }

  account(lane: number, accountId: bigint): AccountRow {
    return present(
      this.accounts.find(accountKey(lane, accountId)),
      'an account is read before it is used',
    );
  }

  /** The lane's copy of a house account; a first use opens it. */
  houseAccount(lane: number, house: HouseAccount): AccountRow {
    const key = accountKey(lane, house.accountId);
    const found = this.accounts.find(key);
    if (found !== undefined) return found;
    assert(this.#asked.has(key), 'a house account is read before it is used');
    return this.openAccount(lane, house.accountId, house.unit, house.floorMinor);
  }

  openAccount(lane: number, accountId: bigint, unit: Unit, floorMinor: bigint | null): AccountRow {
    const row = { lane, accountId, unit, postedMinor: 0n, heldMinor: 0n, floorMinor };
    return this.accounts.add(accountKey(lane, accountId), row);
  }

  /** What may still leave the account; null without a floor. */
  available(account: AccountRow): bigint | null {
    if (account.floorMinor === null) return null;
    return account.postedMinor - account.heldMinor - account.floorMinor;
  }

  /** Moves value. Whether it may move was judged before; here it must succeed. */
  post(
    debit: AccountRow,
    credit: AccountRow,
    amountMinor: bigint,
    lotId: bigint | null,
  ): TransferRow {
    assert(amountMinor > 0n, 'a transfer has a positive amount');
    assert(
      debit !== credit && debit.lane === credit.lane,
      'a transfer joins two accounts of a lane',
    );
    assert(debit.unit === credit.unit, 'a transfer stays in its unit');
    debit.postedMinor -= amountMinor;
    credit.postedMinor += amountMinor;
    const available = this.available(debit);
    assert(available === null || available >= 0n, 'no account falls below its floor');
    this.accounts.change(debit);
    this.accounts.change(credit);
    const transfer = {
      lane: debit.lane,
      transferId: this.nextId(debit.lane),
      debitAccountId: debit.accountId,
      creditAccountId: credit.accountId,
      amountMinor,
      lotId,
      batchId: this.lane(debit.lane).lastBatchId + 1n,
    };
    this.transfers.push(transfer);
    return transfer;
  }

  /** Promises value of an account to a hold, or gives it back with a negative amount. */
  hold(account: AccountRow, amountMinor: bigint): void {
    account.heldMinor += amountMinor;
    const available = this.available(account);
    assert(account.heldMinor >= 0n, 'nothing is released that was not held');
    assert(available === null || available >= 0n, 'no more is held than is there');
    this.accounts.change(account);
  }

  /** The later of an arrival and the last instant of the lanes it touches: a lane never goes back (R24). */
  settleInstant(lanes: readonly number[], arrivedAt: Instant): Instant {
    let at = arrivedAt;
    for (const lane of lanes) at = Math.max(at, this.lane(lane).lastAt);
    for (const lane of lanes) this.lane(lane).lastAt = at;
    return at;
  }
}

/**
 * An instrument's account has its lane in its id; a house account has a copy in each lane, and a negative id.
 * A number and no text: as the key of a map it takes 0.04 us where a text that is made for it takes 0.3.
 */
export function accountKey(lane: number, accountId: bigint): bigint {
  return accountId >= 0n ? accountId : accountId * LANES - BigInt(lane);
}

const LANES = BigInt(LANES_MAX);
