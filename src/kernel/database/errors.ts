/** What the server says of a statement that it refused. `code` is the SQLSTATE, `constraint` the sentence broken. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  readonly code: string;
  readonly constraint: string | undefined;
  readonly detail: string | undefined;
  readonly isFatal: boolean; // the server ended the session with it

  constructor(title: string, said: ServerError) {
    super(`${title}: ${said.message}`, { cause: said });
    this.code = said.code ?? 'XX000';
    this.constraint = said.constraint;
    this.detail = said.detail;
    this.isFatal = said.severity === 'FATAL' || said.severity === 'PANIC';
  }
}

/** A value that does not fit its parameter; nothing was sent. */
export class ValueRefused extends Error {
  override readonly name = 'ValueRefused';
}

/** The session died under a statement, or could not be opened. Whether a lone statement was done is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Proved: nothing of this transaction is or will be in the database (R7, `not_done`). */
export class NotCommitted extends Error {
  override readonly name = 'NotCommitted';
}

/** The commit was sent and the session died before its answer (R7, `outcome_unknown`). */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** The fields of PostgreSQL's error message that we read. */
export interface ServerError {
  readonly message: string;
  readonly severity?: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly detail?: string;
}

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}
