import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageText } from '../../kernel/html.ts';
import { closePage } from './life-pages.ts';

void test('who closes an account reads what becomes of value, of gifts, and of ways to pay', () => {
  const shown = { locale: 'ja', token: 't', trouble: null, done: null, problem: null } as const;
  const said = pageText(closePage({ ...shown, closing: undefined, holdings: [] }).body);
  for (const words of [
    '残高はどうなりますか',
    '送ったギフトはどうなりますか',
    'お支払い方法の登録',
  ]) {
    assert.ok(said.includes(words), words);
  }
});
