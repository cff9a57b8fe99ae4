import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAbusive } from './abusive-words.ts';

void test('threats and insults are known, however they are written', () => {
  const abusive = [
    '死ね',
    'はやく し 死 ね',
    '死・ね！',
    '殺してやる',
    'ぶっ殺す',
    '家は知ってるぞ',
    '写真をばらまいてやる',
    'KILL YOURSELF',
    'k.y.s kys',
    'I’ll kill you',
  ];
  for (const text of abusive) assert.ok(isAbusive(text), text);
});

void test('what people write to each other is left alone', () => {
  const kind = [
    'お誕生日おめでとう！ 死ぬほど笑ったね。',
    '死ねない理由ができました。結婚おめでとう',
    'いつも楽しくて時間を忘れます。消えない思い出に。',
    '殺す気はないよ（笑）',
    '新しい家はわかってるよ、遊びに行くね',
    'Dying to see you! I will find you a seat.',
    'Knock them dead on Monday, Dick & Scunthorpe team',
    '',
  ];
  for (const text of kind) assert.ok(!isAbusive(text), text);
});
