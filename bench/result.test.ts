import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notesBehind } from './result.ts';

void test('a run of a bench keeps what was written by hand behind its table, other tables too', () => {
  const notes = '\nWhat it means.\n\n| of others | |\n|---|---|\n| more | 1 |\n\nWhy.\n';
  assert.equal(
    notesBehind(`Measured.\n\n| what | ours |\n|---|---|\n| one | 2 |\n${notes}`),
    notes,
  );
  assert.equal(notesBehind('Measured.\n\n| what |\n|---|\n| one |\n'), '');
});
