import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { generate } from 'selfsigned';

import type { Terminal } from './contract.ts';
import { startTillHost, TILL_BOUNDS, TillNotProtected } from './host.ts';
import type { TillBounds, TillHost, TillTls } from './host.ts';
import { openLine, openTlsLine } from './testing/line.ts';
import { CARD, partsOf, REDEEM, reversalOf, TERMINAL } from './testing/till.ts';
import type { Said } from './testing/till.ts';
import { strangerDecode, strangerEncode } from './testing/stranger.ts';

const hosts: TillHost[] = [];
after(async () => {
  await Promise.all(hosts.map((host) => host.close(0)));
});

async function hostWith(
  bounds: Partial<TillBounds> = {},
  {
    terminals = [TERMINAL],
    tls = null,
    host = '127.0.0.1',
  }: { terminals?: readonly Terminal[]; tls?: TillTls | null; host?: string } = {},
) {
  const told = partsOf(terminals);
  told.engine.addCard(CARD, 100_000n);
  const all = { ...TILL_BOUNDS, ...bounds };
  const started = await startTillHost({ ...told.parts, host, port: 0, tls, bounds: all });
  hosts.push(started);
  return { ...told, host: started, line: () => openLine(started.port) };
}

/** A message as the npm codec writes it. */
function said(mti: string, fields: Said): Buffer {
  return strangerEncode({ 0: mti, ...fields });
}

function redeem(stan: number): Buffer {
  return said('0200', { ...REDEEM, 11: String(stan).padStart(6, '0') });
}

describe('a stranger over a socket', () => {
  test('echo, activation, balance, redemption, repeat, reversal', async () => {
    const { line, engine } = await hostWith();
    const blank = '9812345678901234583';
    engine.addCard(blank, null);
    const till = await line();
    const ask = async (mti: string, fields: Said) => {
      till.send(said(mti, fields));
      return strangerDecode((await till.next())!);
    };
    const network = { 7: REDEEM[7]!, 11: '000001', 41: REDEEM[41]!, 42: REDEEM[42]!, 70: '301' };
    assert.deepEqual(await ask('0800', network), { 0: '0810', ...network, 39: '00' });
    const card = { ...REDEEM, 2: blank };
    const activated = await ask('0200', { ...card, 3: '900000', 4: '000000003000', 11: '000002' });
    assert.equal(activated[39], '00');
    const balance = await ask('0100', { ...card, 3: '310000', 11: '000003' });
    assert.equal(balance[54], '0002392C000000003000');
    const redeemed = await ask('0200', { ...card, 11: '000004' });
    assert.equal(redeemed[54], '0002392C000000001500');
    assert.deepEqual(await ask('0201', { ...card, 11: '000004' }), redeemed);
    const reversed = await ask('0420', reversalOf({ ...card, 11: '000004' }));
    assert.deepEqual([reversed[0], reversed[39]], ['0430', '00']);
    assert.equal(engine.balanceOf(blank), 3_000n);
    till.socket.destroy();
  });
});

describe('the stream', () => {
  test('glued, cut and doubled messages are each answered once each', async () => {
    const { line, engine } = await hostWith();
    const till = await line();
    const stream = Buffer.concat([redeem(1), redeem(2), redeem(2), redeem(3)]);
    till.send(stream.subarray(0, 1));
    await pause(5);
    till.send(stream.subarray(1, 200));
    await pause(5);
    till.send(stream.subarray(200));
    const answers = (await till.take(4)).map((each) => strangerDecode(each));
    const told = answers
      .map((each) => `${each[11]} ${each[39]}`)
      .toSorted((a, b) => a.localeCompare(b));
    assert.deepEqual(told, ['000001 00', '000002 00', '000002 00', '000003 00']);
    assert.equal(engine.balanceOf(CARD), 100_000n - 3n * 1_500n);
    till.socket.destroy();
  });

  test('a slow answer holds up no other, and a late one still comes', async () => {
    const { line, engine } = await hostWith();
    const till = await line();
    let release = (): void => {};
    engine.fates.push(new Promise((resolve) => (release = resolve)));
    till.send(redeem(1), redeem(2));
    assert.equal(strangerDecode((await till.next())!)[11], '000002');
    release();
    assert.equal(strangerDecode((await till.next())!)[11], '000001');
    till.socket.destroy();
  });

  test('a reversal that overtakes its original, on another line, wins', async () => {
    const { line, engine } = await hostWith();
    const [first, second] = [await line(), await line()];
    second.send(said('0400', reversalOf(REDEEM)));
    assert.equal(strangerDecode((await second.next())!)[39], '21');
    first.send(redeem(1));
    assert.equal(strangerDecode((await first.next())!)[39], '12');
    assert.equal(engine.balanceOf(CARD), 100_000n);
    first.socket.destroy();
    second.socket.destroy();
  });

  test('a sign of life without a message is not answered and not held against the line', async () => {
    const { line } = await hostWith();
    const till = await line();
    till.send(Buffer.alloc(2), redeem(1));
    assert.equal(strangerDecode((await till.next())!)[39], '00');
    till.socket.destroy();
  });

  test('what cannot be read is answered 30 or ends its own line, and no other', async () => {
    const { line } = await hostWith();
    const [good, bad, worse, long] = [await line(), await line(), await line(), await line()];
    const cut = Buffer.from(redeem(7));
    cut.write('15x0', 48, 'latin1');
    bad.send(cut);
    const answer = strangerDecode((await bad.next())!);
    assert.deepEqual([answer[0], answer[11], answer[39]], ['0210', '000007', '30']);
    worse.send(Buffer.from('\0\u0010GET / HTTP/1.1\r\n', 'latin1'));
    assert.equal(await worse.next(), null);
    long.send(Buffer.from([0xff, 0xff, 0x30]));
    assert.equal(await long.next(), null);
    for (const till of [good, bad]) {
      till.send(redeem(8));
      assert.equal(strangerDecode((await till.next())!)[39], '00');
      till.socket.destroy();
    }
  });

  test('a till that says no more is still answered, and then the line ends', async () => {
    const { line } = await hostWith({ inFlightMax: 2 });
    const till = await line();
    till.send(Buffer.concat(Array.from({ length: 20 }, (_, index) => redeem(index + 1))));
    till.socket.end();
    assert.equal((await till.take(20)).length, 20);
    assert.equal(await till.next(), null);
  });
});

describe('bounds', () => {
  test('an idle line is ended', async () => {
    const { line } = await hostWith({ idleMs: 40 });
    const till = await line();
    assert.equal(await till.next(), null);
  });

  test('slow loris: a message that trickles in is cut off, however steadily', async () => {
    const { line, lines } = await hostWith({ partialMs: 80 });
    const till = await line();
    const other = await line();
    const message = redeem(1);
    let sent = 0;
    while (sent < message.length - 1 && !till.socket.destroyed) {
      till.send(message.subarray(sent, sent + 1));
      sent += 1;
      await pause(10);
    }
    await till.ended;
    assert.ok(sent < message.length - 1, 'it was cut before its last byte');
    assert.equal(lines.at(-1)?.text, 'till: a message never ended');
    other.send(redeem(2));
    assert.equal(strangerDecode((await other.next())!)[39], '00');
    other.socket.destroy();
  });

  test('a line works on for many part messages, each of which ends in time', async () => {
    const { line } = await hostWith({ partialMs: 400 });
    const till = await line();
    const message = redeem(1);
    till.send(message.subarray(0, 50));
    for (let round = 0; round < 6; round += 1) {
      await pause(100);
      till.send(message.subarray(50), message.subarray(0, 50));
      assert.ok(await till.next());
    }
    till.socket.destroy();
  });

  test('no more messages are taken from a line than may be under way', async () => {
    const { line, engine } = await hostWith({ inFlightMax: 3 });
    const till = await line();
    const releases: (() => void)[] = [];
    for (let index = 0; index < 10; index += 1) {
      engine.fates.push(new Promise((resolve) => releases.push(resolve)));
    }
    till.send(Buffer.concat(Array.from({ length: 10 }, (_, index) => redeem(index + 1))));
    await pause(30);
    assert.equal(engine.submitted.length, 3);
    releases[1]!();
    assert.equal(strangerDecode((await till.next())!)[11], '000002');
    await pause(10);
    assert.equal(engine.submitted.length, 4);
    for (const release of releases) release();
    assert.equal((await till.take(9)).length, 9);
    till.socket.destroy();
  });

  test('a till that does not read its answers is made to wait, and then cut off', async () => {
    const { line, measured, lines } = await hostWith({ writeMs: 100 });
    const till = await line();
    till.socket.pause();
    const echo = said('0800', { 7: REDEEM[7]!, 11: '000001', 70: '301' });
    const many = Buffer.concat(Array.from({ length: 10_000 }, () => echo));
    const isCut = (): boolean => lines.some((each) => each.text === 'till: answers are not taken');
    const deadline = performance.now() + 30_000;
    while (!isCut() && performance.now() < deadline) {
      if (till.socket.writableLength < 2_000_000) till.send(many);
      await pause(1);
    }
    assert.ok(isCut());
    const taken = measured.length;
    await pause(20);
    assert.equal(measured.length, taken);
    till.socket.destroy();
  });

  test('connections beyond the bound are closed at once, and told in the log', async () => {
    const { line, lines, host } = await hostWith({ connectionsMax: 2 });
    const [first, second] = [await line(), await line()];
    const third = await line();
    assert.equal(await third.next(), null);
    assert.equal(host.connectionsOpen(), 2);
    assert.match(lines.at(-1)?.text ?? '', /too many connections/);
    first.socket.destroy();
    await first.ended;
    second.send(redeem(1));
    assert.equal(strangerDecode((await second.next())!)[39], '00');
    second.socket.destroy();
  });

  test('one address cannot take all connections from the others', async () => {
    const { line, lines, host } = await hostWith({ connectionsPerAddressMax: 1 });
    const first = await line();
    assert.equal(await (await line()).next(), null);
    assert.equal(host.connectionsOpen(), 1);
    assert.match(lines.at(-1)?.text ?? '', /connections of one address/);
    first.send(redeem(1));
    assert.equal(strangerDecode((await first.next())!)[39], '00');
    first.socket.destroy();
  });
});

describe('the end', () => {
  test('drains: what is under way is answered, then every line ends', async () => {
    const { line, engine, host } = await hostWith();
    const [busy, idle] = [await line(), await line()];
    let release = (): void => {};
    engine.fates.push(new Promise((resolve) => (release = resolve)));
    busy.send(redeem(1));
    while (engine.submitted.length === 0) await pause(2);
    const closed = host.close(5_000);
    assert.equal(await idle.next(), null);
    await assert.rejects(openLine(host.port));
    release();
    assert.equal(strangerDecode((await busy.next())!)[39], '00');
    assert.equal(await busy.next(), null);
    await closed;
  });

  test('does not wait for ever', async () => {
    const { line, engine, host } = await hostWith();
    const till = await line();
    engine.fates.push(new Promise(() => {}));
    till.send(redeem(1));
    while (engine.submitted.length === 0) await pause(2);
    await host.close(50);
    assert.equal(await till.next(), null);
  });
});

describe('R30: beyond loopback', () => {
  const secure = async (name: string) => {
    const made = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' });
    return { cert: made.cert, key: made.private, fingerprint: made.fingerprint };
  };
  /** selfsigned prints SHA-1; a terminal is known by SHA-256. */
  const sha256Of = async (cert: string): Promise<string> => {
    const { X509Certificate } = await import('node:crypto');
    return new X509Certificate(cert).fingerprint256;
  };

  test('the host refuses to start where a till could be anybody, and names it', async () => {
    const { parts } = partsOf([
      TERMINAL,
      { ...TERMINAL, terminalCode: 'STOPPED', isActive: false },
    ]);
    const start = (changes: { tls?: TillTls }) =>
      startTillHost({
        ...parts,
        host: '0.0.0.0',
        port: 0,
        tls: null,
        bounds: TILL_BOUNDS,
        ...changes,
      });
    const refused = (error: unknown): boolean => {
      assert.ok(error instanceof TillNotProtected);
      assert.match(error.message, /SHOP00000000001\/TILL0001\. Give each/);
      assert.doesNotMatch(error.message, /STOPPED/);
      return true;
    };
    await assert.rejects(start({}), refused);
    const tls = { ...(await secure('server')), clientAuthorities: null };
    await assert.rejects(start({ tls }), refused);
  });

  test('a fingerprint without TLS is no protection; an address list is', async () => {
    const known = { ...TERMINAL, certificateFingerprint: 'ab'.repeat(32) };
    const { parts } = partsOf([known]);
    const options = { ...parts, host: '0.0.0.0', port: 0, tls: null, bounds: TILL_BOUNDS };
    await assert.rejects(startTillHost(options), TillNotProtected);
    const listed = partsOf([{ ...TERMINAL, addresses: ['127.0.0.0/8'] }]);
    const host = await startTillHost({ ...options, ...listed.parts });
    await host.close(0);
    const wrong = partsOf([{ ...TERMINAL, addresses: ['127.0.0.0/33'] }]);
    await assert.rejects(startTillHost({ ...options, ...wrong.parts }), /no block of addresses/);
  });

  test('over TLS a till is known by its certificate; without it, or with another, 58', async () => {
    const [server, ours, theirs] = await Promise.all(['server', 'till', 'thief'].map(secure));
    const terminals = [{ ...TERMINAL, certificateFingerprint: await sha256Of(ours!.cert) }];
    const tls = { cert: server!.cert, key: server!.key, clientAuthorities: null };
    const { host, engine } = await hostWith({}, { terminals, tls, host: '0.0.0.0' });
    for (const [certificate, code] of [
      [ours, '00'],
      [theirs, '58'],
      [null, '58'],
    ] as const) {
      const till = await openTlsLine(host.port, certificate ?? null);
      till.send(redeem(1));
      assert.equal(strangerDecode((await till.next())!)[39], code);
      till.socket.destroy();
    }
    assert.equal(engine.submitted.length, 1);
  });

  test('a plain caller of a TLS host, and one that never shakes hands, harm nobody', async () => {
    const server = await secure('server');
    const tls = { cert: server.cert, key: server.key, clientAuthorities: null };
    const { host, lines } = await hostWith({ partialMs: 100 }, { tls });
    const silent = await openLine(host.port);
    const plain = await openLine(host.port);
    plain.send(redeem(1));
    await plain.ended;
    await silent.ended;
    assert.ok(lines.some((each) => each.text === 'till: a line could not be secured'));
    const till = await openTlsLine(host.port, null);
    till.send(redeem(1));
    assert.equal(
      strangerDecode((await till.next())!)[39],
      '00',
      'from loopback, no certificate needed',
    );
    till.socket.destroy();
  });
});
