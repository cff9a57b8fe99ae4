import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Catalogue, OfferConditions, RecordAct } from '../programmes/index.ts';
import {
  addTellings,
  insertPhase,
  lockEpoch,
  markChanged,
  moveEpoch,
  putOff,
  tellAgain,
} from './change-suspensions.sql.ts';
import type { SwitchboardHolder } from './hold-switchboard.ts';
import { isOfNoPlace, merchantsUnder, sellersUnder } from './scope.ts';
import type { Effect, Scope } from './suspension.ts';

/** Who moves the switch, and with what. */
export interface SwitchDesk {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly switches: SwitchboardHolder;
  readonly actor: string; // `operator:<id>`, `client:<key>`, `command line`
  readonly catalogue: () => Catalogue;
  /** Writes the row of the audit trail in the transaction of the change, as its last statement. */
  readonly record: RecordAct;
}

/** A stop "now" begins so long after it is written: by then it is committed, and every batch reads it (R19). */
export const NOW_IS_IN_MS = 1_000;
/** Each clock may be 250 ms from the database's (R24), so two may be twice that apart; a commit later is too late. */
const CLOCKS_APART_MS = 500;

/** What is said of a suspension from a phase on. */
export interface Said {
  readonly textJa: string;
  readonly textEn: string;
  readonly criteria: string;
  readonly expectedEnd: Instant | null;
}

export interface NewPhase extends Said {
  readonly phaseNo: number;
  readonly effect: Effect;
  readonly conditions: OfferConditions | null;
  readonly startsAt: Instant | null; // null: now
  readonly reason: string;
  readonly actor: string;
  readonly approvedBy: string | null;
}

/** The turn of the switch, and with it the epoch that a change will make. */
export async function takeSwitch(on: Queryable): Promise<bigint> {
  const [row] = await lockEpoch(on);
  return present(row, 'the switch has one epoch').epoch + 1n;
}

/**
 * Writes a phase with who is to be told of it, and moves the epoch. Returns its beginning. To be called last
 * before the audit row: the second before a stop begins runs from here.
 */
export async function writePhase(
  on: Queryable,
  { clock, catalogue }: Pick<SwitchDesk, 'clock' | 'catalogue'>,
  { scope, suspensionId, epoch }: { scope: Scope; suspensionId: number; epoch: bigint },
  phase: NewPhase,
): Promise<Instant> {
  const recordedAt = clock.now();
  const startsAt = phase.startsAt ?? recordedAt + NOW_IS_IN_MS;
  await insertPhase(on, { ...phase, suspensionId, startsAt, recordedAt });
  await addTellings(on, {
    suspensionId,
    phaseNo: phase.phaseNo,
    nextAt: recordedAt,
    issuerId: scope.issuerId,
    sellerIds: sellersUnder(catalogue(), scope).map(({ sellerId }) => sellerId),
    merchantIds: merchantsUnder(catalogue(), scope),
    isOfNoPlace: isOfNoPlace(scope),
  });
  await markChanged(on, { suspensionId, epoch });
  await moveEpoch(on, { epoch });
  return startsAt;
}

/**
 * A change must be known everywhere before it begins. One whose commit took too long is put off until it is,
 * with a row in the trail; whoever was told the beginning in between is told again.
 */
export async function beginInTime(
  desk: Pick<SwitchDesk, 'connection' | 'clock' | 'record'>,
  { suspensionId, phaseNo }: { readonly suspensionId: number; readonly phaseNo: number },
  planned: Instant,
): Promise<Instant> {
  let startsAt = planned;
  // Each time twice as far, so that a slow database does not put it off for ever.
  for (let ahead = NOW_IS_IN_MS; desk.clock.now() > startsAt - CLOCKS_APART_MS; ahead *= 2) {
    const before = startsAt;
    startsAt = await desk.connection.transaction(async (on) => {
      const epoch = await takeSwitch(on);
      const now = desk.clock.now();
      const later = now + ahead;
      await putOff(on, { suspensionId, phaseNo, startsAt: later });
      await tellAgain(on, { suspensionId, phaseNo, nextAt: now });
      await markChanged(on, { suspensionId, epoch });
      await moveEpoch(on, { epoch });
      await desk.record(on, {
        act: 'suspension.put_off',
        subject: `suspension:${suspensionId}`,
        detail: { phaseNo, from: before, startsAt: later },
      });
      return later;
    });
  }
  return startsAt;
}
