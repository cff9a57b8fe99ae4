import type { Queryable } from '../kernel/database/index.ts';
import { unpackJournal } from '../ledger/index.ts';
import { readFeedContents } from './read-feed.sql.ts';

/** A batch's journal, unpacked when it is first asked for. */
export type JournalText = () => string;

export interface BatchPlace {
  readonly lane: number;
  readonly batchId: bigint;
}

const JOURNALS_MAX = 64; // four reads of 16: webhooks at the same place read side by side

/**
 * The journals that were read last, for readers that read the same ones: sixteen webhooks of one round would
 * each fetch and unpack every batch of all issuers. What has been asked for and has not come yet is shared too.
 */
export class SharedJournals {
  readonly #journals = new Map<string, Promise<JournalText | undefined>>(); // the oldest first

  /** In the order of the places; undefined where there is no batch. */
  read(db: Queryable, places: readonly BatchPlace[]): Promise<(JournalText | undefined)[]> {
    const missing = places.filter((place) => !this.#journals.has(keyOf(place)));
    const fetched = missing.length === 0 ? null : fetchJournals(db, missing);
    const read = places.map((place) => {
      const key = keyOf(place);
      const journal =
        this.#journals.get(key) ?? Promise.resolve(fetched).then((found) => found?.get(key));
      this.#journals.set(key, journal);
      return journal;
    });
    for (const key of this.#journals.keys()) {
      if (this.#journals.size <= JOURNALS_MAX) break;
      this.#journals.delete(key);
    }
    return Promise.all(read);
  }
}

async function fetchJournals(
  db: Queryable,
  places: readonly BatchPlace[],
): Promise<ReadonlyMap<string, JournalText>> {
  const rows = await readFeedContents(db, {
    lanes: places.map(({ lane }) => lane),
    batchIds: places.map(({ batchId }) => batchId),
  });
  return new Map(rows.map((row) => [keyOf(row), unpackedOnce(row.content)]));
}

function unpackedOnce(content: Uint8Array): JournalText {
  let text: string | undefined;
  return () => (text ??= unpackJournal(content));
}

function keyOf({ lane, batchId }: BatchPlace): string {
  return `${lane}:${batchId}`;
}
