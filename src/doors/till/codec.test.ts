import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { encodeMessage, parseMessage } from './codec.ts';
import type { FaultReason, Parsed } from './codec.ts';
import type { Dialect } from './dialect.ts';
import { answeringMti, isAnswer, readDialect } from './dialect.ts';
import { iso87 } from './dialects/iso87.ts';
import { vaps93 } from './dialects/vaps93.ts';
import { readFieldShape } from './field.ts';
import { fieldsOf, messageOf, messagesOf, valueOf } from './testing/messages.ts';
import { mulberry, mutate } from './testing/mutation.ts';
import { strangerDecode, strangerEncode, strangerFormats } from './testing/stranger.ts';

/** iso87 with a header, bitmaps in hex and a length in digits: what other dialects do. */
const hexDialect = readDialect({
  ...iso87,
  name: 'hex87',
  framing: { length: 'ascii4', headerBytes: 5, bodyMaxBytes: 4_096 },
  bitmap: 'hex',
});
const DIALECTS: readonly Dialect[] = [iso87, vaps93, hexDialect];

function bodyOf(framed: Buffer, dialect: Dialect = iso87): Buffer {
  return framed.subarray(dialect.framing.length === 'binary2' ? 2 : 4);
}

function withHeader(dialect: Dialect, message: ReturnType<typeof messageOf>) {
  return { ...message, header: '60'.repeat(dialect.framing.headerBytes) };
}

function faultOf(parsed: Parsed): { field: number; reason: FaultReason } | null {
  return parsed.ok ? null : parsed.fault;
}

describe('every dialect', () => {
  for (const dialect of DIALECTS) {
    test(`${dialect.name}: every field comes back as it was sent`, () => {
      dialect.shapes.forEach((shape, field) => {
        if (shape === undefined) return;
        fc.assert(
          fc.property(valueOf(shape), (value) => {
            const sent = withHeader(dialect, messageOf('0200', { [field]: value }));
            const parsed = parseMessage(dialect, bodyOf(encodeMessage(dialect, sent), dialect));
            assert.deepEqual(parsed, { ok: true, value: sent });
          }),
          { numRuns: 20 },
        );
      });
    });

    test(`${dialect.name}: any message comes back as it was sent, and to the same bytes`, () => {
      fc.assert(
        fc.property(messagesOf(dialect), (message) => {
          const sent = withHeader(dialect, message);
          const framed = encodeMessage(dialect, sent);
          const parsed = parseMessage(dialect, bodyOf(framed, dialect));
          assert.ok(parsed.ok);
          assert.deepEqual(parsed.value, sent);
          assert.deepEqual(encodeMessage(dialect, parsed.value), framed);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('a stranger', () => {
  const FIELDS = { 3: '000000', 4: '000000001500', 7: '0911131411', 11: '000001', 41: 'TILL0001' };

  test('our field table is that of the npm codec, but for the barcode in DE2', () => {
    const digits: Record<string, number> = { fixed: 0, llvar: 2, lllvar: 3, llllllvar: 6 };
    for (const [number, theirs] of Object.entries(strangerFormats)) {
      const field = Number(number);
      if (!Number.isInteger(field) || field < 3 || field === 65 || field === 127) continue;
      const ours = iso87.shapes[field];
      assert.ok(ours, `field ${field}`);
      assert.equal(ours.content, theirs.ContentType, `content of field ${field}`);
      assert.equal(ours.lengthDigits, digits[theirs.LenType], `length digits of field ${field}`);
      const length = theirs.ContentType === 'b' ? theirs.MaxLen / 2 : theirs.MaxLen;
      assert.equal(ours.lengthMax, length, `length of field ${field}`);
    }
  });

  test('its 16-byte bitmap with bit 1 set and no second field is read', () => {
    const framed = strangerEncode({ 0: '0200', ...FIELDS });
    assert.equal(framed[6]! & 0x80, 0x80);
    assert.equal(framed.subarray(14, 22).toString('hex'), '0000000000000000');
    const parsed = parseMessage(iso87, bodyOf(framed));
    assert.ok(parsed.ok);
    assert.deepEqual(fieldsOf(parsed.value), FIELDS);
  });

  test('it reads what we write, with one bitmap and with two', () => {
    for (const fields of [FIELDS, { ...FIELDS, 39: '00', 54: '0002392C000000001500', 70: '301' }]) {
      const framed = encodeMessage(iso87, messageOf('0210', fields));
      const read = strangerDecode(framed);
      assert.deepEqual(read, { 0: '0210', ...fields });
    }
  });

  test('both directions agree on any message that it can write', () => {
    const writable = iso87.shapes.flatMap((shape, field) =>
      shape === undefined || field === 2 || field === 127 ? [] : [field],
    );
    const messages = fc
      .uniqueArray(fc.constantFrom(...writable), { minLength: 1, maxLength: 12 })
      .chain((chosen) =>
        fc.record(
          Object.fromEntries(
            chosen.map((field) => [field, valueOf(iso87.shapes[field]!).filter((v) => v !== '')]),
          ),
        ),
      );
    fc.assert(
      fc.property(messages, (fields) => {
        let framed: Buffer;
        try {
          framed = strangerEncode({ 0: '0200', ...(fields as Record<string, string>) });
        } catch {
          return; // signs that it does not take
        }
        const parsed = parseMessage(iso87, bodyOf(framed));
        assert.ok(parsed.ok, JSON.stringify(faultOf(parsed)));
        assert.deepEqual(fieldsOf(parsed.value), { ...fields });
        assert.deepEqual(
          strangerDecode(encodeMessage(iso87, parsed.value)),
          strangerDecode(framed),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('its private field 127 with a bitmap inside is stepped over', () => {
    const framed = strangerEncode({
      0: '0200',
      11: '000001',
      127: '4000000000000000121234567890AB'.replace('AB', '12'),
    });
    const parsed = parseMessage(iso87, bodyOf(framed));
    assert.ok(parsed.ok);
    assert.equal(parsed.value.fields[11], '000001');
  });
});

describe('a wrong message', () => {
  const valid = messageOf('0200', {
    3: '000000',
    4: '000000001500',
    11: '000001',
    37: 'ABC 12345678',
  });
  const body = bodyOf(encodeMessage(iso87, valid));

  const changed = (change: (copy: Buffer) => Buffer): Parsed =>
    parseMessage(iso87, change(Buffer.from(body)));

  const written = (copy: Buffer, at: number, text: string): Buffer => {
    copy.write(text, at, 'latin1');
    return copy;
  };
  const flipped = (copy: Buffer, at: number, bits: number): Buffer => {
    copy[at]! ^= bits;
    return copy;
  };

  const CASES: readonly [string, (copy: Buffer) => Buffer, number, FaultReason][] = [
    ['of no bytes', () => Buffer.alloc(0), 0, 'too_short'],
    ['without a whole type', (copy) => copy.subarray(0, 3), 0, 'too_short'],
    ['whose type is no number', (copy) => written(copy, 0, '02x0'), 0, 'mti_not_digits'],
    ['without a whole bitmap', (copy) => copy.subarray(0, 11), 1, 'too_short'],
    ['with half of two bitmaps', (copy) => flipped(copy.subarray(0, 19), 4, 0x80), 1, 'too_short'],
    ['with one field too many', (copy) => flipped(copy, 11, 0x80), 57, 'length_not_digits'],
    ['with letters in a number', (copy) => written(copy, 26, '15x0'), 4, 'content_not_allowed'],
    ['cut in a field', (copy) => copy.subarray(0, copy.length - 1), 37, 'field_cut'],
    ['with bytes left over', (copy) => Buffer.concat([copy, copy]), 129, 'bytes_left_over'],
    ['with no text', (copy) => flipped(copy, copy.length - 1, 0x80), 37, 'content_not_allowed'],
  ];
  for (const [name, change, field, reason] of CASES) {
    test(`${name} is refused with its place`, () => {
      assert.deepEqual(faultOf(changed(change)), { field, reason });
    });
  }

  test('a length above the field, a length of letters, and an unknown field have their names', () => {
    const long = Buffer.concat([Buffer.from('0200'), Buffer.from('4000000000000000', 'hex')]);
    const lengthOf = (text: string) =>
      parseMessage(iso87, Buffer.concat([long, Buffer.from(text)]));
    assert.deepEqual(faultOf(lengthOf(`31${'1'.repeat(31)}`)), {
      field: 2,
      reason: 'length_too_large',
    });
    assert.deepEqual(faultOf(lengthOf('1x1')), { field: 2, reason: 'length_not_digits' });
    assert.deepEqual(faultOf(lengthOf('1')), { field: 2, reason: 'length_not_digits' });
    const unknown = Buffer.concat([Buffer.from('1200'), Buffer.from('0800000000000000', 'hex')]);
    assert.deepEqual(faultOf(parseMessage(vaps93, unknown)), { field: 5, reason: 'field_unknown' });
  });

  test('the STAN behind a field with wrong content can still be read', () => {
    const parsed = changed((copy) => written(copy, 26, '15x0'));
    assert.ok(!parsed.ok);
    assert.equal(parsed.readable?.fields[11], '000001');
    assert.equal(parsed.readable?.fields[4], undefined);
  });

  test('100,000 mutated messages neither crash nor read outside of themselves', () => {
    const seed = 8_583;
    const random = mulberry(seed);
    const originals = DIALECTS.flatMap((dialect) =>
      fc.sample(messagesOf(dialect), { numRuns: 200, seed }).map((message) => ({
        dialect,
        body: bodyOf(encodeMessage(dialect, withHeader(dialect, message)), dialect),
      })),
    );
    let accepted = 0;
    for (let run = 0; run < 100_000; run += 1) {
      const { dialect, body: original } = originals[run % originals.length]!;
      const mutated = mutate(original, random);
      // The bytes around it must never come out: a message is a window of a longer buffer.
      const guarded = Buffer.concat([Buffer.alloc(8, 0xee), mutated, Buffer.alloc(1_024, 0xee)]);
      const window = guarded.subarray(8, 8 + mutated.length);
      const parsed = parseMessage(dialect, window);
      const message = parsed.ok ? parsed.value : parsed.readable;
      if (message === null) continue;
      const text = message.fields.filter((v) => v !== undefined).join('');
      assert.ok(text.length <= mutated.length * 2, `seed ${seed} run ${run}`);
      encodeMessage(dialect, message); // what was read is valid, field by field
      if (parsed.ok) accepted += 1;
    }
    assert.ok(accepted > 1_000 && accepted < 90_000, `${accepted} of 100,000 were valid`);
  });
});

test('what does not fit its field is our fault and is not sent', () => {
  for (const [field, value] of [
    [3, '00000'],
    [2, '1'.repeat(31)],
    [4, '00000000150x'],
    [65, '1'],
  ] as const) {
    assert.throws(() => encodeMessage(iso87, messageOf('0210', { [field]: value })));
  }
});

test('a table that does not fit itself is found when it is read', () => {
  assert.throws(() => readFieldShape('n..19'), /no notation/);
  assert.throws(() => readFieldShape('n ..100'), /longer than its length digits/);
  assert.throws(
    () => readDialect({ ...iso87, fields: { ...iso87.fields, 65: 'b 1' } }),
    /no field 65/,
  );
  assert.throws(() => readDialect({ ...iso87, originalField: 65 }), /field 65 is used/);
  const responses = { ...iso87.responses, approved: '000' };
  assert.throws(() => readDialect({ ...iso87, responses }), /does not fit field 39/);
});

test('the answer to an unknown message type is one further and never a repeat', () => {
  assert.equal(answeringMti('0500'), '0510');
  assert.equal(answeringMti('0621'), '0630');
  assert.ok(isAnswer('0210') && isAnswer('0230') && !isAnswer('0201') && !isAnswer('0420'));
});
