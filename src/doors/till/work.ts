import type { Instant } from '../../kernel/clock.ts';
import { accepted, refused } from '../../kernel/result.ts';
import type { Result } from '../../kernel/result.ts';
import type { Unit } from '../../kernel/money.ts';
import type { Act, CardReference, Envelope, Operation, Sale } from '../../instruments/index.ts';
import type { Message } from './codec.ts';
import type { Terminal } from './contract.ts';
import { unitOfNumeric } from './currency.ts';
import { FIELD } from './dialect.ts';
import type { Dialect, DoorRefusal, MessageRule, NetworkOrder, TillAct } from './dialect.ts';
import { originalOf, requestIdOf, reversalIdOf } from './identity.ts';

/** A message understood: what the till wants done. */
export type Work =
  | { readonly use: 'network'; readonly order: NetworkOrder }
  | { readonly use: 'inquiry'; readonly card: CardReference }
  | { readonly use: 'request' | 'advice' | 'reversal'; readonly operation: Operation };

export type WorkResult = Result<Work, DoorRefusal>;

/** What a message is read with. */
export interface Reading {
  readonly dialect: Dialect;
  readonly rule: MessageRule;
  readonly message: Message;
  readonly terminal: Terminal;
  readonly arrivedAt: Instant;
}

/**
 * Turns a valid message of a known terminal into an operation, or says what is wrong with it. Pure.
 */
export function readWork(reading: Reading): WorkResult {
  const { dialect, rule, message, terminal } = reading;
  if (!isFunctionCodeRight(reading)) return refused('invalid_transaction');
  if (rule.use === 'network') return readNetwork(dialect, message);
  const card = readCard(dialect, message);
  if (!card.ok) return card;
  if (rule.use === 'reversal') return readReversal(reading, card.value);
  const act = actOf(dialect, message.fields[FIELD.processingCode]);
  if (act === undefined) return refused('invalid_transaction');
  if (act === 'balance') {
    if (rule.use === 'advice') return refused('invalid_transaction');
    return accepted({ use: 'inquiry', card: card.value });
  }
  if (rule.use === 'inquiry') return refused('invalid_transaction');
  const requestId = requestIdOf(dialect, message, reading.arrivedAt);
  if (requestId === null) return refused('format_error');
  const read = readAct(reading, act, card.value);
  if (!read.ok) return read;
  const envelope = { ...envelopeOf(reading, requestId), ...placeOf(read.value.kind, terminal) };
  const operation: Operation = { ...envelope, ...read.value };
  return accepted({ use: rule.use, operation });
}

/** With an advice the engine keeps an item for a person where it cannot apply it (R18). */
function envelopeOf({ terminal, rule, arrivedAt }: Reading, requestId: string): Envelope {
  const { clientId, issuerId } = terminal;
  const isAdvice = rule.use === 'advice';
  return { clientId, issuerId, requestId, arrivedAt, ...(isAdvice && { isAdvice }) };
}

/** What is sold here is sold at a till; what is used here, in a shop of the terminal's seller (R20). */
function placeOf(kind: Act['kind'], terminal: Terminal): Pick<Envelope, 'sale' | 'place'> {
  if (kind === 'activate' || kind === 'load')
    return { sale: { ...AT_A_TILL, ...saleOf(terminal) } };
  return kind === 'redeem' ? { place: { sellerId: terminal.sellerId } } : {};
}

const AT_A_TILL = {
  isTenderAssumed: true,
  shopId: null,
  contract: null,
  contractKind: null,
  age: null,
  buyer: { line: null, device: 'till' },
} as const;

function saleOf({ sellerId, tenderId }: Terminal): Pick<Sale, 'sellerId' | 'tenderId'> {
  return { sellerId, tenderId };
}

function isFunctionCodeRight({ dialect, rule, message }: Reading): boolean {
  const allowed = dialect.functionCodes?.[rule.use];
  const code = message.fields[FIELD.functionCode];
  return allowed === undefined || code === undefined || allowed.includes(code);
}

function readNetwork(dialect: Dialect, message: Message): WorkResult {
  const code = message.fields[dialect.network.field];
  if (!code) return refused('format_error');
  const order = Object.hasOwn(dialect.network.orders, code)
    ? dialect.network.orders[code]
    : undefined;
  return order === undefined ? refused('invalid_transaction') : accepted({ use: 'network', order });
}

function actOf(dialect: Dialect, processingCode: string | undefined): TillAct | undefined {
  if (!processingCode) return undefined;
  return dialect.acts.find((rule) => processingCode.startsWith(rule.processingCode))?.act;
}

const BARCODE = /^[0-9]{30}$/;
const BARCODE_UPC_DIGITS = 11;

/**
 * The printed number (R16), from DE2, the track, or the barcode of a rack card: an 11-digit product
 * code and the number filled up with zeros to 19. A number therefore does not begin with a zero.
 * Where two of them name different cards the message is wrong.
 */
function readCard(dialect: Dialect, message: Message): Result<CardReference, DoorRefusal> {
  const { numberField, track2Field, barcodeField } = dialect.card;
  const barcode = message.fields[barcodeField];
  const named = [
    message.fields[numberField],
    message.fields[track2Field]?.split(/[=Dd]/, 1)[0],
    barcode !== undefined && BARCODE.test(barcode) ? barcode : undefined,
  ];
  let number: string | null = null;
  for (const text of named) {
    if (!text) continue;
    const read = BARCODE.test(text) ? text.slice(BARCODE_UPC_DIGITS).replace(/^0+/, '') : text;
    if (read === '' || read.length > 19 || !/^[0-9]+$/.test(read)) return refused('format_error');
    if (number !== null && number !== read) return refused('format_error');
    number = read;
  }
  return number === null ? refused('format_error') : accepted({ by: 'number', number });
}

/** An order to undo the request that it names, with the card as that request named it (R2, R9). */
function readReversal(reading: Reading, card: CardReference): WorkResult {
  const { dialect, message, arrivedAt } = reading;
  const own = requestIdOf(dialect, message, arrivedAt);
  const original = originalOf(dialect, message, arrivedAt);
  if (own === null || original === null) return refused('format_error');
  const use = dialect.messages[original.mti]?.use;
  if (use !== 'request' && use !== 'advice') return refused('invalid_transaction'); // R13
  if (isReplacing(dialect, message)) return refused('invalid_transaction');
  const operation: Operation = {
    ...envelopeOf(reading, reversalIdOf(own)),
    kind: 'reverse',
    originalRequestId: original.requestId,
    card,
    holdId: null,
  };
  return accepted({ use: 'reversal', operation });
}

/** A reversal that leaves a part standing: undoing the whole instead would lose money. */
function isReplacing(dialect: Dialect, message: Message): boolean {
  if (dialect.replacementField === null) return false;
  return /[1-9]/.test(message.fields[dialect.replacementField]?.slice(0, 12) ?? '');
}

function readAct(
  reading: Reading,
  act: Exclude<TillAct, 'balance'>,
  card: CardReference,
): Result<Act, DoorRefusal> {
  const { terminal } = reading;
  const funding = { from: 'seller', sellerId: terminal.sellerId } as const;
  if (act === 'deactivate') return accepted({ kind: 'deactivate', card, soldBy: funding });
  const money = readMoney(reading);
  if (!money.ok) return money;
  if (act === 'activate') return accepted({ kind: 'activate', card, ...money.value, funding });
  const { amountMinor, unit } = money.value;
  if (amountMinor === null || unit === null) return refused('invalid_amount');
  if (act === 'reload') {
    return accepted({ kind: 'load', card, amountMinor, unit, lotClass: 'paid', funding });
  }
  const { merchantId } = terminal;
  if (act === 'redeem') {
    const isPartialAllowed = isPartialAccepted(reading);
    return accepted({ kind: 'redeem', card, amountMinor, unit, merchantId, isPartialAllowed });
  }
  const original = originalOf(reading.dialect, reading.message, reading.arrivedAt);
  const originalRequestId = original?.requestId ?? null; // R10
  return accepted({ kind: 'return', card, amountMinor, unit, merchantId, originalRequestId });
}

/**
 * Both null where no amount, or zero, was sent: the card's own face, which only an activation
 * knows.
 */
function readMoney({
  dialect,
  message,
}: Reading): Result<
  { readonly amountMinor: bigint | null; readonly unit: Unit | null },
  DoorRefusal
> {
  const amountMinor = BigInt(message.fields[FIELD.amount] ?? '0');
  if (amountMinor === 0n) return accepted({ amountMinor: null, unit: null });
  const numeric = message.fields[FIELD.currency] ?? dialect.currencyWhenAbsent;
  if (numeric === null) return refused('format_error');
  const unit = unitOfNumeric(numeric);
  return unit === undefined ? refused('currency_unknown') : accepted({ amountMinor, unit });
}

function isPartialAccepted({ dialect, message, rule }: Reading): boolean {
  if (dialect.partial === null || rule.use === 'advice') return false;
  return message.fields[dialect.partial.field]?.startsWith(dialect.partial.value) ?? false;
}
