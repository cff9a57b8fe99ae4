import { assert } from '../../kernel/assert.ts';
import type { Refusal } from '../../instruments/index.ts';
import { readFieldShape } from './field.ts';
import type { FieldShape } from './field.ts';
import type { Framing } from './framing.ts';

/** What a till can ask for. */
export type TillAct = 'redeem' | 'return' | 'reload' | 'balance' | 'activate' | 'deactivate';
export type NetworkOrder = 'sign_on' | 'sign_off' | 'echo';

/**
 * What a message type is for. An `inquiry` moves nothing; a `request` asks and waits; an `advice`
 * tells what has happened; a `reversal` undoes; `network` is about the line.
 */
export type MessageUse = 'inquiry' | 'request' | 'advice' | 'reversal' | 'network';

export interface MessageRule {
  readonly use: MessageUse;
  readonly answer: string; // the message type of the answer
  readonly isRepeat: boolean; // the till says that it has sent this before
}

export interface ActRule {
  readonly processingCode: string; // the first digits of DE3, or all six
  readonly act: TillAct;
}

/** What the door itself refuses, before the engine is asked. */
export type DoorRefusal =
  | 'format_error' // a field is missing or cannot be what it says
  | 'terminal_not_allowed' // unknown, stopped, signed off, or calling from elsewhere
  | 'invalid_transaction' // no such function here
  | 'currency_unknown'
  | 'invalid_amount'
  | 'value_limit_exceeded' // R30
  | 'unavailable' // not done, and will not be under this attempt
  | 'malfunction';

/** Response codes. A missing refusal does not compile. */
export interface Responses {
  readonly approved: string;
  readonly approvedPartially: string;
  readonly advised: string; // an advice is taken, applied or not
  readonly reversed: string;
  readonly reversedUnseen: string; // R9: remembered, the original was never seen
  readonly network: string;
  readonly door: Readonly<Record<DoorRefusal, string>>;
  readonly refusals: Readonly<Record<Refusal, string>>;
}

/**
 * A dialect as it is written down: tables and nothing else. The meaning of each line is in
 * docs/protocols/till-dialects.md.
 */
export interface DialectText {
  readonly name: string;
  readonly framing: Framing;
  /** `binary`: 8 or 16 bytes; `hex`: twice as many characters. */
  readonly bitmap: 'binary' | 'hex';
  /** Whether an answer has a second bitmap only for fields above 64, or always. */
  readonly secondBitmap: 'when_needed' | 'always';
  readonly fields: Readonly<Record<number, string>>;
  readonly messages: Readonly<Record<string, MessageRule>>;
  readonly acts: readonly ActRule[];
  /** What DE24 must say, where it is sent; null: the dialect has none. */
  readonly functionCodes: Readonly<Partial<Record<MessageUse, readonly string[]>>> | null;
  readonly network: {
    readonly field: number;
    readonly orders: Readonly<Record<string, NetworkOrder>>;
    readonly isSignOnNeeded: boolean;
  };
  readonly identity: {
    readonly instantField: number; // with DE42, DE41 and DE11 it names a request (R1)
    readonly instant: 'MMDDhhmmss' | 'YYMMDDhhmmss';
  };
  /** Holds the original's message type, its DE11 and its instant; what follows is not read. */
  readonly originalField: number;
  /** Amounts that replace the original's: a reversal of a part, which we refuse. */
  readonly replacementField: number | null;
  readonly card: {
    readonly numberField: number;
    readonly track2Field: number;
    readonly barcodeField: number; // a private field that may hold the 30 digits of a rack card
  };
  /** The currency when DE49 is not sent; null: it must be. */
  readonly currencyWhenAbsent: string | null;
  /** How a till says that it can take less than it asked for; null: it cannot say so. */
  readonly partial: { readonly field: number; readonly value: string } | null;
  readonly echoed: readonly number[]; // fields of the question that the answer repeats
  readonly responses: Responses;
}

/** A dialect ready for use. */
export interface Dialect extends DialectText {
  readonly shapes: readonly (FieldShape | undefined)[]; // by number of the field
}

/** Fields that every dialect has at the same place. */
export const FIELD = {
  processingCode: 3,
  amount: 4,
  stan: 11,
  functionCode: 24,
  authorisation: 38,
  responseCode: 39,
  terminal: 41,
  merchant: 42,
  currency: 49,
  amounts: 54,
} as const;

/**
 * Reads the field notations and checks that the tables fit each other. Fails loudly: it is our
 * text.
 */
export function readDialect(text: DialectText): Dialect {
  const shapes: (FieldShape | undefined)[] = Array.from({ length: 129 }, () => undefined);
  for (const [number, notation] of Object.entries(text.fields)) {
    const field = Number(number);
    assert(field >= 2 && field <= 128 && field !== 65, `${text.name}: there is no field ${number}`);
    shapes[field] = readFieldShape(notation);
  }
  const needed = [
    ...Object.values(FIELD),
    ...text.echoed,
    text.identity.instantField,
    text.originalField,
    text.card.numberField,
    text.card.track2Field,
    text.card.barcodeField,
    text.network.field,
  ];
  if (text.functionCodes === null) needed.splice(needed.indexOf(FIELD.functionCode), 1);
  for (const field of needed) {
    assert(shapes[field] !== undefined, `${text.name}: field ${field} is used but not described`);
  }
  for (const [mti, rule] of Object.entries(text.messages)) {
    const isRight = /^[0-9]{4}$/.test(mti) && /^[0-9]{4}$/.test(rule.answer);
    assert(isRight && !(rule.answer in text.messages), `${text.name}: message type ${mti}`);
  }
  const codes = [
    text.responses.approved,
    text.responses.approvedPartially,
    text.responses.advised,
    text.responses.reversed,
    text.responses.reversedUnseen,
    text.responses.network,
    ...Object.values(text.responses.door),
    ...Object.values(text.responses.refusals),
  ];
  const codeLength = shapes[FIELD.responseCode]?.lengthMax;
  for (const code of codes) {
    assert(code.length === codeLength, `${text.name}: "${code}" does not fit field 39`);
  }
  return { ...text, shapes };
}

/** The answer's type for a message type that no table knows: one further, and never a repeat. */
export function answeringMti(mti: string): string {
  const function_ = Number(mti[2]);
  const origin = Number(mti[3]);
  return `${mti.slice(0, 2)}${(function_ | 1) % 10}${origin & ~1}`;
}

/** Whether a message type is itself an answer: such a message is never answered. */
export function isAnswer(mti: string): boolean {
  return Number(mti[2]) % 2 === 1;
}
