import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { findScope } from './find-scope.ts';
import type { PublicRecord } from './hold-record.ts';
import { judgeJump, type Counts, type Sign, type Usual } from './judge-jump.ts';
import { readSeen, type ReadSeenHoursRow, type ReadSeenRow } from './keep-observations.sql.ts';
import { findDismissed, putProposal } from './proposals.sql.ts';
import { readUsual, silentSince, usualOf } from './silent-since.ts';
import type { Phase, System } from './system.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_MINUTES = 5;
/** What a person has dismissed is not proposed again for as long. */
const DISMISSED_MS = 30 * MINUTE_MS;

/** What was seen at one place beside what is usual there, for whoever decides. */
export interface PlaceFigures {
  readonly systemId: number;
  readonly seen: Counts;
  readonly usual: Usual;
}

export interface ProposalFigures {
  readonly minutes: number;
  readonly places: readonly PlaceFigures[];
  readonly causes: readonly { readonly cause: string; readonly count: number }[];
}

export interface Proposed {
  readonly proposalId: number;
  readonly issuerId: number;
  readonly sign: Sign;
  readonly phase: Phase;
  readonly isNew: boolean;
}

/**
 * One look at the last minutes, against the same hour of the same day in the weeks before. What looks wrong is
 * proposed, with the smallest part of the dependency chain that covers it; nothing is told to anybody yet.
 */
export async function proposeIncidents(
  connection: Connection,
  record: PublicRecord,
  now: Instant,
): Promise<readonly Proposed[]> {
  const from = Math.floor(now / MINUTE_MS) * MINUTE_MS - (LOOK_MINUTES - 1) * MINUTE_MS;
  const minutes = Math.max(1, (now - from) / MINUTE_MS);
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const [seen, usual, dismissed] = await Promise.all([
    readSeen(connection, { from }),
    readUsual(connection, hour),
    findDismissed(connection, { since: now - DISMISSED_MS }),
  ]);
  const quiet = new Set(dismissed.map((row) => `${row.issuerId} ${row.sign} ${row.phase}`));
  const proposed: Proposed[] = [];
  for (const [group, places] of groupsOf(record, seen, usual, minutes)) {
    const [issuerId, phase] = [Number(group.split(' ')[0]), group.split(' ')[1] as Phase];
    for (const [sign, wrong] of signsOf(places)) {
      const systems = wrong.map(({ system }) => system);
      const scope = findScope(record.tree, issuerId, phase, {
        wrong: systems,
        active: places.map(({ system }) => system),
      });
      if (quiet.has(`${issuerId} ${sign} ${phase}`)) continue;
      if (isKnown(record, scope, phase, now)) continue;
      const figures: ProposalFigures = {
        minutes: Math.round(minutes),
        places: wrong.map(({ system, ...counts }) => ({ systemId: system.systemId, ...counts })),
        causes: causesOf(seen, { wrong, issuerId, phase }),
      };
      const since =
        sign === 'silence'
          ? await silentSince(connection, { issuerId, phase, systems }, { now, from })
          : (firstSignOf(seen, sign, { wrong, issuerId, phase }) ?? from);
      const [row] = await putProposal(connection, {
        issuerId,
        sign,
        phase,
        systemIds: scope.map(({ systemId }) => systemId),
        since,
        foundAt: now,
        figures,
      });
      proposed.push({ issuerId, sign, phase, ...present(row, 'a row that was put comes back') });
    }
  }
  return proposed;
}

interface PlaceSeen {
  readonly system: System;
  readonly seen: Counts;
  readonly usual: Usual;
}

/** The places of each issuer and phase where anything was seen, or is usual. */
function groupsOf(
  { tree }: PublicRecord,
  seen: readonly ReadSeenRow[],
  usual: readonly ReadSeenHoursRow[],
  minutes: number,
): Map<string, PlaceSeen[]> {
  const keyOf = (row: Pick<ReadSeenRow, 'issuerId' | 'phase' | 'chainId' | 'sellerId'>) =>
    `${row.issuerId} ${row.phase} ${row.chainId} ${row.sellerId}`;
  const seenAt = Map.groupBy(seen, keyOf);
  const usualAt = new Map(usual.map((row) => [keyOf(row), row]));
  const groups = new Map<string, PlaceSeen[]>();
  for (const key of new Set([...seenAt.keys(), ...usualAt.keys()])) {
    const [issuerId, phase, chainId, sellerId] = key.split(' ');
    const system =
      chainId === '0'
        ? tree.findParty('seller', Number(sellerId))
        : tree.findParty('chain', Number(chainId));
    if (system === undefined) continue;
    const group = groups.get(`${issuerId} ${phase}`) ?? [];
    group.push({
      system,
      seen: countsOf(seenAt.get(key) ?? []),
      usual: usualOf(usualAt.get(key), minutes),
    });
    groups.set(`${issuerId} ${phase}`, group);
  }
  return groups;
}

function countsOf(rows: readonly ReadSeenRow[]): Counts {
  const sum = (...kinds: readonly string[]) =>
    rows.reduce((all, { kind, seen }) => (kinds.includes(kind) ? all + seen : all), 0);
  return {
    approved: sum('approved'),
    failed: sum('refused', 'timed_out'),
    signedOff: sum('signed_off'),
  };
}

function signsOf(places: readonly PlaceSeen[]): [Sign, PlaceSeen[]][] {
  const judged = places.flatMap((place) => {
    const sign = judgeJump(place.seen, place.usual);
    return sign === null ? [] : [{ sign, place }];
  });
  const groups = Map.groupBy(judged, ({ sign }) => sign);
  return [...groups].map(([sign, found]) => [sign, found.map(({ place }) => place)]);
}

/** The public is told of it already. */
function isKnown(
  { incidents }: PublicRecord,
  scope: readonly System[],
  phase: Phase,
  now: Instant,
): boolean {
  const open = incidents.filter(
    ({ resolvedAt, startedAt }) => resolvedAt === null && startedAt <= now,
  );
  const told = open.flatMap(({ affected }) => affected).filter((each) => each.phase === phase);
  return scope.every(({ systemId }) => told.some((each) => each.systemId === systemId));
}

interface WrongPlaces {
  readonly wrong: readonly PlaceSeen[];
  readonly issuerId: number;
  readonly phase: Phase;
}

/** Rows of the places where something is wrong. */
function rowsOf(
  seen: readonly ReadSeenRow[],
  { wrong, issuerId, phase }: WrongPlaces,
): readonly ReadSeenRow[] {
  return seen.filter(
    (row) =>
      row.issuerId === issuerId &&
      row.phase === phase &&
      wrong.some(({ system: { kind, partyId } }) =>
        kind === 'chain' ? row.chainId === partyId : row.sellerId === partyId,
      ),
  );
}

const KINDS_OF: Readonly<Partial<Record<Sign, readonly string[]>>> = {
  failures: ['refused', 'timed_out'],
  sign_offs: ['signed_off'],
};

/** The first minute in which it was seen: what is put before an outage is told to people as its beginning. */
function firstSignOf(
  seen: readonly ReadSeenRow[],
  sign: Sign,
  places: WrongPlaces,
): Instant | undefined {
  const kinds = KINDS_OF[sign];
  const firsts = rowsOf(seen, places)
    .filter(({ kind }) => kinds?.includes(kind))
    .map(({ firstAt }) => firstAt);
  return firsts.length === 0 ? undefined : Math.min(...firsts);
}

function causesOf(
  seen: readonly ReadSeenRow[],
  places: WrongPlaces,
): { cause: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rowsOf(seen, places)) {
    if (row.kind === 'approved' || row.kind === 'signed_on') continue;
    const cause = row.cause === '' ? row.kind : row.cause;
    counts.set(cause, (counts.get(cause) ?? 0) + row.seen);
  }
  return [...counts]
    .map(([cause, count]) => ({ cause, count }))
    .toSorted((one, other) => other.count - one.count)
    .slice(0, 5);
}
