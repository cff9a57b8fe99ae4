import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openHmac } from './hmac.ts';

void test('RFC 4231: what the standard says of its own examples', () => {
  const hex = (key: Uint8Array, text: string): string => openHmac(key)(text).toString('hex');
  assert.equal(
    hex(Buffer.alloc(20, 0x0b), 'Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  );
  assert.equal(
    hex(Buffer.from('Jefe'), 'what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
  assert.equal(
    hex(Buffer.alloc(131, 0xaa), 'Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  );
});

void test('any key and text give what createHmac gives, also after a longer text and past its own room', () => {
  const texts = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', maxLength: 3_000, minLength: 600 }),
    ),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), texts, (key, all) => {
      const hmac = openHmac(key);
      for (const text of [...all, '', all[0]!]) {
        const expected = createHmac('sha256', key).update(text, 'utf8').digest('hex');
        assert.equal(hmac(text).toString('hex'), expected);
      }
    }),
    { numRuns: 200 },
  );
});

void test('half a character, which is no UTF-8, is read as createHmac reads it', () => {
  const key = Buffer.alloc(32, 1);
  for (const text of ['\ud800', 'a\udc00b', '\ud83d'.repeat(600), '\ud83d'.repeat(900)]) {
    const expected = createHmac('sha256', key).update(text, 'utf8').digest('hex');
    assert.equal(openHmac(key)(text).toString('hex'), expected);
  }
});
