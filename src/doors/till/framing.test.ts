import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { Deframer, prefixBytes, writePrefix } from './framing.ts';
import type { Framing } from './framing.ts';

const FRAMINGS: readonly Framing[] = [
  { length: 'binary2', headerBytes: 0, bodyMaxBytes: 1_000 },
  { length: 'binary4', headerBytes: 0, bodyMaxBytes: 1_000 },
  { length: 'ascii4', headerBytes: 0, bodyMaxBytes: 1_000 },
];

function frame(framing: Framing, body: Uint8Array): Buffer {
  const framed = Buffer.alloc(prefixBytes(framing) + body.length);
  writePrefix(framing, framed, body.length);
  framed.set(body, prefixBytes(framing));
  return framed;
}

function takeAll(deframer: Deframer): { bodies: Buffer[]; end: string } {
  const bodies: Buffer[] = [];
  for (;;) {
    const taken = deframer.take();
    if (taken.is !== 'message') return { bodies, end: taken.is };
    bodies.push(taken.body);
  }
}

describe('messages come out whole', () => {
  for (const framing of FRAMINGS) {
    test(`however they were glued and cut (${framing.length})`, () => {
      const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
      fc.assert(
        fc.property(bodies, fc.array(fc.integer({ min: 1, max: 400 })), (sent, cuts) => {
          const stream = Buffer.concat(sent.map((body) => frame(framing, body)));
          const deframer = new Deframer(framing);
          const received: Buffer[] = [];
          let at = 0;
          for (const size of [...cuts, stream.length]) {
            deframer.push(stream.subarray(at, at + size));
            received.push(...takeAll(deframer).bodies);
            at += size;
          }
          assert.deepEqual(
            received.map((body) => [...body]),
            sent.map((body) => [...body]),
          );
          assert.equal(deframer.isMidMessage, false);
        }),
      );
    });
  }

  test('a byte at a time', () => {
    const framing = FRAMINGS[0]!;
    const body = Buffer.alloc(1_000, 7);
    const deframer = new Deframer(framing);
    for (const byte of frame(framing, body).subarray(0, -1)) {
      deframer.push(Buffer.from([byte]));
      assert.equal(deframer.take().is, 'incomplete');
      assert.equal(deframer.isMidMessage, true);
    }
    deframer.push(Buffer.from([7]));
    assert.deepEqual(takeAll(deframer), { bodies: [body], end: 'incomplete' });
  });
});

test('a length above the bound, or that is no number, ends the stream before any of it is kept', () => {
  const long = new Deframer(FRAMINGS[0]!);
  long.push(Buffer.from([0x03, 0xe9]));
  assert.equal(long.take().is, 'unreadable');
  const letters = new Deframer(FRAMINGS[2]!);
  letters.push(Buffer.from('00x4abcd'));
  assert.equal(letters.take().is, 'unreadable');
});
