import type { Unit } from '../../kernel/money.ts';
import type { Operation, Balance, Done, Outcome, Refusal } from '../../instruments/index.ts';
import { emptyFields } from './codec.ts';
import type { Message } from './codec.ts';
import { numericOfUnit } from './currency.ts';
import { answeringMti, FIELD } from './dialect.ts';
import type { Dialect, DoorRefusal } from './dialect.ts';

/** What an answer says beyond the fields that it repeats. */
export interface Verdict {
  readonly code: string; // DE39
  readonly amountMinor?: bigint; // DE4, where it is not the one asked for
  readonly authorisation?: string; // DE38
  readonly amounts?: readonly AdditionalAmount[]; // DE54
}

interface AdditionalAmount {
  readonly type: '02' | '57'; // what can be spent; what was asked for
  readonly unit: Unit;
  readonly minor: bigint;
}

/** The answer to a message: what its dialect repeats of it, and the verdict. */
export function answerMessage(dialect: Dialect, asked: Message, verdict: Verdict): Message {
  const fields = emptyFields();
  for (const field of dialect.echoed) {
    const value = asked.fields[field];
    if (value !== undefined) fields[field] = value;
  }
  fields[FIELD.responseCode] = verdict.code;
  if (verdict.amountMinor !== undefined) fields[FIELD.amount] = twelveDigits(verdict.amountMinor);
  if (verdict.authorisation !== undefined) fields[FIELD.authorisation] = verdict.authorisation;
  if (verdict.amounts !== undefined) {
    const account = accountOf(asked.fields[FIELD.processingCode]);
    fields[FIELD.amounts] = verdict.amounts.map((amount) => writeAmount(account, amount)).join('');
  }
  const rule = dialect.messages[asked.mti];
  return { mti: rule?.answer ?? answeringMti(asked.mti), header: asked.header, fields };
}

export function doorVerdict(dialect: Dialect, refusal: DoorRefusal): Verdict {
  return { code: dialect.responses.door[refusal] };
}

export function refusalVerdict(dialect: Dialect, refusal: Refusal): Verdict {
  return { code: dialect.responses.refusals[refusal] };
}

export function balanceVerdict(dialect: Dialect, balance: Balance): Verdict {
  const amount = { type: '02', unit: balance.unit, minor: balance.spendableMinor } as const;
  return { code: dialect.responses.approved, amounts: [amount] };
}

/** The verdict of what was decided. Only from stored facts, so a repeat gets the same (R5). */
export function outcomeVerdict(
  dialect: Dialect,
  operation: Operation,
  outcome: Extract<Outcome, { outcome: 'accepted' | 'refused' }>,
): Verdict {
  if (outcome.outcome === 'refused') {
    const verdict = refusalVerdict(dialect, outcome.refusal);
    if (outcome.balanceMinor === null || !('unit' in operation) || operation.unit === null) {
      return verdict;
    }
    const amount = { type: '02', unit: operation.unit, minor: outcome.balanceMinor } as const;
    return { ...verdict, amounts: [amount] };
  }
  return acceptedVerdict(dialect, operation, outcome.done);
}

function acceptedVerdict(dialect: Dialect, operation: Operation, done: Done): Verdict {
  const { responses } = dialect;
  if (operation.kind === 'reverse') {
    const isUnseen = done.isOriginalKnown === false;
    return { code: isUnseen ? responses.reversedUnseen : responses.reversed };
  }
  const asked = 'amountMinor' in operation ? operation.amountMinor : null;
  const isPart =
    operation.kind === 'redeem' && done.amountMinor !== null && done.amountMinor !== asked;
  const amounts: AdditionalAmount[] = [];
  if (done.balanceMinor !== null && done.unit !== null) {
    amounts.push({ type: '02', unit: done.unit, minor: done.balanceMinor });
  }
  if (isPart && asked !== null && done.unit !== null) {
    amounts.push({ type: '57', unit: done.unit, minor: asked });
  }
  return {
    code: isPart ? responses.approvedPartially : responses.approved,
    authorisation: authorisationOf(done),
    ...(done.amountMinor !== null && { amountMinor: done.amountMinor }),
    ...(amounts.length > 0 && { amounts }),
  };
}

const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Six characters that belong to this request and hide nothing: for slips and for asking about it.
 * FNV-1a; SHA-256 in its place took a twelfth of the whole exchange.
 */
function authorisationOf(done: Done): string {
  const text = `${done.requestId}|${done.instrumentId ?? ''}|${done.decidedAt}`;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  let code = '';
  for (let shift = 0; shift < 30; shift += 5) code += CODE_LETTERS[(hash >>> shift) & 31];
  return code;
}

/** Positions 3 and 4 of the processing code, else 5 and 6: the account that the amount is of. */
function accountOf(processingCode: string | undefined): string {
  if (processingCode === undefined) return '00';
  const from = processingCode.slice(2, 4);
  return from === '00' ? processingCode.slice(4, 6) : from;
}

/** Account 2, type 2, currency 3, sign, twelve digits. */
function writeAmount(account: string, { type, unit, minor }: AdditionalAmount): string {
  const sign = minor < 0n ? 'D' : 'C';
  const digits = twelveDigits(minor < 0n ? -minor : minor);
  return `${account}${type}${numericOfUnit(unit)}${sign}${digits}`;
}

/** More than twelve digits cannot be told; the most that can is told instead. */
function twelveDigits(minor: bigint): string {
  return (minor > 999_999_999_999n ? 999_999_999_999n : minor).toString().padStart(12, '0');
}
