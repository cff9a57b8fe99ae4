import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { FastifyError } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import en from '../../locales/en/console.json' with { type: 'json' };
import ja from '../../locales/ja/console.json' with { type: 'json' };
import { formatsIn } from './app/formats.ts';
import { evidenceText } from './app/pages/cases/evidence-text.ts';
import { textIn } from './app/text.ts';
import { REASON_MIN } from '../kernel/reason.ts';
import { REFUSALS } from '../instruments/index.ts';
import { ROLES } from '../operators/contract.ts';
import { approvedChange, STOPPED_OPERATIONS } from '../suspensions/index.ts';
import { freezeForm } from './card-contract.ts';
import { liftForm } from './case-contract.ts';
import { deathForm } from './death-contract.ts';
import { fieldProblems } from './field-words.ts';
import { dismissal } from './incident-contract.ts';
import {
  SUSPENSION_DIMENSIONS,
  suspensionChange,
  suspensionWording,
} from './suspension-contract.ts';
import { showEvidence } from './show-evidence.ts';
import { CHANGE_REFUSALS } from './suspension-refusals.ts';

const keys = Object.keys(ja);
const source = globSync('app/**/*.{ts,tsx}', { cwd: import.meta.dirname })
  .map((path) => readFileSync(`${import.meta.dirname}/app/${path.replace(/^app\//, '')}`, 'utf8'))
  .join('\n');

test('the console says everything in both languages, with the same values filled in', () => {
  assert.deepEqual(Object.keys(en), keys);
  const filledIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
  for (const key of keys) {
    const texts = [ja, en].map((each) => (each as Record<string, string>)[key] ?? '');
    assert.ok(
      texts.every((text) => text.trim() !== ''),
      key,
    );
    assert.deepEqual(filledIn(texts[0]!), filledIn(texts[1]!), key);
  }
});

test('what the server names has its word in the console', () => {
  const wanted = [
    ...REFUSALS.map((refusal) => `refusal.${refusal}`),
    ...ROLES.map((role) => `role.${role}`),
    ...STOPPED_OPERATIONS.map((operation) => `op.${operation}`),
    ...SUSPENSION_DIMENSIONS.map((dimension) => `dim.${dimension}`),
  ];
  assert.deepEqual(
    wanted.filter((key) => !keys.includes(key)),
    [],
  );
});

test('what was seen of a case is read in words, with names and money, in both languages', () => {
  const content = {
    instrument: 'ins_7',
    kind: 'redeem',
    outcome: 'insufficient_value',
    amountMinor: '1500',
    merchantId: 3,
    sellerId: null,
  };
  const catalogue = { issuers: new Map(), sellers: new Map(), merchants: new Map() };
  catalogue.merchants.set(3, { nameJa: '見本書店', nameEn: 'Mihon Books' });
  const story = {
    evidence: [
      { kind: 'request' as const, at: 0, content },
      { kind: 'sign_in' as const, at: 0, content: { outcome: 'code_wrong', country: 'JP' } },
    ],
    holdings: [{ instrumentId: 7n, unit: 'JPY' }],
    gifts: [],
  };
  const shown = showEvidence(story as unknown as Parameters<typeof showEvidence>[0], catalogue);
  const textsIn = (locale: 'ja' | 'en') =>
    shown.map((each) =>
      evidenceText(each, {
        ...formatsIn(locale),
        locale,
        setLocale: () => undefined,
        t: (key, values) => textIn(locale, key, values),
        nameOf: ({ nameJa, nameEn }) => (locale === 'ja' ? nameJa : nameEn),
      }),
    );
  assert.deepEqual(textsIn('en'), [
    `Card: ins_7 / Kind: Redemption / Outcome: ${en['refusal.insufficient_value']} / Amount: ¥1,500 / Merchant: Mihon Books`,
    'Outcome: Wrong code / Country: Japan',
  ]);
  assert.match(textsIn('ja').join(), /1,500円 .*見本書店.*日本/);
});

test('a reason has as many characters wherever the console asks for one, and says so', () => {
  const short = 'x'.repeat(REASON_MIN - 1);
  const schemas = [
    dismissal,
    suspensionChange,
    suspensionWording,
    approvedChange,
    liftForm,
    deathForm,
    freezeForm,
  ];
  for (const { shape } of schemas) {
    assert.equal(shape.reason.safeParse(short).success, false);
    assert.equal(shape.reason.safeParse(`${short}x`).success, true);
  }
  const { ja: inJapanese, en: inEnglish } = CHANGE_REFUSALS.reason_needed.detail;
  assert.ok(inJapanese.includes(`${REASON_MIN}文字以上`));
  assert.ok(inEnglish.includes(`${REASON_MIN} characters at least`));
});

test('no text of the console is left over', () => {
  const patterns = [...source.matchAll(/`([a-zA-Z]+\.(?:[\w.-]*))\$\{/g)].map(
    ([, start]) => start!,
  );
  const groups = [...source.matchAll(/wordOf\(\s*'(\w+)'/g)].map(([, group]) => `${group}.`);
  const isUsed = (key: string): boolean =>
    source.includes(`'${key}'`) || [...patterns, ...groups].some((start) => key.startsWith(start));
  assert.deepEqual(
    keys.filter((key) => !isUsed(key)),
    [],
  );
});

test('what is wrong with a field is said in words of people, in both languages', () => {
  const schema = z.strictObject({
    reason: z.string().min(2),
    name: z.string().max(3),
    amount: z.int(),
    day: z.int().max(31),
    kind: z.enum(['a', 'b']),
    key: z.string().regex(/^a/),
    shops: z.array(z.string()).max(1),
    note: z.string(),
  });
  const sent = { reason: 'x', name: 'long', amount: 0.5, day: 32, kind: 'c', key: 'b', code: 'C' };
  const asked = { schema, method: 'POST', url: '/' };
  const judged = validatorCompiler(asked)({ ...sent, shops: ['a', 'b'] });
  const { error } = judged as { error: NonNullable<FastifyError['validation']> };
  assert.deepEqual(fieldProblems(error, 'en'), [
    { field: 'reason', message: 'at least 2 characters' },
    { field: 'name', message: 'at most 3 characters' },
    { field: 'amount', message: 'a whole number is needed' },
    { field: 'day', message: '31 or less' },
    { field: 'kind', message: 'choose one of what is offered' },
    { field: 'key', message: 'not written as it must be' },
    { field: 'shops', message: 'at most 1 of them' },
    { field: 'note', message: 'is needed' },
    { field: '-', message: 'a field that is not known here' },
  ]);
  assert.match(
    JSON.stringify(fieldProblems(error, 'ja')),
    /2文字以上にしてください.*整数を入力してください/,
  );
});
