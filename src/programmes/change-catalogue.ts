import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { accepted } from '../kernel/result.ts';
import type { Catalogue } from './catalogue.ts';
import { lockVersion, moveVersion } from './change-catalogue.sql.ts';
import { readCatalogue } from './load-catalogue.ts';
import type { CodeShapeRefusal, NumberShapeRefusal } from './shapes.ts';

/** Every refusal of a change, in the order in which they are checked. */
export type CatalogueRefusal =
  | 'issuer_not_found'
  | 'programme_not_found'
  | 'product_not_found'
  | 'seller_not_found'
  | 'merchant_not_found'
  | 'key_taken'
  | ProductRefusal;

export type ProductRefusal =
  | 'kind_needs_code' // a `code` product is issued with one
  | 'kind_needs_number' // a till sees only the number of a `posa` or `prepaid` card
  | CodeShapeRefusal
  | NumberShapeRefusal
  | 'redeems_by_missing_code'
  | 'redeems_by_missing_number'
  | 'face_range_reversed'
  | 'faces_not_ascending' // from the smallest, each once
  | 'face_out_of_range'
  | 'load_range_reversed'
  | 'balance_max_below_face';

/** Who changes the catalogue, and where it is written down that they did. */
export interface CatalogueDesk {
  readonly connection: Connection;
  /** Writes the audit row, in the transaction of the change. */
  readonly record: RecordAct;
}

export type RecordAct = (
  on: Queryable,
  act: { act: string; subject: string; detail: Readonly<Record<string, unknown>> },
) => Promise<void>;

export interface ChangeNamed {
  readonly act: string; // `product.create`
  readonly subject: string; // `issuer/key`
  readonly wanted: object;
}

/**
 * One change: takes the version's row (so that changes wait for one another), judges by the catalogue
 * as it then is, writes, moves the version, records the act, commits. A refused change leaves nothing.
 */
export async function changeCatalogue<Value>(
  desk: CatalogueDesk,
  named: ChangeNamed,
  work: (on: Queryable, catalogue: Catalogue) => Promise<Result<Value, CatalogueRefusal>>,
): Promise<Result<Value, CatalogueRefusal>> {
  return desk.connection.transaction(async (transaction) => {
    await lockVersion(transaction);
    const result = await work(transaction, await readCatalogue(transaction));
    if (!result.ok) return result; // nothing was written: a refusal comes before the first write
    await moveVersion(transaction);
    const { act, subject, wanted } = named;
    await desk.record(transaction, { act, subject, detail: { ...wanted } });
    return accepted(result.value);
  });
}
