import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { inferYear } from './identity.ts';

const HOUR = 3_600_000;

test('the year is the one that brings the instant nearest to its arrival', () => {
  const CASES: readonly [string, number, string | null][] = [
    ['0610120000', Date.UTC(2026, 5, 10, 12, 0, 1), '2026'],
    ['1231235959', Date.UTC(2027, 0, 1, 0, 0, 0), '2026'],
    ['0101000000', Date.UTC(2026, 11, 31, 23, 59, 59), '2027'], // a till whose clock is ahead
    ['0101090000', Date.UTC(2026, 11, 31, 23, 59, 59), '2027'], // a till that writes its local time
    ['0229120000', Date.UTC(2028, 1, 29, 12, 0, 0), '2028'],
    ['0229235959', Date.UTC(2028, 2, 1, 0, 0, 0), '2028'],
    ['0229120000', Date.UTC(2026, 1, 28, 12, 0, 0), null], // none of the years around has that day
    ['0000120000', Date.UTC(2026, 1, 28, 12, 0, 0), null],
    ['0610126000', Date.UTC(2026, 1, 28, 12, 0, 0), null],
  ];
  for (const [text, arrivedAt, year] of CASES) {
    assert.equal(inferYear(text, arrivedAt), year === null ? null : `${year}${text}`);
  }
});

test('a request and its reversal name the same year however late either is, within months', () => {
  const instants = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2035, 0, 1) });
  const delays = fc.integer({ min: -24 * HOUR, max: 150 * 24 * HOUR });
  fc.assert(
    fc.property(instants, delays, delays, (sentAt, first, second) => {
      const iso = new Date(sentAt).toISOString();
      const text = iso.replace(/\D/g, '').slice(4, 14);
      const expected = `${iso.slice(0, 4)}${text}`;
      assert.equal(inferYear(text, sentAt + first), expected);
      assert.equal(inferYear(text, sentAt + second), expected);
    }),
    { numRuns: 2_000 },
  );
});
