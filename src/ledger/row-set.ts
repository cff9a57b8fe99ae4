/**
 * Rows of one table while a batch is decided: what was read, what is new, what has changed. A row is
 * changed in place by the decision and named once, so each row is written once a batch.
 */
export class RowSet<Row extends object> {
  readonly #rows = new Map<string | bigint, Row>();
  readonly #added = new Set<Row>();
  readonly #changed = new Set<Row>();

  /** A row as it stands in the database. */
  load(key: string | bigint, row: Row): void {
    this.#rows.set(key, row);
  }

  find(key: string | bigint): Row | undefined {
    return this.#rows.get(key);
  }

  /** A new row: inserted at the end of the batch. */
  add(key: string | bigint, row: Row): Row {
    this.#rows.set(key, row);
    this.#added.add(row);
    return row;
  }

  /** Call it after changing a row that was found. */
  change(row: Row): void {
    if (!this.#added.has(row)) this.#changed.add(row);
  }

  get added(): ReadonlySet<Row> {
    return this.#added;
  }

  get changed(): ReadonlySet<Row> {
    return this.#changed;
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }
}
