/**
 * The till: ISO 8583 over TCP or TLS.
 *
 * **Invariant.** Only this folder knows ISO 8583; it moves value only through the engine it is
 * given.
 * **Invariant.** The codec is pure; a dialect is a table; nothing here branches on a dialect's
 * name.
 * **Invariant.** What may have happened is never told as a decline: then there is no answer (R7).
 * **Invariant.** One connection's bytes never harm another connection.
 * Absent on purpose: no secret code ever passes a till, no state outlives the process, no message
 * authentication code is checked (a terminal is known by TLS or its address, R30).
 */
export { startTillHost, TillNotProtected, TILL_BOUNDS } from './host.ts';
export type { TillBounds, TillHost, TillHostParts, TillTls } from './host.ts';
export { createExchange } from './exchange.ts';
export type { Answer, Exchange } from './exchange.ts';
export type {
  ExchangeParts,
  MessageMeasured,
  Terminal,
  TerminalDirectory,
  TillEngine,
  TillLog,
} from './contract.ts';
export type { Peer } from './peer.ts';
export { readDialect } from './dialect.ts';
export type { Dialect, DialectText } from './dialect.ts';
export { emptyFields, encodeMessage, parseMessage } from './codec.ts';
export type { Fault, Fields, Message, Parsed } from './codec.ts';
export { iso87 } from './dialects/iso87.ts';
export { vaps93 } from './dialects/vaps93.ts';
export { tillSide } from './till-side.ts';
export type { TillAsk, TillHeard, TillOrder, TillPlace, TillSide, TillTally } from './till-side.ts';
