import { assert } from '../../kernel/assert.ts';
import { monotonicMs } from '../../kernel/clock.ts';
import { answerMessage, doorVerdict } from './answer.ts';
import type { Verdict } from './answer.ts';
import { encodeMessage, parseMessage } from './codec.ts';
import type { Fault, Message } from './codec.ts';
import type { ExchangeParts, Terminal } from './contract.ts';
import { FIELD, isAnswer } from './dialect.ts';
import type { Dialect, MessageRule } from './dialect.ts';
import { judgeQuestion } from './judge.ts';
import type { Judged } from './judge.ts';
import { isPeerAllowed } from './peer.ts';
import type { Peer } from './peer.ts';
import { createTerminalStates } from './terminal-states.ts';
import type { TerminalStates } from './terminal-states.ts';

/** What is to be done with the connection that a message came over. */
export type Answer =
  | { readonly is: 'reply'; readonly bytes: Buffer } // with its length before it
  | { readonly is: 'silence' } // R7: the till is told nothing, so it repeats or reverses
  | { readonly is: 'close' };

export interface Exchange {
  readonly dialects: readonly Dialect[];
  /**
   * Answers one message body. Never rejects. The engine is called before it first waits, so in
   * order.
   */
  answer(body: Buffer, peer: Peer): Promise<Answer>;
}

const SILENCE: Answer = { is: 'silence' };
const CLOSE: Answer = { is: 'close' };

/** Makes the exchange of messages for one host: the dialects must be told apart by message type. */
export function createExchange(parts: ExchangeParts): Exchange {
  assertDialectsDiffer(parts.dialects);
  const states = createTerminalStates(parts.clock);
  return {
    dialects: parts.dialects,
    answer: async (body, peer) => {
      const startedAt = monotonicMs();
      const dialect = dialectOf(parts.dialects, body);
      if (dialect === undefined) {
        parts.log.warn(
          { address: peer.address, bytes: body.length },
          'till: no message of a dialect',
        );
        return CLOSE;
      }
      const answered = await answerSafely(parts, states, { dialect, body, peer });
      parts.onMessage({
        dialect: dialect.name,
        mti: answered.message?.mti ?? '',
        responseCode: answered.judged?.code ?? null,
        ms: monotonicMs() - startedAt,
      });
      return answered.answer;
    },
  };
}

function assertDialectsDiffer(dialects: readonly Dialect[]): void {
  const [first] = dialects;
  assert(first !== undefined, 'a till speaks a dialect');
  const seen = new Set<string>();
  for (const dialect of dialects) {
    const isAlike =
      dialect.framing.length === first.framing.length &&
      dialect.framing.headerBytes === first.framing.headerBytes;
    assert(isAlike, `${dialect.name} and ${first.name} frame differently: use two hosts`);
    for (const mti of Object.keys(dialect.messages)) {
      assert(!seen.has(mti), `two dialects claim ${mti}: use two hosts`);
      seen.add(mti);
    }
  }
}

/** By message type; an unknown type goes to the dialect of the same version, its first digit. */
function dialectOf(dialects: readonly Dialect[], body: Buffer): Dialect | undefined {
  const at = dialects[0]?.framing.headerBytes ?? 0;
  const mti = body.toString('latin1', at, at + 4);
  const isOfVersion = (known: string) => mti !== '' && known.startsWith(mti.slice(0, 1));
  return (
    dialects.find((dialect) => Object.hasOwn(dialect.messages, mti)) ??
    dialects.find((dialect) => Object.keys(dialect.messages).some(isOfVersion))
  );
}

interface Answered {
  readonly message: Message | null;
  readonly judged: Judged;
  readonly answer: Answer;
}

interface Came {
  readonly dialect: Dialect;
  readonly body: Buffer;
  readonly peer: Peer;
}

/** A fault of ours says nothing about the outcome, so the till is told nothing (R7). */
async function answerSafely(
  parts: ExchangeParts,
  states: TerminalStates,
  came: Came,
): Promise<Answered> {
  try {
    return await answerOne(parts, states, came);
  } catch (error) {
    parts.log.error({ error, dialect: came.dialect.name }, 'till: a message broke the exchange');
    return { message: null, judged: null, answer: SILENCE };
  }
}

async function answerOne(
  parts: ExchangeParts,
  states: TerminalStates,
  came: Came,
): Promise<Answered> {
  const { dialect, body, peer } = came;
  const parsed = parseMessage(dialect, body);
  if (!parsed.ok) return answerFault(parts, came, parsed);
  const message = parsed.value;
  const rule = dialect.messages[message.mti];
  if (rule === undefined) {
    if (isAnswer(message.mti)) return { message, judged: null, answer: SILENCE };
    return reply(dialect, message, doorVerdict(dialect, 'invalid_transaction'));
  }
  if (isBareEcho(dialect, rule, message)) {
    return reply(dialect, message, { code: dialect.responses.network });
  }
  const terminal = findTerminal(parts, dialect, message, peer);
  if (terminal === null)
    return reply(dialect, message, doorVerdict(dialect, 'terminal_not_allowed'));
  const judged = await judgeQuestion(parts, states, { dialect, rule, message, terminal });
  return judged === null ? { message, judged, answer: SILENCE } : reply(dialect, message, judged);
}

function reply(dialect: Dialect, message: Message, judged: Verdict): Answered {
  const bytes = encodeMessage(dialect, answerMessage(dialect, message, judged));
  return { message, judged, answer: { is: 'reply', bytes } };
}

/**
 * Answered as a format error while the till can know which message is meant, else the line is cut.
 */
function answerFault(
  parts: ExchangeParts,
  { dialect, peer }: Came,
  { fault, readable }: { readonly fault: Fault; readonly readable: Message | null },
): Answered {
  const facts = { address: peer.address, dialect: dialect.name, mti: readable?.mti, ...fault };
  parts.log.warn(facts, 'till: a message cannot be read');
  if (readable === null || readable.fields[FIELD.stan] === undefined) {
    return { message: readable, judged: null, answer: CLOSE };
  }
  if (isAnswer(readable.mti)) return { message: readable, judged: null, answer: SILENCE };
  return reply(dialect, readable, doorVerdict(dialect, 'format_error'));
}

/**
 * A switch asks whether the line lives without naming a terminal: that says nothing and moves
 * nothing.
 */
function isBareEcho(dialect: Dialect, rule: MessageRule, message: Message): boolean {
  if (rule.use !== 'network') return false;
  const isNamed =
    message.fields[FIELD.terminal] !== undefined || message.fields[FIELD.merchant] !== undefined;
  const code = message.fields[dialect.network.field];
  return !isNamed && code !== undefined && dialect.network.orders[code] === 'echo';
}

function findTerminal(
  parts: ExchangeParts,
  dialect: Dialect,
  message: Message,
  peer: Peer,
): Terminal | null {
  const merchantCode = message.fields[FIELD.merchant]?.trimEnd() ?? '';
  const terminalCode = message.fields[FIELD.terminal]?.trimEnd() ?? '';
  const named = { merchantCode, terminalCode, address: peer.address, mti: message.mti };
  const refuse = (text: string): null => {
    parts.log.warn(named, text);
    return null;
  };
  if (`${merchantCode}${terminalCode}`.includes('|')) return refuse('till: terminal unknown');
  const terminal = parts.directory.find(merchantCode, terminalCode);
  if (terminal === undefined) return refuse('till: terminal unknown');
  if (!terminal.isActive) return refuse('till: terminal not active');
  if (terminal.dialect !== dialect.name) return refuse('till: terminal of another dialect');
  if (peer.terminals.get(terminal.terminalId) === terminal) return terminal;
  if (!isPeerAllowed(terminal, peer)) return refuse('till: terminal calls from elsewhere');
  const isKnownHere = peer.terminals.has(terminal.terminalId);
  if (!isKnownHere && peer.terminals.size >= peer.terminalsMax) {
    return refuse('till: too many terminals on a connection');
  }
  peer.terminals.set(terminal.terminalId, terminal);
  return terminal;
}
