/** Everything that `verify` can find wrong; one word for each kind of row that does not stand. */
export type FindingKind =
  // the chain
  | 'batch_missing' // ids of a lane are 1, 2, 3 ... without a gap
  | 'batch_previous_hash' // a batch names another batch before it than stands there
  | 'batch_hash' // its content is not what its hash covers
  | 'batch_content' // its content cannot be read, or does not begin with its own head
  | 'batch_time' // a lane's time went back
  | 'batch_counter' // a lane's counter went back
  | 'lane_head' // the lane does not stand where its last batch left it
  // the rows
  | 'row_differs' // another row than the journal's last version of it
  | 'row_missing' // the journal has it, the table does not
  | 'row_extra' // the table has it, the journal does not
  // the books
  | 'unit_not_zero'
  | 'interlane_not_zero'
  | 'account_balance'
  | 'account_floor'
  | 'account_owner' // neither an instrument's nor the house's
  | 'transfer_unit'
  | 'transfer_batch'
  | 'house_account'
  // the instruments
  | 'lot_sum'
  | 'lot_transfers'
  | 'lot_owner' // of no instrument
  | 'hold_sum'
  | 'hold_lot'
  | 'request_outcome'
  | 'request_transfers'
  | 'request_undone'
  | 'transfer_request'
  | 'freeze_count'
  | 'instrument_state'
  | 'card_name'
  | 'instrument_name'
  // the signed roots
  | 'root_content'
  | 'root_signature'
  | 'root_head'
  | 'root_chain'
  | 'root_delivered';

/** One row that is wrong: where it stands, and what was expected of it. Printed numbers are masked. */
export interface Finding {
  readonly kind: FindingKind;
  readonly lane: number | null;
  readonly table: string;
  readonly key: string; // its primary key without the lane, in the order of the table
  readonly column: string | null;
  readonly stands: string | null; // what the table says
  readonly expected: string | null; // what the journal, or the sum, says
}

/** The first finding of each kind and table, and how many there were. */
export class Findings {
  readonly #first = new Map<string, Finding>();
  #count = 0;

  add(finding: Finding): void {
    this.#count += 1;
    const place = `${finding.kind} ${finding.table}`;
    if (!this.#first.has(place)) this.#first.set(place, masked(finding));
  }

  get count(): number {
    return this.#count;
  }

  list(): readonly Finding[] {
    return [...this.#first.values()];
  }
}

/** What a person reads: `lane 3, account 1027, postedMinor: stands 1500, expected 1000 (account_balance)`. */
export function describeFinding(finding: Finding): string {
  const lane = finding.lane === null ? '' : `lane ${finding.lane}, `;
  const column = finding.column === null ? '' : `, ${finding.column}`;
  const stands = finding.stands ?? 'nothing';
  const expected = finding.expected ?? 'nothing';
  return `${lane}${finding.table} ${finding.key}${column}: stands ${stands}, expected ${expected} (${finding.kind})`;
}

const NUMBERED = /\bn:[^\t\s]*(?=[^\t\s]{4})/g;

/** A report is read and mailed by people: of a printed number it keeps the last four. */
function masked(finding: Finding): Finding {
  const isNumber = finding.column === 'number';
  return {
    ...finding,
    key: finding.key.replace(NUMBERED, 'n:…'),
    stands: isNumber ? lastFour(finding.stands) : hide(finding.stands),
    expected: isNumber ? lastFour(finding.expected) : hide(finding.expected),
  };
}

function hide(text: string | null): string | null {
  return text === null ? null : text.replace(NUMBERED, 'n:…');
}

function lastFour(text: string | null): string | null {
  return text === null ? null : `…${text.slice(-4)}`;
}
