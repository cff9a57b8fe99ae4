import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { silentLog } from '../../kernel/log.ts';
import { REFUSALS } from '../../instruments/index.ts';
import {
  ACTIVATE_ERRORS,
  CANCEL_ERRORS,
  CREATE_ERRORS,
  DEACTIVATE_ERRORS,
  ERRORS,
} from './errors.ts';
import { OPERATION_NAMES } from './exchange.ts';
import { agcodDoor } from './routes.ts';
import { openTestDoor, type TestDoor } from './testing/door.ts';

const FUNDS = { partnerId: 'Kinkn' };
const CREATE = {
  creationRequestId: 'Kinkn1',
  partnerId: 'Kinkn',
  value: { currencyCode: 'JPY', amount: 1000 },
};

async function withDoor(run: (door: TestDoor) => Promise<void>, partner = {}): Promise<void> {
  const door = await openTestDoor(partner);
  try {
    await run(door);
  } finally {
    await door.server.close();
  }
}

test('R31: bad credentials get one 403, in the language asked for, and no engine', () =>
  withDoor(async ({ call, engine, answers }) => {
    const answered = await call('CreateGiftCard', CREATE, { secretAccessKey: 'guessed' });
    assert.equal(answered.status, 403);
    assert.equal(answered.body.message, 'The security token included in the request is invalid.');
    const xml = await call('CreateGiftCard', '<CreateGiftCardRequest/>', {
      secretAccessKey: 'guessed',
      format: 'xml',
    });
    assert.equal(xml.status, 403);
    assert.match(
      xml.text,
      /<message>The security token included in the request is invalid.<\/message>/,
    );
    assert.deepEqual(answers, ['signature', 'signature']);
    assert.equal(engine.operations.length, 0);
  }));

test('all seven operations answer, also with a slash at the end of the path', () =>
  withDoor(
    async ({ call, clock }) => {
      for (const operation of OPERATION_NAMES) {
        for (const path of [`/${operation}`, `/${operation}/`]) {
          clock.advance(1000);
          const answered = await call(operation, {}, { path });
          assert.equal(answered.body.errorType, 'InvalidPartnerIdInput', path);
        }
      }
    },
    { callsPerSecondMax: 1000 },
  ));

test('other paths, other methods and other routes of the server are untouched', () =>
  withDoor(async ({ server, call }) => {
    assert.equal((await call('LoadAmazonBalance', {})).status, 404);
    assert.equal((await server.inject({ method: 'GET', url: '/CreateGiftCard' })).statusCode, 404);
    const answered = await server.inject({ method: 'POST', url: '/CreateGiftCard' });
    assert.equal(answered.statusCode, 403);
  }));

test('routes beside the door keep their own parsers', async () => {
  const door = await openTestDoor();
  const server = Fastify();
  server.post('/v1/other', async (request) => ({
    type: request.headers['content-type'],
    is: request.body,
  }));
  await server.register(
    agcodDoor({
      engine: door.engine,
      clock: door.clock,
      log: silentLog(),
      findProduct: () => undefined,
      directory: { findByAccessKey: () => undefined },
    }),
  );
  const other = await server.inject({ method: 'POST', url: '/v1/other', payload: { a: 1 } });
  assert.deepEqual(other.json(), { type: 'application/json', is: { a: 1 } });
  const own = await server.inject({ method: 'POST', url: '/CreateGiftCard', payload: { a: 1 } });
  assert.equal(own.statusCode, 403);
  await server.close();
  await door.server.close();
});

test('a body above 16 KiB is refused before it is read', () =>
  withDoor(async ({ call }) => {
    const answered = await call('CreateGiftCard', { ...CREATE, padding: 'x'.repeat(16 * 1024) });
    assert.equal(answered.status, 413);
    assert.equal(answered.body.errorType, 'InvalidRequestInput');
  }));

test('the eleventh call of a second is throttled, and a tenth of a second later one is not', () =>
  withDoor(async ({ call, clock, answers }) => {
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await call('CreateGiftCard', CREATE)).status, 200);
    }
    const throttled = await call('CreateGiftCard', CREATE);
    assert.equal(throttled.status, 400);
    assert.match(throttled.body.__type, /^ThrottlingException:/);
    assert.equal(throttled.body.message, 'Rate exceeded');
    clock.advance(99);
    assert.equal((await call('CreateGiftCard', CREATE)).body.message, 'Rate exceeded');
    clock.advance(2);
    assert.equal((await call('CreateGiftCard', CREATE)).status, 200);
    assert.equal(answers.filter((kind) => kind === 'throttled').length, 2);
  }));

test('GetAvailableFunds is answered once a second', () =>
  withDoor(async ({ call, clock }) => {
    assert.equal((await call('GetAvailableFunds', FUNDS)).status, 200);
    assert.equal((await call('GetAvailableFunds', FUNDS)).body.message, 'Rate exceeded');
    assert.equal((await call('CreateGiftCard', CREATE)).status, 200);
    clock.advance(1000);
    assert.equal((await call('GetAvailableFunds', FUNDS)).status, 200);
  }));

test('a partner has one report at a time, however long it reads', () =>
  withDoor(async ({ call, clock, engine }) => {
    const time = { utcStartDate: '2026-06-10T00:00:00', utcEndDate: '2026-06-11T00:00:00' };
    const report = { partnerId: 'Kinkn', ...time };
    const { promise: read, resolve: goOn } = Promise.withResolvers<void>();
    engine.listActivity = async () => {
      await read;
      return { entries: [], next: null };
    };
    const first = call('GetGiftCardActivityPage', report);
    clock.advance(5000);
    assert.equal((await call('GetAvailableFunds', FUNDS)).status, 200);
    const second = await call('GetGiftCardActivityPage', report);
    assert.equal(second.body.message, 'Rate exceeded');
    goOn();
    assert.equal((await first).status, 200);
    clock.advance(1000);
    assert.equal((await call('GetGiftCardActivityPage', report)).status, 200);
  }));

test('every refusal of the engine has an error at every operation that moves value', () => {
  for (const table of [CREATE_ERRORS, CANCEL_ERRORS, ACTIVATE_ERRORS, DEACTIVATE_ERRORS]) {
    for (const refusal of REFUSALS) assert.ok(table[refusal] in ERRORS, refusal);
  }
});

test('no answer but a success holds a claim code, and no error repeats what was sent', () =>
  withDoor(async ({ call }) => {
    const created = await call('CreateGiftCard', CREATE);
    const code: string = created.body.gcClaimCode;
    const sent = { ...CREATE, value: { currencyCode: code, amount: code } };
    const refused = await call('CreateGiftCard', { ...sent, creationRequestId: code });
    assert.equal(refused.status, 400);
    assert.ok(!refused.text.includes(code));
  }));

test('what the switch has stopped is an account with problems, with what was announced', async () => {
  const door = await openTestDoor();
  const refusal = { outcome: 'refused', isRepeated: false, balanceMinor: null } as const;
  door.engine.scripted = { ...refusal, refusal: 'suspended', suspensionId: 9 };
  const value = { currencyCode: 'JPY', amount: 1000 };
  const asked = { creationRequestId: 'Kinkn-0001', partnerId: 'Kinkn', value };
  const { status, body } = await door.call('CreateGiftCard', asked);
  assert.equal(status, 400);
  assert.deepEqual(
    [body.errorCode, body.errorType, body.message],
    ['F300', 'AccountHasProblems', 'This has been stopped for now. Sale is suspended (9).'],
  );
  await door.server.close();
});
