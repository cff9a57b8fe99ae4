/** Whoever has the sandbox file has what every door needs: with the least that each protocol asks for, nothing of ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agcodCaller, httpCaller, tillCaller, tillMessage } from '../support/door-callers.ts';
import { demoFolder, runProgram, sandboxOf, startServer } from '../support/server-process.ts';

void test('every door does what it is for with the keys and cards of the sandbox', async (context) => {
  const folder = demoFolder(context);
  const server = await startServer(context, { folder });
  const sandbox = sandboxOf(server, folder);
  const [overHttp, overAgcod, atTill] = sandbox.cards;
  assert.ok(overHttp && overAgcod && atTill, 'cards with a face');
  const call = httpCaller(sandbox.http.baseUrl, sandbox.http.apiKey);
  let requests = 0;
  const done = async (path: string, body: object) => {
    const told = await call(path, { requestId: `sandbox-${(requests += 1)}`, body });
    assert.equal(told.status, 200, `${path}: ${told.text}`);
    return told.body;
  };

  const card = { number: overHttp.number };
  const amountMinor = overHttp.faceMinor;
  assert.equal((await done('/v1/activations', { card })).balanceMinor, amountMinor, 'its face');
  await done('/v1/deactivations', { card });
  await done('/v1/activations', { card, amountMinor, unit: 'JPY' });
  await done('/v1/redemptions', { card, amountMinor: 100, unit: 'JPY' });
  await done('/v1/returns', { card, amountMinor: 100, unit: 'JPY' });
  const held = await done('/v1/holds', { card, amountMinor: 200, unit: 'JPY' });
  const captures = `/v1/holds/${held.holdId}/captures`;
  await done(captures, { amountMinor: 50, unit: 'JPY' });
  await done(captures, { amountMinor: 60, unit: 'JPY' });
  await done(`/v1/holds/${held.holdId}/release`, {});
  await done('/v1/freezes', { card, reason: 'lost' });
  await done('/v1/unfreezes', { card });

  const yen = (minor: number) => ({ amountMinor: minor, unit: 'JPY' });
  const prepaid = sandbox.variableCards.find(({ productId }) => productId === 'prepaid-card');
  assert.ok(prepaid, 'a prepaid card');
  const wallet = { number: prepaid.number };
  await done('/v1/activations', { card: wallet, ...yen(3_000) });
  assert.equal((await done('/v1/loads', { card: wallet, ...yen(1_000) })).balanceMinor, 4_000);
  const gift = await done('/v1/instruments', { productId: 'gift-code', ...yen(3_000) });
  const inquiry = await done('/v1/balance-inquiries', { card: { code: gift.code } });
  assert.equal(inquiry.balanceMinor, 3_000);
  await done('/v1/voids', { card: { code: gift.code }, reason: 'a mistake' });

  const partner = agcodCaller(sandbox);
  const { partnerId } = sandbox.agcod;
  const value = { currencyCode: 'JPY', amount: overAgcod.faceMinor };
  const activation = { activationRequestId: `${partnerId}1`, partnerId };
  const posa = { ...activation, cardNumber: overAgcod.number, value };
  const activated = await partner('ActivateGiftCard', posa);
  assert.equal(activated.body.status, 'SUCCESS', activated.text);
  const { value: _value, ...back } = posa;
  assert.equal((await partner('DeactivateGiftCard', back)).body.status, 'SUCCESS');
  const funds = await partner('GetAvailableFunds', { partnerId });
  assert.equal(funds.body.status, 'SUCCESS', funds.text);

  const till = await tillCaller(sandbox);
  const sold = { number: atTill.number, amountMinor: atTill.faceMinor, code: '900000' };
  assert.equal((await till.send('0200', tillMessage(sandbox, 1, sold).fields))?.[39], '00');
  const spent = { number: atTill.number, amountMinor: 10, code: '000000' };
  assert.equal((await till.send('0200', tillMessage(sandbox, 2, spent).fields))?.[39], '00');
  till.end();

  assert.equal((await server.stop()).code, 0);
  const verified = await runProgram(['verify'], { KINKEN_DATA: folder });
  assert.equal(verified.code, 0, verified.text);
});
