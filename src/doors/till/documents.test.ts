import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { REFUSALS } from '../../instruments/index.ts';
import { iso87 } from './dialects/iso87.ts';
import { vaps93 } from './dialects/vaps93.ts';
import { createExchange } from './exchange.ts';
import { CARD, loopbackPeer, partsOf, TERMINAL } from './testing/till.ts';

const document = readFileSync(new URL('../../../docs/protocols/till.md', import.meta.url), 'utf8');

/** The bytes of every block of one kind, in order. */
function blocks(kind: 'in' | 'out'): Buffer[] {
  const found = document.matchAll(new RegExp(`\`\`\`hex ${kind}\\n([^\`]*)\`\`\``, 'g'));
  return [...found].map((match) => {
    const lines = match[1]!.split('\n').map((line) => line.replace(/#.*/, '').trim());
    return Buffer.from(lines.join(''), 'hex');
  });
}

test('the worked examples in docs/protocols/till.md are true to the byte', async () => {
  const terminals = [
    TERMINAL,
    { ...TERMINAL, terminalId: 2, terminalCode: 'TILL0002', dialect: 'vaps93' },
  ];
  const { parts, engine } = partsOf(terminals);
  engine.addCard(CARD, 5_000n);
  const exchange = createExchange(parts);
  const peer = loopbackPeer();
  const [said, expected] = [blocks('in'), blocks('out')];
  assert.equal(said.length, 6);
  for (const [index, framed] of said.entries()) {
    assert.equal(framed.readUInt16BE(0), framed.length - 2);
    const answer = await exchange.answer(framed.subarray(2), peer);
    assert.ok(answer.is === 'reply');
    assert.equal(
      answer.bytes.toString('hex'),
      expected[index]?.toString('hex'),
      `example ${index}`,
    );
  }
  assert.equal(engine.balanceOf(CARD), 5_000n);
});

test('the table of response codes in docs/protocols/till.md is that of the dialects', () => {
  const told = new Map<string, readonly (string | undefined)[]>();
  for (const match of document.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \|$/gm)) {
    told.set(match[1]!, [match[2], match[3]]);
  }
  const [first, second] = [iso87.responses, vaps93.responses];
  const expected = new Map<string, readonly string[]>();
  const { door: firstDoor, refusals: firstRefusals, ...firstVerdicts } = first;
  const { door: secondDoor, refusals: secondRefusals, ...secondVerdicts } = second;
  for (const key of Object.keys(firstVerdicts) as (keyof typeof firstVerdicts)[]) {
    expected.set(key, [firstVerdicts[key], secondVerdicts[key]]);
  }
  for (const key of Object.keys(firstDoor) as (keyof typeof firstDoor)[]) {
    expected.set(key, [firstDoor[key], secondDoor[key]]);
  }
  for (const key of REFUSALS) expected.set(key, [firstRefusals[key], secondRefusals[key]]);
  assert.deepEqual(told, expected);
});
