import type { Operation, Outcome, Refusal } from '../../instruments/index.ts';
import { balanceVerdict, doorVerdict, outcomeVerdict, refusalVerdict } from './answer.ts';
import type { Verdict } from './answer.ts';
import type { Message } from './codec.ts';
import type { ExchangeParts, Terminal } from './contract.ts';
import type { Dialect, DoorRefusal, MessageRule } from './dialect.ts';
import type { TerminalStates } from './terminal-states.ts';
import { readWork } from './work.ts';
import type { Work } from './work.ts';

/** A verdict, or null where the till must be told nothing. */
export type Judged = Verdict | null;

/** A valid message and whose it is. */
export interface Question {
  readonly dialect: Dialect;
  readonly rule: MessageRule;
  readonly message: Message;
  readonly terminal: Terminal;
}

/**
 * Judges one valid message of a known terminal: what the door refuses, and else what the engine
 * says. Everything up to the engine's call happens at once, so messages reach it in the order they
 * came.
 */
export async function judgeQuestion(
  parts: ExchangeParts,
  states: TerminalStates,
  question: Question,
): Promise<Judged> {
  const { dialect, terminal, rule } = question;
  const read = readWork({ ...question, arrivedAt: parts.clock.now() });
  if (!read.ok) return doorVerdict(dialect, read.refusal);
  const work = read.value;
  if (work.use === 'network') {
    if (work.order === 'sign_on') states.signOn(terminal);
    if (work.order === 'sign_off') states.signOff(terminal);
    if (work.order !== 'echo') parts.onLine?.(terminal, work.order);
    return { code: dialect.responses.network };
  }
  if (work.use === 'reversal' && !rule.isRepeat) parts.onLine?.(terminal, 'reversed');
  const gate = judgeTerminal(states, question, work);
  if (gate !== 'open') return gate.refusal === null ? null : doorVerdict(dialect, gate.refusal);
  if (work.use === 'inquiry') return judgeInquiry(parts, states, question, work);
  if (work.use === 'request' && isOverValue(terminal, work.operation)) {
    return rule.isRepeat ? null : doorVerdict(dialect, 'value_limit_exceeded');
  }
  return judgeOperation(parts, states, question, work);
}

/**
 * Whether the terminal may ask this now. Reversals always pass (R18). What was perhaps done already
 * is not told as a decline: a repeat gets the engine's answer or none (R4, R7).
 */
function judgeTerminal(
  states: TerminalStates,
  { dialect, rule, terminal }: Question,
  work: Work,
): 'open' | { readonly refusal: DoorRefusal | null } {
  if (work.use === 'reversal') return 'open';
  const isTold = work.use !== 'advice' && !rule.isRepeat;
  if (states.isStopped(terminal)) return { refusal: isTold ? 'terminal_not_allowed' : null };
  const isSignedOn = states.isSignedOn(terminal, dialect.network.isSignOnNeeded);
  if (!isSignedOn && isTold) return { refusal: 'terminal_not_allowed' };
  return 'open';
}

/** R30. An advice is not asked: it tells what has happened. */
function isOverValue(terminal: Terminal, operation: Operation): boolean {
  if (terminal.valueMaxMinor === null || !('amountMinor' in operation)) return false;
  return operation.amountMinor !== null && operation.amountMinor > terminal.valueMaxMinor;
}

async function judgeInquiry(
  parts: ExchangeParts,
  states: TerminalStates,
  { dialect, terminal }: Question,
  work: Extract<Work, { use: 'inquiry' }>,
): Promise<Judged> {
  const { clientId, issuerId } = terminal;
  try {
    const balance = await parts.engine.inquireBalance({ clientId, issuerId }, work.card);
    if (balance.ok) return balanceVerdict(dialect, balance.value);
    countMiss(parts, states, terminal, balance.refusal);
    return refusalVerdict(dialect, balance.refusal);
  } catch (error) {
    parts.log.error({ error, terminalId: terminal.terminalId }, 'till: an inquiry failed');
    return doorVerdict(dialect, 'malfunction');
  }
}

async function judgeOperation(
  parts: ExchangeParts,
  states: TerminalStates,
  question: Question,
  { use, operation }: Extract<Work, { operation: Operation }>,
): Promise<Judged> {
  const { dialect, rule, terminal } = question;
  const outcome = await submit(parts, terminal, operation);
  if (outcome.outcome === 'outcome_unknown') return null;
  if (outcome.outcome === 'not_done') {
    const isPerhapsDone = use === 'request' && rule.isRepeat; // by an earlier attempt
    return isPerhapsDone ? null : doorVerdict(dialect, 'unavailable');
  }
  if (outcome.outcome === 'refused') {
    if (!outcome.isRepeated) countMiss(parts, states, terminal, outcome.refusal);
    // What an advice tells has happened all the same; the engine has made an item of it (R18).
    if (use === 'advice') return { code: dialect.responses.advised };
  }
  const verdict = outcomeVerdict(dialect, operation, outcome);
  return use === 'advice' ? { ...verdict, code: dialect.responses.advised } : verdict;
}

/** An engine that breaks has said nothing about the outcome. */
async function submit(
  parts: ExchangeParts,
  terminal: Terminal,
  operation: Operation,
): Promise<Outcome> {
  try {
    return await parts.engine.submit(operation);
  } catch (error) {
    const facts = { error, terminalId: terminal.terminalId, requestId: operation.requestId };
    parts.log.error(facts, 'till: an operation has no known outcome');
    return { outcome: 'outcome_unknown' };
  }
}

function countMiss(
  parts: ExchangeParts,
  states: TerminalStates,
  terminal: Terminal,
  refusal: Refusal,
): void {
  if (refusal !== 'instrument_not_found') return;
  if (parts.isOutage?.(terminal) === true) return; // a clerk tries again and again: that is no guessing
  if (!states.countMiss(terminal)) return;
  parts.log.warn({ terminalId: terminal.terminalId }, 'till: too many unknown cards');
  parts.onMissesExceeded(terminal);
}
