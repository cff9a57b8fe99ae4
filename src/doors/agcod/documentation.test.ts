/** Holds the tables and examples of docs/protocols/agcod.md to the code. `UPDATE=1` writes them anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'node:test';
import { REFUSALS } from '../../instruments/index.ts';
import {
  ACTIVATE_ERRORS,
  CANCEL_ERRORS,
  CREATE_ERRORS,
  DEACTIVATE_ERRORS,
  ERRORS,
  type ErrorName,
} from './errors.ts';
import { MOCK_CODES } from './mock-codes.ts';
import { cardNumber, openTestDoor, type Answered } from './testing/door.ts';

const DOCUMENT = new URL('../../../docs/protocols/agcod.md', import.meta.url);

async function assertGenerated(section: string, content: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const [start, end] = [`<!-- generated:${section} -->\n`, `<!-- /generated:${section} -->`];
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  assert.ok(from >= start.length && to >= from, `the document has a section ${section}`);
  if (process.env['UPDATE'] === '1') {
    await writeFile(DOCUMENT, text.slice(0, from) + content + text.slice(to));
  } else {
    assert.equal(text.slice(from, to), content, `run with UPDATE=1 to write ${section} anew`);
  }
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

test('the document lists every error', async () => {
  const rows = Object.values(ERRORS).map((error) => [
    error.errorCode,
    `\`${error.errorType}\``,
    error.message,
  ]);
  await assertGenerated('errors', tableOf(['code', 'type', 'message'], rows));
});

test('the document tells the error of every refusal', async () => {
  const print = (name: ErrorName): string => `${ERRORS[name].errorCode} ${ERRORS[name].errorType}`;
  const tables = [CREATE_ERRORS, CANCEL_ERRORS, ACTIVATE_ERRORS, DEACTIVATE_ERRORS];
  const rows = REFUSALS.map((refusal) => [
    `\`${refusal}\``,
    ...tables.map((table) => print(table[refusal])),
  ]).filter(([, ...errors]) => errors.some((error) => error !== print('internal')));
  await assertGenerated(
    'refusals',
    tableOf(['refusal', 'create', 'cancel', 'activate', 'deactivate'], rows),
  );
});

test('the document lists every mock code', async () => {
  const door = await openTestDoor({ isSandbox: true, callsPerSecondMax: 1000 });
  const rows: string[][] = [];
  for (const code of MOCK_CODES) {
    const value = { currencyCode: 'JPY', amount: 1000 };
    const body = { creationRequestId: code, partnerId: 'Kinkn', value };
    const { body: answer } = await door.call('CreateGiftCard', body);
    const told =
      answer.status === 'SUCCESS'
        ? `SUCCESS, claim code \`${answer.gcClaimCode}\`, gcId \`${answer.gcId}\``
        : `${answer.errorCode} \`${answer.errorType}\`${code === 'F4000' ? ', RESEND' : ''}`;
    rows.push([`\`${code}\``, told]);
  }
  await door.server.close();
  await assertGenerated('mocks', tableOf(['creationRequestId', 'answer'], rows));
});

test('the examples of the document are what the door answers', async () => {
  const door = await openTestDoor({ callsPerSecondMax: 1000 });
  const card = cardNumber(1);
  door.engine.addCard(card, { productId: 2, faceMinor: 3000n });
  const partnerId = 'Kinkn';
  const value = { currencyCode: 'JPY', amount: 1000 };
  const creation = { creationRequestId: 'Kinkn-0001', partnerId };
  const activation = { activationRequestId: 'Kinkn-0002', partnerId, cardNumber: card };
  const time = { utcStartDate: '2026-06-10T00:00:00', utcEndDate: '2026-06-11T00:00:00' };
  const xml =
    '<CreateGiftCardRequest><creationRequestId>Kinkn-0001</creationRequestId><partnerId>Kinkn</partnerId>' +
    '<value><currencyCode>JPY</currencyCode><amount>1000</amount></value></CreateGiftCardRequest>';
  const examples: readonly (readonly [string, string, unknown])[] = [
    ['CreateGiftCard', 'CreateGiftCard', { ...creation, value }],
    ['CreateGiftCard in XML: the same request again, so the same answer', 'CreateGiftCard', xml],
    ['CancelGiftCard', 'CancelGiftCard', creation],
    ['CreateGiftCard after the cancel', 'CreateGiftCard', { ...creation, value }],
    [
      'ActivateGiftCard',
      'ActivateGiftCard',
      { ...activation, value: { currencyCode: 'JPY', amount: 3000 } },
    ],
    [
      'ActivationStatusCheck',
      'ActivationStatusCheck',
      { statusCheckRequestId: 'Kinkn-0002', partnerId, cardNumber: card },
    ],
    ['DeactivateGiftCard', 'DeactivateGiftCard', activation],
    ['GetAvailableFunds', 'GetAvailableFunds', { partnerId }],
    [
      'GetGiftCardActivityPage',
      'GetGiftCardActivityPage',
      {
        partnerId,
        requestId: 'Kinkn-0003',
        ...time,
        pageIndex: 0,
        pageSize: 1,
        showNoOps: 'false',
      },
    ],
    [
      'An error',
      'CreateGiftCard',
      {
        creationRequestId: 'Kinkn-0004',
        partnerId,
        value: { currencyCode: 'JPY', amount: 1000.5 },
      },
    ],
  ];
  const printed: string[] = [];
  for (const [title, operation, body] of examples) {
    const format = typeof body === 'string' ? 'xml' : 'json';
    printed.push(printExample(title, body, await door.call(operation, body, { format })));
  }
  const stranger = await door.call(
    'GetAvailableFunds',
    { partnerId },
    { secretAccessKey: 'guess' },
  );
  printed.push(printExample('Bad credentials', { partnerId }, stranger));
  const throttled = await door.call('GetAvailableFunds', { partnerId });
  printed.push(printExample('Too many calls', { partnerId }, throttled));
  await door.server.close();
  await assertGenerated('examples', printed.join('\n'));
});

function printExample(title: string, body: unknown, answered: Answered): string {
  const language = typeof body === 'string' ? 'xml' : 'json';
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  return `### ${title}\n\n\`\`\`${language}\n${sent}\n\`\`\`\n\nis answered ${answered.status}:\n\n\`\`\`${language}\n${answered.text}\n\`\`\`\n`;
}
