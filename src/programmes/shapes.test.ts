import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeShape } from './catalogue.ts';
import { judgeCodeShape, judgeNumberShape } from './shapes.ts';

test('a shape that can be guessed or read in two ways mints nothing', () => {
  const good: CodeShape = {
    alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ',
    length: 16,
    prefix: '',
    groups: 4,
    foldsKana: false,
  };
  const kana = 'あいうえおかきくけこさしすせそたちつてとなにぬねの';
  assert.equal(judgeCodeShape(good), null);
  assert.equal(judgeCodeShape({ ...good, prefix: 'X', length: 15 }), null);
  assert.equal(judgeCodeShape({ ...good, alphabet: kana, foldsKana: true }), null);
  assert.equal(judgeCodeShape({ ...good, alphabet: kana }), 'code_kana_not_folded');
  assert.equal(judgeCodeShape({ ...good, length: 65 }), 'code_length_not_allowed');
  assert.equal(judgeCodeShape({ ...good, length: 13 }), 'code_guessable');
  assert.equal(judgeCodeShape({ ...good, alphabet: 'AABCDEFGHJ' }), 'code_alphabet_ambiguous');
  assert.equal(judgeCodeShape({ ...good, alphabet: 'ABab' }), 'code_alphabet_ambiguous');
  assert.equal(
    judgeCodeShape({ ...good, alphabet: 'あア', foldsKana: true }),
    'code_alphabet_ambiguous',
  );
  assert.equal(judgeCodeShape({ ...good, alphabet: 'AB-C' }), 'code_alphabet_not_plain');
  assert.equal(
    judgeCodeShape({ ...good, alphabet: 'あー', foldsKana: true }),
    'code_alphabet_not_plain',
  );
  assert.equal(judgeCodeShape({ ...good, prefix: 'X-' }), 'code_prefix_not_plain');
});

test('a number shape needs room for every lane', () => {
  assert.equal(judgeNumberShape({ prefix: '9912', digits: 16 }), null);
  assert.equal(judgeNumberShape({ prefix: '9912', digits: 20 }), 'number_length_not_allowed');
  assert.equal(judgeNumberShape({ prefix: '99A', digits: 16 }), 'number_prefix_not_digits');
  assert.equal(judgeNumberShape({ prefix: '99123', digits: 11 }), 'number_space_too_small');
});
