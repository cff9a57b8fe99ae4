import { assert } from '../kernel/assert.ts';

/**
 * One text for one value: keys sorted, no spaces, bigints as text with an `n`. What is bound to a hash, or
 * stands in the audit trail, is written like this, so that reading and writing it again changes nothing.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return JSON.stringify(`${value}n`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'a number in canonical JSON is finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  assert(
    typeof value === 'object',
    'canonical JSON has no functions and nothing undefined in a list',
  );
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
  return `{${fields.join(',')}}`;
}
