/**
 * The command line: a table of commands over the same use cases as the doors. A command opens the
 * database itself, or speaks to the server that has it (R35), and never does both.
 */
export { COMMANDS } from './commands.ts';
export { runCommand, type ExitCode } from './run-command.ts';
export {
  type Command,
  HOUSE_OPTIONS,
  type Invocation,
  NotDone,
  type OptionSpec,
  SERVER_OPTIONS,
  type Values,
  WrongUse,
} from './command.ts';
export { type House, inHouse, issuerOf } from './open-house.ts';
export type { Printer, Streams } from './printer.ts';
