import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberOf, Memory } from './memory.ts';
import { readScenario, ScenarioWrong } from './scenario.ts';
import { readable, Visitor } from './visitor.ts';

void test('a page is read as its words, without marks and without what is around its main part', () => {
  const page = `<html><head><style>p{}</style></head><body><nav>Menu</nav><main id="m"><h1>停止&nbsp;中</h1>
    <p>The <strong>value</strong> is <em>safe</em>.<script>no()</script></p><dl><dt>Since</dt><dd>19:19</dd></dl></main></body>`;
  assert.equal(readable(page), '停止 中 The value is safe. Since 19:19');
});

void test('what was told is remembered by a path, and filled in again', () => {
  const memory = new Memory();
  const told = {
    body: {
      sellers: [
        { key: 'a', id: 1 },
        { key: 'b.c', id: 2 },
      ],
    },
    status: 200,
  };
  memory.keep('b', memberOf(told, 'body.sellers.[key=b.c].id'));
  memory.keep('all', told);
  assert.equal(memberOf(told, 'body.sellers.0.key'), 'a');
  assert.equal(memberOf(told, 'body.nothing.here'), undefined);
  assert.deepEqual(
    memory.fill({ id: '${b}', text: 'seller ${b} of ${all.status}', list: ['${b}'] }),
    {
      id: 2,
      text: 'seller 2 of 200',
      list: [2],
    },
  );
  memory.keep('card-2', '4521');
  assert.equal(memory.fill('${card-${b}}'), '4521');
  assert.throws(() => memory.fill('${unknown}'), /nothing is remembered as unknown/);
});

void test('a story does not leave its server, and one that unfolds without end is refused', async () => {
  const visitor = new Visitor('http://127.0.0.1:9');
  await assert.rejects(visitor.ask({ method: 'GET', path: '//evil.example/x' }), /leads away/);
  const level = (n: number) =>
    `l${n}: &l${n} [${Array(9)
      .fill(`*l${n - 1}`)
      .join(', ')}]`;
  const bomb = ['l0: &l0 [x]', ...[1, 2, 3, 4, 5, 6, 7, 8].map(level)].join('\n');
  assert.throws(() => readScenario(bomb), ScenarioWrong);
});
