import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ceremonyPlace, passkeysAt } from './members/ceremony-place.ts';
import { publicOrigin, shownOrigin } from './shown-origin.ts';

void test('a page prints the origin that is set, or this machine’s; never what a request claims', () => {
  const asked = (host: string, publicUrl: string | null = null) =>
    shownOrigin(publicUrl, { protocol: 'http', host });
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080']) {
    assert.equal(asked(host), `http://${host}`);
  }
  for (const host of [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    'a b',
  ]) {
    assert.equal(asked(host), 'https://kinken.example', host);
    assert.equal(publicOrigin(null, { protocol: 'http', host }), null, 'and no link is made of it');
  }
  assert.equal(asked('evil.example', 'https://cards.example.jp'), 'https://cards.example.jp');
});

void test('passkeys are at the name of this machine, and whoever comes by its number is told so', () => {
  const asked = (host: string, publicUrl: string | null = null) => {
    const request = { protocol: 'http', host, hostname: host.replace(/:\d+$/, '') } as const;
    return [ceremonyPlace(request, publicUrl)?.origin ?? null, passkeysAt(request, publicUrl)];
  };
  assert.deepEqual(asked('localhost:8080'), ['http://localhost:8080', null]);
  assert.deepEqual(asked('127.0.0.1:8080'), [null, 'http://localhost:8080']);
  assert.deepEqual(asked('[::1]:8080'), [null, 'http://localhost:8080']);
  for (const elsewhere of [
    '127.0.0.1.evil.example',
    '127.0.0.2:8080',
    '10.0.0.1',
    'evil.example',
  ]) {
    assert.deepEqual(asked(elsewhere), [null, null], elsewhere);
  }
  const set = 'https://cards.example.jp';
  assert.deepEqual(
    asked('127.0.0.1:8080', set),
    [set, null],
    'the one that is set is the only one',
  );
});
