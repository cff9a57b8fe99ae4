import assert from 'node:assert/strict';
import { test } from 'node:test';
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
