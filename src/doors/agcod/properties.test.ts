import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatAmount, parseAmount } from './amount.ts';
import { gcIdOf, hasLuhnDigit } from './call.ts';
import { OPERATION_NAMES } from './exchange.ts';
import { cardNumber, openTestDoor } from './testing/door.ts';
import { readRequest, requestFormat } from './wire.ts';

test('an amount that is printed reads the same again', () => {
  const amount = fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) });
  fc.assert(
    fc.property(amount, fc.constantFrom('JPY', 'USD', 'KWD', 'PTS:coffee'), (minor, unit) => {
      const read = parseAmount(formatAmount(minor, unit), unit);
      assert.deepEqual(read, { ok: true, value: { minor, unit } });
    }),
  );
});

test('reading any bytes ends in fields or a fault, and never throws', () => {
  const types = fc.record({
    contentType: fc.constantFrom(undefined, 'application/json', 'text/xml', 'charset=UTF-8', 'x'),
    accept: fc.constant(undefined),
  });
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .string()
      .map((text) => Buffer.from(`<CreateGiftCardRequest>${text}</CreateGiftCardRequest>`)),
  );
  fc.assert(
    fc.property(body, types, (bytes, sent) => {
      assert.match(requestFormat(sent, bytes), /^(json|xml)$/);
      const fields = readRequest(bytes, sent, 'CreateGiftCard');
      assert.equal(typeof fields.ok, 'boolean');
    }),
    { numRuns: 1000 },
  );
});

test('whatever a partner signs is answered with 200 or 400 and moves nothing it did not name', async () => {
  const door = await openTestDoor({ callsPerSecondMax: 1_000_000 });
  const junk = fc.oneof(
    fc.json(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  const almost = fc
    .record(
      {
        partnerId: fc.constantFrom('Kinkn', 'kinkn', ''),
        creationRequestId: fc.oneof(fc.constant('Kinkn1'), fc.jsonValue()),
        activationRequestId: fc.oneof(fc.constant('Kinkn1'), fc.jsonValue()),
        cardNumber: fc.oneof(fc.constant(cardNumber(1)), fc.jsonValue()),
        value: fc.oneof(
          fc.record({ currencyCode: fc.jsonValue(), amount: fc.jsonValue() }),
          fc.jsonValue(),
        ),
        gcId: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...OPERATION_NAMES),
      fc.oneof(junk, almost),
      async (name, body) => {
        door.clock.advance(1000);
        const answered = await door.call(name, body);
        assert.ok([200, 400].includes(answered.status), answered.text);
        assert.notEqual(answered.body.errorCode, 'F500', body);
      },
    ),
    { numRuns: 500 },
  );
  assert.equal(door.engine.fundsMinor, 1_000_000n);
  await door.server.close();
});

test('a gcId is 14 capital letters and digits, and no two instruments share one', () => {
  const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(id, id, (one, other) => {
      assert.match(gcIdOf(one), /^K[0-9A-Z]{13}$/);
      assert.equal(gcIdOf(one) === gcIdOf(other), one === other);
    }),
  );
});

test('a Luhn digit notices every wrong digit', () => {
  const place = fc.integer({ min: 0, max: 18 });
  fc.assert(
    fc.property(fc.nat(), place, fc.integer({ min: 1, max: 9 }), (run, at, by) => {
      const number = cardNumber(run);
      assert.ok(hasLuhnDigit(number));
      const wrong = (Number(number[at]) + by) % 10;
      assert.ok(!hasLuhnDigit(`${number.slice(0, at)}${wrong}${number.slice(at + 1)}`));
    }),
  );
});
