import assert from 'node:assert/strict';

import { MovedClock } from '../../../kernel/clock.ts';
import { encodeMessage, parseMessage } from '../codec.ts';
import type { ExchangeParts, MessageMeasured, Terminal, TerminalDirectory } from '../contract.ts';
import type { Dialect } from '../dialect.ts';
import { iso87 } from '../dialects/iso87.ts';
import { vaps93 } from '../dialects/vaps93.ts';
import { createExchange } from '../exchange.ts';
import type { Answer, Exchange } from '../exchange.ts';
import type { Peer } from '../peer.ts';
import { MemoryEngine } from './memory-engine.ts';
import { fieldsOf, messageOf } from './messages.ts';

/** A till with one card of this balance, or blank; its terminal may differ from the usual one. */
export function tillWith(balanceMinor: bigint | null, changes: Partial<Terminal> = {}) {
  const told = partsOf([{ ...TERMINAL, ...changes }]);
  told.engine.addCard(CARD, balanceMinor);
  return { ...told, till: new Till(told.parts) };
}

export const CARD = '9812345678901234567';
export const NOON = Date.UTC(2026, 5, 10, 12, 0, 0); // DE7 0610120000

export const TERMINAL: Terminal = {
  terminalId: 1,
  clientId: 7,
  issuerId: 1,
  merchantId: 70,
  sellerId: 700,
  tenderId: 5,
  merchantCode: 'SHOP00000000001',
  terminalCode: 'TILL0001',
  dialect: 'iso87',
  addresses: [],
  certificateFingerprint: null,
  valueMaxMinor: null,
  missesMax: 10,
  isActive: true,
};

export function directoryOf(terminals: readonly Terminal[]): TerminalDirectory {
  return {
    find: (merchantCode, terminalCode) =>
      terminals.find(
        (each) => each.merchantCode === merchantCode && each.terminalCode === terminalCode,
      ),
    active: () => terminals.filter((each) => each.isActive),
  };
}

export interface Line {
  readonly facts: object;
  readonly text: string;
}

/** Everything that an exchange stands on, in memory, with what it told kept for looking at. */
export function partsOf(terminals: readonly Terminal[] = [TERMINAL]) {
  const lines: Line[] = [];
  const measured: MessageMeasured[] = [];
  const exceeded: Terminal[] = [];
  const keep = (facts: object, text: string): void => void lines.push({ facts, text });
  const engine = new MemoryEngine();
  const clock = new MovedClock(NOON);
  const parts: ExchangeParts = {
    dialects: [iso87, vaps93],
    engine,
    directory: directoryOf(terminals),
    clock,
    log: { info: keep, warn: keep, error: keep },
    onMessage: (each) => void measured.push(each),
    onMissesExceeded: (terminal) => void exceeded.push(terminal),
  };
  return { parts, engine, clock, lines, measured, exceeded };
}

export function loopbackPeer(): Peer {
  return {
    address: '127.0.0.1',
    certificateFingerprint: null,
    terminals: new Map(),
    terminalsMax: 10,
  };
}

export type Said = Readonly<Record<number, string>>;

/**
 * A till without a network: says a message and hears the answer's fields, with its type as field 0.
 */
export class Till {
  readonly exchange: Exchange;
  readonly peer: Peer;
  readonly dialect: Dialect;

  constructor(parts: ExchangeParts, dialect: Dialect = iso87, peer: Peer = loopbackPeer()) {
    this.exchange = createExchange(parts);
    this.peer = peer;
    this.dialect = dialect;
  }

  async say(mti: string, fields: Said): Promise<Said> {
    const answer = await this.sayForAnswer(mti, fields);
    assert.equal(answer.is, 'reply');
    return readAnswer(this.dialect, (answer as { bytes: Buffer }).bytes);
  }

  async sayForAnswer(mti: string, fields: Said): Promise<Answer> {
    const framed = encodeMessage(this.dialect, messageOf(mti, fields));
    return this.exchange.answer(framed.subarray(2), this.peer);
  }
}

export function readAnswer(dialect: Dialect, framed: Buffer): Said {
  const parsed = parseMessage(dialect, framed.subarray(2));
  assert.ok(parsed.ok);
  return { 0: parsed.value.mti, ...fieldsOf(parsed.value) };
}

/** The fields of a redemption of 1,500 yen in iso87. */
export const REDEEM: Said = {
  2: CARD,
  3: '000000',
  4: '000000001500',
  7: '0610120000',
  11: '000001',
  37: '616112000001',
  41: 'TILL0001',
  42: 'SHOP00000000001',
  49: '392',
};

/** The same without some fields. */
export function without(said: Said, ...fields: readonly number[]): Said {
  const left = Object.entries(said).filter(([field]) => !fields.includes(Number(field)));
  return Object.fromEntries(left);
}

/** The fields of its reversal, with a STAN and an instant of its own. */
export function reversalOf(said: Said, stan = '000901', mti = '0200'): Said {
  const original = `${mti}${said[11]}${said[7]}${'0'.repeat(22)}`;
  return { ...said, 7: '0610120030', 11: stan, 90: original };
}
