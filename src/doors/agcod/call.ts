/** One authenticated call and the pieces that every operation is made of. */
import { isoInstant, type Instant } from '../../kernel/clock.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';
import type { Unit } from '../../kernel/money.ts';
import type {
  Act,
  Asker,
  CardReference,
  Envelope,
  Done,
  Outcome,
} from '../../instruments/index.ts';
import type { NumberShape } from '../../programmes/index.ts';
import { formatAmount, parseAmount, type Amount } from './amount.ts';
import type { AgcodEngine, FindProduct, Partner } from './contract.ts';
import type { ErrorName, RefusalErrors } from './errors.ts';
import { groupOf, textOf, type Answer, type Fields } from './wire.ts';

export interface Call {
  readonly fields: Fields;
  readonly partner: Partner;
  readonly arrivedAt: Instant;
  readonly engine: AgcodEngine;
  readonly findProduct: FindProduct;
  /** Which suspension has refused: the error's message says what was announced of it. */
  readonly noteSuspension?: (suspensionId: number) => void;
  /** Something broke that the client learns of only as F500; for the log. */
  readonly reportFailure: (failure: unknown) => void;
}

export type CallResult = Result<Answer, ErrorName>;

export function askerOf(call: Call): Asker {
  return { clientId: call.partner.clientId, issuerId: call.partner.issuerId };
}

/**
 * Hands an act to the engine. What dies on the way may have happened: it is unknown, not failed
 * (R7).
 */
export async function submit(
  call: Call,
  act: Act,
  request: Pick<Envelope, 'requestId' | 'requestIdIsExclusive'>,
): Promise<Outcome> {
  try {
    const outcome = await call.engine.submit({
      ...act,
      ...request,
      ...askerOf(call),
      ...soldBy(call, act),
      arrivedAt: call.arrivedAt,
    });
    const { suspensionId } = outcome.outcome === 'refused' ? outcome : {};
    if (suspensionId !== undefined) call.noteSuspension?.(suspensionId);
    return outcome;
  } catch (failure) {
    call.reportFailure(failure);
    return { outcome: 'outcome_unknown' };
  }
}

/** A partner that pays out of its funds sells all the same; how its buyers pay this protocol does not say. */
function soldBy({ partner }: Call, act: Act): Pick<Envelope, 'sale'> {
  if (partner.funding.from === 'seller' || (act.kind !== 'issue' && act.kind !== 'activate')) {
    return {};
  }
  const nothing = { tenderId: null, shopId: null, contract: null, contractKind: null, age: null };
  return { sale: { ...nothing, sellerId: partner.sellerId, buyer: null } };
}

/** The answer to an outcome: what was done, or the error of the operation's own table. */
export function judgeOutcome(outcome: Outcome, errors: RefusalErrors): Result<Done, ErrorName> {
  switch (outcome.outcome) {
    case 'accepted':
      return accepted(outcome.done);
    case 'refused':
      return refused(errors[outcome.refusal]);
    case 'not_done':
      return refused('tryLater');
    case 'outcome_unknown':
      return refused('outcomeUnknown');
  }
}

export const REQUEST_ID_LENGTH_MAX = 40;
const REQUEST_ID = /^[A-Za-z0-9_-]+$/;

/**
 * A request id of the client: at most 40 letters, digits, - and _, the first 5 being the
 * partnerId.
 */
export function readRequestId(call: Call, name: string): Result<string, ErrorName> {
  const requestId = textOf(call.fields, name);
  if (requestId === null || !REQUEST_ID.test(requestId)) return refused('invalidRequestId');
  if (requestId.length > REQUEST_ID_LENGTH_MAX) return refused('requestIdTooLong');
  if (!requestId.startsWith(call.partner.partnerId)) return refused('requestIdPrefix');
  return accepted(requestId);
}

/** Whether an id of the engine can be one of this door's partner: a till's may begin like it. */
export function isOwnRequestId(call: Call, requestId: string): boolean {
  return REQUEST_ID.test(requestId) && requestId.startsWith(call.partner.partnerId);
}

export function readValue(fields: Fields): Result<Amount, ErrorName> {
  const value = groupOf(fields, 'value');
  return parseAmount(textOf(value, 'amount'), textOf(value, 'currencyCode'));
}

/**
 * The number of a card that this partner may activate. Numbers of a product with a shape have its
 * length and end with a Luhn digit; an imported card base has no shape, and any digits pass.
 */
export function readCard(call: Call): Result<CardReference & { by: 'number' }, ErrorName> {
  const number = textOf(call.fields, 'cardNumber');
  if (number === null || !/^\d{1,40}$/.test(number)) return refused('invalidCardNumber');
  const shapes = call.partner.cardProductIds.map(
    (productId) => call.findProduct(productId)?.numberShape ?? null,
  );
  const fault = shapes.includes(null) ? null : judgeNumber(number, shapes as NumberShape[]);
  return fault === null ? accepted({ by: 'number', number }) : refused(fault);
}

function judgeNumber(number: string, shapes: readonly NumberShape[]): ErrorName | null {
  const lengths = shapes.map((shape) => shape.digits);
  if (number.length < Math.min(...lengths)) return 'cardNumberTooShort';
  if (!lengths.includes(number.length)) return 'invalidCardNumber';
  return hasLuhnDigit(number) ? null : 'cardNumberCheckSum';
}

export function hasLuhnDigit(number: string): boolean {
  const sum = number
    .split('')
    .reverse()
    .reduce((total, digit, place) => {
      const weighed = place % 2 === 0 ? Number(digit) : Number(digit) * 2;
      return total + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
  return sum % 10 === 0;
}

/** How the protocol calls an instrument: 14 capital letters and digits. */
export function gcIdOf(instrumentId: bigint): string {
  return `K${instrumentId.toString(36).toUpperCase().padStart(13, '0')}`;
}

export function valueAnswer(amountMinor: bigint, unit: Unit): Answer {
  return { amount: { printed: formatAmount(amountMinor, unit) }, currencyCode: unit };
}

export type CardStatus = 'Fulfilled' | 'RefundedToPurchaser' | 'Expired' | 'Activated';

/**
 * `cardInfo` of an answer; a status of null for a card without value, a value of null where
 * unknown.
 */
export function cardInfo(card: {
  readonly number: string | null;
  readonly status: CardStatus | null;
  readonly value: { readonly amountMinor: bigint; readonly unit: Unit } | null;
  readonly expiresAt?: Instant | null;
}): Answer {
  return {
    cardNumber: card.number,
    cardStatus: card.status,
    expirationDate: card.expiresAt ? expirationText(card.expiresAt) : null,
    value: card.value === null ? null : valueAnswer(card.value.amountMinor, card.value.unit),
  };
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * `Thu Jun 10 14:59:59 UTC 2032`: the last second of the value's life; `expiresAt` is the one
 * after.
 */
export function expirationText(expiresAt: Instant): string {
  const last = new Date(expiresAt - 1);
  const [year, , day] = isoInstant(expiresAt - 1)
    .slice(0, 10)
    .split('-');
  const time = isoInstant(expiresAt - 1).slice(11, 19);
  return `${DAYS[last.getUTCDay()]} ${MONTHS[last.getUTCMonth()]} ${day} ${time} UTC ${year}`;
}

/** `20220610T085450Z`. */
export function compactInstant(instant: Instant): string {
  return `${isoInstant(instant).slice(0, 19).replace(/[-:]/g, '')}Z`;
}
