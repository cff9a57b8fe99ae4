/** The whole server under a clock that is moved by hand: what a replay of an old incident stands on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MovedClock } from '../../src/kernel/clock.ts';
import { readConfig } from '../../src/kernel/config.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Sandbox } from '../../src/demo/index.ts';
import { startServer } from '../../src/server/index.ts';
import { temporaryFolder } from '../support/server-process.ts';

const START = Date.parse('2018-02-03T15:02:59+09:00');

void test('a server that is given a clock lives by it: arrivals, expiry and events', async (context) => {
  const folder = temporaryFolder(context);
  const clock = new MovedClock(START);
  const config = readConfig({ KINKEN_DATA: folder, PORT: '0', TILL_PORT: '0' });
  const server = await startServer({ config, log: silentLog(), isDemoAsked: true, clock });
  try {
    assert.equal((await fetch(`${server.httpUrl}/readyz`)).status, 200, 'ready in 2018');
    const sandbox = JSON.parse(readFileSync(server.sandboxFile ?? '', 'utf8')) as Sandbox;
    const headers = { Authorization: `Bearer ${sandbox.http.apiKey}` };
    const issue = async (requestId: string): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${server.httpUrl}/v1/instruments`, {
        method: 'POST',
        headers: { ...headers, 'Idempotency-Key': requestId, 'Content-Type': 'application/json' },
        body: JSON.stringify({ productId: 'gift-code', amountMinor: 1_500, unit: 'JPY' }),
      });
      assert.equal(answer.status, 200);
      return (await answer.json()) as Record<string, unknown>;
    };
    const first = await issue('first');
    assert.match(String(first['expiresAt']), /^2023-02-0/, 'valid for five years from 2018');
    clock.advance(1_000);
    await issue('second');
    const feed = (await (
      await fetch(`${server.httpUrl}/v1/events?limit=1000`, { headers })
    ).json()) as {
      events: { type: string; at: string; requestId: string }[];
    };
    const issued = feed.events.filter(({ requestId }) => ['first', 'second'].includes(requestId));
    assert.deepEqual(
      issued.map(({ at }) => at),
      ['2018-02-03T06:02:59.000Z', '2018-02-03T06:03:00.000Z'],
    );
  } finally {
    await server.stop();
  }
});
