import assert from 'node:assert/strict';
import type { RequestOutcome } from '../../src/instruments/outcome.ts';
import type { Range, Request } from './oracle.ts';

/** Of a request that was reversed only the asking tells what it had been. */
export function learnFrom(request: Request, found: RequestOutcome): void {
  const { known, name, operation } = request;
  if (known !== undefined) {
    judgeFound(request, known, found.outcome);
    return;
  }
  assert.ok(found.outcome === 'reversed', `${name} has an outcome`);
  request.known =
    found.done.kind === operation.kind
      ? { outcome: 'accepted', done: found.done, isRepeated: true }
      : { outcome: 'refused', refusal: 'already_reversed', balanceMinor: null, isRepeated: true };
}

/** Asking never says less than was answered before (R6). */
export function judgeFound(
  { name }: Request,
  known: NonNullable<Request['known']>,
  found: string,
): void {
  if (known.outcome === 'refused' && known.refusal === 'request_id_reused') return; // not remembered
  const expected =
    known.outcome === 'accepted' ? ['accepted', 'reversed'] : ['refused', 'reversed'];
  assert.ok(expected.includes(found), `${name} was ${known.outcome} and is found ${found}`);
}

/** `exactly`: nothing is unknown any more. */
export function judgeRange(
  what: string,
  stands: bigint,
  range: Range,
  how: 'within' | 'exactly',
): void {
  const isWithin = range.least <= stands && stands <= range.most;
  const text = `${what} has ${stands}; by the answers ${range.least} to ${range.most}`;
  assert.ok(isWithin, text);
  if (how === 'exactly') assert.equal(range.least, range.most, text);
}
