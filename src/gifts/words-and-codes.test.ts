import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../kernel/crypto.ts';
import { newClaimCode, readClaimCode } from './claim-code.ts';
import { judgeWords } from './judge-words.ts';

const words = (given: Partial<Parameters<typeof judgeWords>[0]>) =>
  judgeWords(
    { senderName: 'はな', recipientName: '太郎', message: 'おめでとう', ...given },
    (text) => text.includes('死ね'),
  );

void test('a claim code is read however it is typed, and nothing else is one', () => {
  const code = newClaimCode(systemRandom);
  const plain = code.replaceAll('-', '');
  const wide = plain.replace(/[!-~]/g, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
  );
  for (const typed of [code, plain, plain.toLowerCase(), ` ${code.replaceAll('-', ' ')}\n`, wide]) {
    assert.equal(readClaimCode(typed), code, typed);
  }
  for (const typed of [
    '',
    plain.slice(1),
    `${plain}A`,
    plain.replace(/.$/, '0'),
    'A'.repeat(10_000),
  ]) {
    assert.equal(readClaimCode(typed), null);
  }
});

void test('people may write what they like, and nothing that leads elsewhere', () => {
  for (const message of [
    '',
    'Ver. 2.0!',
    '3.14',
    'I love you.Really',
    'K.Suzukiより',
    '<b>太い</b>',
    '😀'.repeat(200),
  ]) {
    assert.equal(words({ message }), null, message);
  }
  for (const message of [
    'http://evil.example',
    'see evil.example/gift',
    'ｅｖｉｌ．ｃｏｍ',
    'write to a@evil.example',
    'www.evil',
    'Evil.Com',
  ]) {
    assert.equal(words({ message }), 'link_not_allowed', message);
    assert.equal(words({ senderName: message }), 'name_not_allowed', message);
  }
  assert.equal(words({ message: '死ね' }), 'words_not_allowed');
  for (const named of ['緊急 0120-123-456 へ電話', '０１２０１２３４５６', '\u202eanah']) {
    assert.equal(words({ senderName: named }), 'name_not_allowed', named);
    assert.equal(words({ recipientName: named }), 'name_not_allowed', named);
  }
  assert.equal(words({ senderName: 'はな 2016', message: '電話は 090-1234-5678' }), null);
  assert.equal(words({ senderName: '' }), 'name_not_allowed');
  assert.equal(words({ senderName: 'a\r\nBcc: b' }), 'name_not_allowed');
  assert.equal(words({ senderName: 'あ'.repeat(41) }), 'words_too_long');
  assert.equal(words({ message: 'あ'.repeat(501) }), 'words_too_long');
});
