import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayIn, endOfDayAfter, isZone, monthIn, startOfDay } from './calendar.ts';

const TOKYO = 'Asia/Tokyo';
const at = (text: string) => Date.parse(text);

test('a day in Japan begins at 15:00 of UTC', () => {
  assert.equal(dayIn(at('2026-03-31T14:59:59.999Z'), TOKYO), '2026-03-31');
  assert.equal(dayIn(at('2026-03-31T15:00:00Z'), TOKYO), '2026-04-01');
  assert.equal(monthIn(at('2026-03-31T14:59:59.999Z'), TOKYO), '2026-03');
  assert.equal(monthIn(at('2026-03-31T15:00:00Z'), TOKYO), '2026-04');
});

test('what is valid for a number of days ends at the midnight after the last of them', () => {
  assert.equal(
    endOfDayAfter(at('2026-03-31T10:00:00+09:00'), 0, TOKYO),
    at('2026-04-01T00:00:00+09:00'),
  );
  assert.equal(
    endOfDayAfter(at('2026-03-31T23:59:59+09:00'), 1, TOKYO),
    at('2026-04-02T00:00:00+09:00'),
  );
  assert.equal(
    endOfDayAfter(at('2024-02-28T00:00:00+09:00'), 365, TOKYO),
    at('2025-02-28T00:00:00+09:00'),
  );
});

test('a day in a zone that moves its clocks has 23 or 25 hours', () => {
  const berlin = 'Europe/Berlin';
  assert.equal(
    endOfDayAfter(at('2026-03-29T12:00:00+02:00'), 0, berlin),
    at('2026-03-30T00:00:00+02:00'),
  );
  assert.equal(
    endOfDayAfter(at('2026-03-28T12:00:00+01:00'), 0, berlin),
    at('2026-03-29T00:00:00+01:00'),
  );
  assert.equal(
    endOfDayAfter(at('2026-10-25T00:30:00+02:00'), 0, berlin),
    at('2026-10-26T00:00:00+01:00'),
  );
});

test('where clocks move at midnight a day begins at its first instant', () => {
  // Beirut 2026-03-29: 00:00 does not exist; the day begins at 01:00.
  assert.equal(startOfDay('2026-03-29', 'Asia/Beirut'), at('2026-03-29T01:00:00+03:00'));
  // Havana 2026-11-01: at 01:00 clocks go back to 00:00, and the day has begun already.
  assert.equal(startOfDay('2026-11-01', 'America/Havana'), at('2026-11-01T00:00:00-04:00'));
});

test('a day in every zone starts with itself and ends with the next', () => {
  const zones = fc.constantFrom(
    'UTC',
    TOKYO,
    'Asia/Kathmandu',
    'Europe/Berlin',
    'America/Havana',
    'Asia/Beirut',
    'Pacific/Chatham',
  );
  const instants = fc.integer({ min: at('1975-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') });
  fc.assert(
    fc.property(instants, zones, (instant, zone) => {
      const day = dayIn(instant, zone);
      const start = startOfDay(day, zone) ?? Number.NaN;
      const end = endOfDayAfter(instant, 0, zone);
      assert.ok(start <= instant && instant < end, `${start} ${instant} ${end}`);
      assert.equal(dayIn(start, zone), day);
      assert.notEqual(dayIn(start - 1, zone), day);
      assert.equal(dayIn(end - 1, zone), day);
      assert.notEqual(dayIn(end, zone), day);
    }),
  );
});

test('the same day is written as the locale data writes it', () => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: TOKYO,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  fc.assert(
    fc.property(
      fc.integer({ min: at('1970-01-02T00:00:00Z'), max: at('2100-01-01T00:00:00Z') }),
      (instant) => {
        assert.equal(dayIn(instant, TOKYO), format.format(instant));
      },
    ),
  );
});

test('what is no day or no zone is said to be none', () => {
  for (const wrong of ['2026-02-29', '2026-13-01', '2026-1-1', 'tomorrow', ''])
    assert.equal(startOfDay(wrong, TOKYO), null);
  assert.equal(isZone('Asia/Tokyo'), true);
  assert.equal(isZone('UTC'), true);
  assert.equal(isZone('Mars/Base'), false);
});
