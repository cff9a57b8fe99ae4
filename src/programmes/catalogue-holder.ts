import type { Connection } from '../kernel/database/index.ts';
import type { Catalogue } from './catalogue.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** The catalogue as this process knows it. A batch that reads a newer version refreshes it (R18). */
export interface CatalogueHolder {
  current(): Catalogue;
  /** Reads what has changed unless `leastVersion` is known already; of many callers at once one loads for all. */
  refresh(connection: Connection, leastVersion?: number): Promise<Catalogue>;
}

export async function holdCatalogue(connection: Connection): Promise<CatalogueHolder> {
  return holderOf(await loadCatalogue(connection));
}

export function holderOf(first: Catalogue): CatalogueHolder {
  let known = first;
  let loading: Promise<Catalogue> | undefined;

  /** A load that began before a change may end after it: a known version never goes back. */
  async function load(connection: Connection): Promise<Catalogue> {
    const loaded = await loadCatalogue(connection, known);
    if (loaded.version >= known.version) known = loaded;
    return known;
  }

  return {
    current: () => known,
    async refresh(connection, leastVersion = Number.POSITIVE_INFINITY) {
      if (known.version >= leastVersion) return known;
      const underWay = loading;
      if (underWay !== undefined) {
        const loaded = await underWay;
        if (loaded.version >= leastVersion) return loaded;
      }
      loading ??= load(connection).finally(() => {
        loading = undefined;
      });
      return loading;
    },
  };
}
