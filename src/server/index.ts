/**
 * One running server: the parts put together, and taken apart in the right order.
 *
 * **Invariant.** Doors close before the engine, the engine before the database: what was taken is answered.
 * **Invariant.** Nothing listens before the database is migrated, the clock is the database's and the
 * books are open.
 * Deliberately absent: rules of value, of any protocol, of any product.
 */
export { SERVE } from './serve.ts';
export { REPLAY, startReplayServer } from './replay-command.ts';
export { MEASURE_CHECK } from './measure-command.ts';
export { BOOK_COMMANDS } from './book-commands.ts';
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts';
export { CannotStart } from './try-doors.ts';
