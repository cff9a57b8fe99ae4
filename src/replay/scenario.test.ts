import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInstant, readScenario, ScenarioWrong } from './scenario.ts';

const HEAD = `
title: A story
begins: 2018-02-03 15:00
world:
  issuer: { key: hoshi, nameJa: 星, nameEn: Hoshi }
  programmes: [{ key: gift, nameJa: 券, nameEn: Gift, unit: JPY }]
  products:
    - { key: code, programme: gift, kind: code, nameJa: 券, nameEn: Code, faceMinMinor: 1, faceMaxMinor: 9, redeemsBy: [code] }
  clients: [{ key: shop, name: Shop, scopes: [issue] }]
alike:
  visitor: &visitor { who: visitor, get: / }
story:
`;

function faultsOf(text: string): readonly { line: number; message: string }[] {
  try {
    readScenario(text);
  } catch (error) {
    if (error instanceof ScenarioWrong) return error.faults;
    throw error;
  }
  return [];
}

void test('a step is at its own instant, or at that of the one before it', () => {
  const { story, begins } = readScenario(`${HEAD}
  - { who: nobody, wait: true }
  - { at: 2018-02-03 15:02:59, <<: *visitor, expect: { status: 200 } }
  - { who: shop, post: /v1/instruments, as: shop, body: { a: 1 }, says: Sells. }
`);
  assert.equal(begins, Date.parse('2018-02-03T15:00:00+09:00'));
  const later = Date.parse('2018-02-03T15:02:59+09:00');
  assert.deepEqual(
    story.map(({ at }) => at),
    [begins, later, later],
  );
  assert.deepEqual(
    story.map(({ act }) => act.kind),
    ['wait', 'call', 'call'],
  );
  assert.deepEqual(
    story.map(({ withinMs }) => withinMs > 0),
    [false, true, false],
    'reading follows',
  );
});

void test('what is wrong is named with its line', () => {
  const wrong = [
    ['  - { who: a }', 'a step is one of'],
    ['  - { who: a, get: /, post: / }', 'a step is one of'],
    ['  - { who: a, get: nowhere }', 'a path that begins with /'],
    ['  - { who: a, wait: true, at: yesterday }', 'is no instant'],
    ['  - { who: a, wait: true, at: 2018-02-03 14:59 }', 'is before the step'],
    ['  - { who: a, wait: true, sings: true }', 'Unrecognized key'],
    ['  - { who: a, till: { terminal: T, act: dance } }', 'act'],
  ] as const;
  for (const [line, message] of wrong) {
    const [fault] = faultsOf(`${HEAD}${line}\n`);
    assert.equal(fault?.line, HEAD.split('\n').length, line);
    assert.ok(fault.message.includes(message), fault.message);
  }
  assert.equal(faultsOf('title: [').length > 0, true);
});

void test('an instant is what a clock on a wall of the zone shows', () => {
  assert.equal(
    readInstant('2018-02-03 15:02:59', 'Asia/Tokyo'),
    Date.parse('2018-02-03T06:02:59Z'),
  );
  assert.equal(
    readInstant('2019-12-20 19:19', 'Europe/Berlin'),
    Date.parse('2019-12-20T18:19:00Z'),
  );
  for (const text of ['2018-02-30 10:00', '2018-02-03 24:00', '2018-02-03', '15:03']) {
    assert.equal(readInstant(text, 'Asia/Tokyo'), null, text);
  }
});
