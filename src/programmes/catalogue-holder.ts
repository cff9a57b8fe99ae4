import type { Clock } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Catalogue } from './catalogue.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** The catalogue as this process knows it, with places as they are now. A batch that reads a newer version refreshes it (R18). */
export interface CatalogueHolder {
  current(): Catalogue;
  /** Reads what has changed unless `leastVersion` is known already; of many callers at once one loads for all. */
  refresh(connection: Connection, leastVersion?: number): Promise<Catalogue>;
}

/** Without a clock it shows places as they were last written. */
export async function holdCatalogue(
  connection: Connection,
  clock: Pick<Clock, 'now'> = { now: () => Infinity },
): Promise<CatalogueHolder> {
  return holderOf(await loadCatalogue(connection), clock);
}

function holderOf(first: Catalogue, clock: Pick<Clock, 'now'>): CatalogueHolder {
  let known = first;
  let loading: Promise<void> | undefined;
  const current = () => known.asAt(clock.now());

  /** A load that began before a change may end after it: a known version never goes back. */
  async function load(connection: Connection): Promise<void> {
    const loaded = await loadCatalogue(connection, known);
    if (loaded.version >= known.version) known = loaded;
  }

  return {
    current,
    async refresh(connection, leastVersion = Number.POSITIVE_INFINITY) {
      if (known.version >= leastVersion) return current();
      const underWay = loading;
      if (underWay !== undefined) {
        await underWay;
        if (known.version >= leastVersion) return current();
      }
      loading ??= load(connection).finally(() => {
        loading = undefined;
      });
      await loading;
      return current();
    },
  };
}
