import assert from 'node:assert/strict';
import test from 'node:test';
import {
  answerFormat,
  groupOf,
  readRequest,
  requestFormat,
  textOf,
  writeAnswer,
  type Fields,
  type MediaTypes,
} from './wire.ts';

const JSON_TYPES: MediaTypes = { contentType: 'application/json', accept: undefined };
const XML_TYPES: MediaTypes = { contentType: 'application/xml; charset=UTF-8', accept: undefined };

function read(text: string | Uint8Array, types: MediaTypes = JSON_TYPES): Fields | string {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const fields = readRequest(bytes, types, 'CreateGiftCard');
  return fields.ok ? fields.value : fields.refusal;
}

function amountIn(fields: Fields | string): string | null {
  assert.equal(typeof fields, 'object', JSON.stringify(fields));
  return textOf(groupOf(fields as Fields, 'value'), 'amount');
}

test('R36: a number of JSON keeps the text it was written in', () => {
  for (const amount of ['1000', '1000.0', '1e3', '9007199254740993', '0.10']) {
    assert.equal(amountIn(read(`{"value":{"amount":${amount}}}`)), amount);
  }
  assert.equal(amountIn(read('{"value":{"amount":"1000"}}')), '1000');
});

test('marks inside of strings and lists are not counted as fields', () => {
  const fields = read('{"a":"x:{[\\":","b":[1,{"c":":"}],"d":{}}') as Fields;
  assert.equal(textOf(fields, 'a'), 'x:{[":');
});

test('XML and JSON become the same fields', () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
    <CreateGiftCardRequest xmlns="urn:x"><partnerId>Kinkn</partnerId>
    <value><currencyCode>JPY</currencyCode><amount>01000.0</amount></value></CreateGiftCardRequest>`;
  const fields = read(xml, XML_TYPES) as Fields;
  assert.equal(textOf(fields, 'partnerId'), 'Kinkn');
  assert.equal(amountIn(fields), '01000.0');
});

test('the language is that of the type, else that of the first character', () => {
  const none = (contentType?: string): MediaTypes => ({ contentType, accept: undefined });
  assert.equal(requestFormat(none('text/xml'), Buffer.from('{}')), 'xml');
  assert.equal(requestFormat(none('application/json;charset=utf-8'), Buffer.from('<a/>')), 'json');
  assert.equal(requestFormat(none('charset=UTF-8'), Buffer.from('\n <a/>')), 'xml');
  assert.equal(requestFormat(none('charset=UTF-8'), Buffer.from('\uFEFF{}')), 'json');
  assert.equal(requestFormat(none(), Buffer.from('')), 'json');
  const both = { contentType: 'application/json', accept: 'text/xml' };
  assert.equal(answerFormat(both, Buffer.from('{}')), 'xml');
  assert.equal(answerFormat({ ...both, accept: '*/*' }, Buffer.from('{}')), 'json');
});

test('what cannot be read is refused and nothing is expanded', () => {
  const bomb =
    '<!DOCTYPE a [<!ENTITY b "bbbb">]><CreateGiftCardRequest>&b;</CreateGiftCardRequest>';
  const deepXml = `<CreateGiftCardRequest>${'<a>'.repeat(20)}${'</a>'.repeat(20)}</CreateGiftCardRequest>`;
  const table: readonly [string | Uint8Array, MediaTypes, string][] = [
    ['', JSON_TYPES, 'invalidRequest'],
    ['null', JSON_TYPES, 'invalidRequest'],
    ['[]', JSON_TYPES, 'invalidRequest'],
    ['{"a":', JSON_TYPES, 'invalidRequest'],
    ['{"a":1,"a":2}', JSON_TYPES, 'invalidRequest'],
    ['{"value":{"amount":1,"amount":2}}', JSON_TYPES, 'invalidRequest'],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, JSON_TYPES, 'invalidRequest'],
    [Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPES, 'charsetNotSupported'],
    [
      '{}',
      { contentType: 'application/json; charset=Shift_JIS', accept: undefined },
      'charsetNotSupported',
    ],
    ['', XML_TYPES, 'invalidRequest'],
    ['<CreateGiftCardRequest>', XML_TYPES, 'invalidRequest'],
    ['<CancelGiftCardRequest><a>1</a></CancelGiftCardRequest>', XML_TYPES, 'invalidRequest'],
    ['<CreateGiftCardRequest/><CreateGiftCardRequest/>', XML_TYPES, 'invalidRequest'],
    [bomb, XML_TYPES, 'invalidRequest'],
    [deepXml, XML_TYPES, 'invalidRequest'],
    ['<CreateGiftCardRequest>text</CreateGiftCardRequest>', XML_TYPES, 'invalidRequest'],
  ];
  for (const [text, types, expected] of table) {
    assert.equal(read(text, types), expected, String(text).slice(0, 60));
  }
  const entity = '<CreateGiftCardRequest><partnerId>&lt;x</partnerId></CreateGiftCardRequest>';
  assert.equal(textOf(read(entity, XML_TYPES) as Fields, 'partnerId'), '&lt;x');
});

test('names of the language itself are not fields', () => {
  const fields = read('{"__proto__":{"partnerId":"Kinkn"},"constructor":"x"}') as Fields;
  assert.equal(textOf(fields, 'partnerId'), null);
  assert.equal(textOf(read('{}') as Fields, 'constructor'), null);
  const xml =
    '<CreateGiftCardRequest><__proto__><partnerId>K</partnerId></__proto__><a>1</a></CreateGiftCardRequest>';
  const read1 = read(xml, XML_TYPES);
  if (typeof read1 !== 'string') assert.equal(textOf(read1, 'partnerId'), null);
});

test('an answer is written in both languages from one tree', () => {
  const answer = {
    cardInfo: { cardNumber: null, value: { amount: { printed: '1000.0' }, currencyCode: 'JPY' } },
    list: [{ a: '1 < 2' }, { a: '"' }],
    status: 'SUCCESS',
  };
  assert.equal(
    writeAnswer(answer, 'json', 'XResponse'),
    '{"cardInfo":{"cardNumber":null,"value":{"amount":1000.0,"currencyCode":"JPY"}},"list":[{"a":"1 < 2"},{"a":"\\""}],"status":"SUCCESS"}',
  );
  assert.equal(
    writeAnswer(answer, 'xml', 'XResponse'),
    '<?xml version="1.0" encoding="UTF-8"?>\n<XResponse><cardInfo><value><amount>1000.0</amount><currencyCode>JPY</currencyCode></value></cardInfo><list><member><a>1 &lt; 2</a></member><member><a>&quot;</a></member></list><status>SUCCESS</status></XResponse>',
  );
});
