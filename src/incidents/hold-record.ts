import type { Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { makeComponentTree, type ComponentTree } from './component-tree.ts';
import type { Incident } from './incident.ts';
import { loadRecord, type LoadedRecord } from './load-record.ts';
import { findOutage, type Attempt, type Outage } from './outage.ts';
import { readVersion } from './read-incidents.sql.ts';
import type { Places, System } from './system.ts';

/** What the public is told of incidents, as this process knows it. */
export interface PublicRecord {
  readonly version: number;
  readonly systems: readonly System[];
  readonly incidents: readonly Incident[];
  readonly tree: ComponentTree;
  /** The incident that stands in the way of an attempt, or null. Some microseconds: a door may ask. */
  affecting(attempt: Attempt): Outage | null;
}

export interface IncidentHolder {
  current(): PublicRecord;
  /** When the database last confirmed that this is how it is. */
  confirmedAt(): Instant;
  /** Reads what has changed, in this process or another. Of many callers at once one reads for all. */
  refresh(connection: Connection): Promise<PublicRecord>;
  /** Called after each change that this process has come to know. */
  onChange(listener: (record: PublicRecord) => void): void;
}

export interface IncidentHolderParts {
  readonly connection: Connection;
  readonly clock: { now(): Instant };
  places(): Places;
}

export async function holdIncidents(parts: IncidentHolderParts): Promise<IncidentHolder> {
  return incidentHolderOf(parts, await loadRecord(parts.connection));
}

/** Reads the record unless it is the one of this version. */
type ReadNewer = (connection: Connection, version: number) => Promise<LoadedRecord>;

export function incidentHolderOf(
  parts: Omit<IncidentHolderParts, 'connection'>,
  first: LoadedRecord,
  readNewer: ReadNewer = loadNewer,
): IncidentHolder {
  const { clock } = parts;
  let knownPlaces = parts.places();
  let known = recordOf(first, knownPlaces);
  let confirmedAt = clock.now();
  let reading: Promise<void> | undefined;
  const listeners: ((record: PublicRecord) => void)[] = [];

  function current(): PublicRecord {
    const newest = parts.places();
    if (newest !== knownPlaces) {
      knownPlaces = newest;
      known = recordOf(known, newest);
    }
    return known;
  }

  async function read(connection: Connection): Promise<void> {
    const askedAt = clock.now();
    const before = known.version;
    const loaded = await readNewer(connection, before);
    // A reading that began before a change may end after it: a known version never goes back.
    if (loaded.version > known.version) known = recordOf(loaded, knownPlaces);
    confirmedAt = askedAt;
    if (known.version !== before) for (const tell of listeners) tell(current());
  }

  return {
    current,
    confirmedAt: () => confirmedAt,
    async refresh(connection) {
      const underWay = reading;
      if (underWay !== undefined) await underWay.catch(() => undefined);
      reading ??= read(connection).finally(() => {
        reading = undefined;
      });
      await reading;
      return current();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

async function loadNewer(connection: Connection, version: number): Promise<LoadedRecord> {
  const [row] = await readVersion(connection);
  const isSame = Number(row?.version ?? 0) === version;
  return isSame ? { version, systems: [], incidents: [] } : loadRecord(connection);
}

function recordOf({ version, systems, incidents }: LoadedRecord, places: Places): PublicRecord {
  const tree = makeComponentTree(systems, places);
  return {
    version,
    systems,
    incidents,
    tree,
    affecting: (attempt) => findOutage(incidents, tree, attempt),
  };
}
