import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../../test/support/database.ts';
import { ValueRefused } from './errors.ts';
import type { Queryable } from './queryable.ts';
import { encode, encodeArray, type ValueTypeName } from './values.ts';

const AWKWARD = [
  '',
  'NULL',
  'nuLL',
  '-',
  'a:b.c-d_e',
  '0',
  'a,b',
  '{x}',
  '"',
  '\\',
  'a\\"b\n',
  "it's",
  '金券 🎁',
  '\\x41',
];

/** Values of each type that must come back as they went in, alone and in an array. */
const SAMPLES: Readonly<Record<ValueTypeName, readonly unknown[]>> = {
  bool: [true, false],
  int2: [0, -32768, 32767],
  int4: [0, -2147483648, 2147483647],
  oid: [0, 4294967295],
  int8: [0n, -9223372036854775808n, 9223372036854775807n],
  float4: [0, -1.5],
  float8: [0, 1e-9, 1.7976931348623157e308],
  numeric: ['0', '-12345678901234567890.123456789'],
  text: AWKWARD,
  varchar: AWKWARD,
  name: ['', 'a b'],
  char: ['x'],
  uuid: ['5f0d3e2a-7b1c-4d8e-9f00-a1b2c3d4e5f6'],
  date: ['2024-02-29', '1999-12-31'],
  timestamptz: [0, 1_700_000_000_123, Date.UTC(1969, 11, 31, 23, 59, 59, 999), Infinity],
  bytea: [Buffer.alloc(0), Buffer.from([0, 1, 34, 44, 92, 255])],
  json: [{ a: [1, 'x"\\'], b: null }, 'text', 3],
  jsonb: [{ a: [1, 'x"\\'], b: null }, 'text', 3, true, -1.5],
};

/** As a generated function would send it. */
async function roundTrip(on: Queryable, type: ValueTypeName, value: unknown, isArray: boolean) {
  const [row] = await on.rows(
    {
      title: 'values.test.ts',
      name: `test_${type}_${isArray}`,
      text: `select $1::${type === 'char' ? '"char"' : type}${isArray ? '[]' : ''}`,
      encoders: [isArray ? encodeArray[type] : encode[type]],
      row: ([column]) => ({ column: column as unknown }),
    },
    [value],
  );
  return row?.column;
}

forBothDatabases('a value of every type comes back as it went in', async (database) => {
  for (const [name, samples] of Object.entries(SAMPLES)) {
    const type = name as ValueTypeName;
    for (const sample of samples) deepEqual(await roundTrip(database, type, sample, false), sample);
    equal(await roundTrip(database, type, null, false), null);
    const withNull = [...samples, null];
    deepEqual(await roundTrip(database, type, withNull, true), withNull);
    deepEqual(await roundTrip(database, type, [], true), []);
    equal(await roundTrip(database, type, null, true), null);
  }
});

forBothDatabases('a count is a bigint and a part of a millisecond is dropped', async (database) => {
  const [row] = await database.query(
    `select count(*) as rows, '2024-01-02 03:04:05.123999+09'::timestamptz as at,
      '1969-12-31 23:59:59.9999Z'::timestamptz as before`,
  );
  deepEqual(row, { rows: 1n, at: Date.parse('2024-01-01T18:04:05.123Z'), before: -1 });
});

forBothDatabases('text sorts by code point', async (database) => {
  const words = ['b', 'B', 'a', 'ä', 'Z', 'あ', 'ア', '券', '_'];
  const rows = await database.query(
    `select word from unnest($1::text[]) as words (word) order by word`,
    [words],
  );
  deepEqual(
    rows.map((row) => row['word']),
    words.toSorted(),
  );
});

forBothDatabases('a value of the wrong kind is refused before it is sent', async (database) => {
  await rejects(roundTrip(database, 'int8', '1', false), ValueRefused);
  await rejects(roundTrip(database, 'timestamptz', new Date(), false), ValueRefused);
  await rejects(roundTrip(database, 'text', ['a', 1], true), ValueRefused);
  await rejects(roundTrip(database, 'int4', [2 ** 31], true), ValueRefused);
  await rejects(roundTrip(database, 'int4', [1.5], true), ValueRefused);
  await rejects(roundTrip(database, 'int8', [2n ** 63n], true), ValueRefused);
  await rejects(roundTrip(database, 'timestamptz', [new Date()], true), ValueRefused);
  await rejects(roundTrip(database, 'bytea', ['00'], true), ValueRefused);
});

test('a number that is not exact does not pass for a bigint', () => {
  throws(() => encode.int8(2 ** 53), ValueRefused);
  equal(encode.int8(2 ** 53 - 1), '9007199254740991');
});
