import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import test from 'node:test';
import aws4 from 'aws4';
import { compactInstant } from './call.ts';
import type { Partner } from './contract.ts';
import { REGIONS, verifySignature, type SignedRequest } from './signature.ts';
import { ACCESS_KEY_ID, PARTNER, SECRET_ACCESS_KEY, TEST_START } from './testing/door.ts';

const BODY = '{"creationRequestId":"Kinkn1","partnerId":"Kinkn"}';
const DIRECTORY = {
  findByAccessKey: (id: string): { secretAccessKey: string; partner: Partner } | undefined =>
    id === ACCESS_KEY_ID ? { secretAccessKey: SECRET_ACCESS_KEY, partner: PARTNER } : undefined,
};

type Sent = Record<string, string>;

/** Headers as aws4 signs them for this door, with whatever the test wants otherwise. */
function signedHeaders(wanted: {
  headers?: Sent;
  region?: string;
  service?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  body?: string;
  path?: string;
}): Sent {
  const signed = aws4.sign(
    {
      host: 'localhost:8443',
      path: wanted.path ?? '/CreateGiftCard',
      method: 'POST',
      service: wanted.service ?? 'AGCODService',
      region: wanted.region ?? 'us-west-2',
      body: wanted.body ?? BODY,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-amz-date': compactInstant(TEST_START),
        'x-amz-target': 'com.amazonaws.agcod.AGCODService./CreateGiftCard',
        ...wanted.headers,
      },
    },
    {
      accessKeyId: wanted.accessKeyId ?? ACCESS_KEY_ID,
      secretAccessKey: wanted.secretAccessKey ?? SECRET_ACCESS_KEY,
    },
  );
  // As text, which is what arrives.
  return Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

function verify(headers: Sent, changed: Partial<SignedRequest> & { now?: number } = {}): string {
  const request: SignedRequest = {
    method: 'POST',
    url: '/CreateGiftCard',
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(BODY),
    ...changed,
  };
  const options = { now: changed.now ?? TEST_START, regions: REGIONS };
  const result = verifySignature(request, DIRECTORY, options);
  return result.ok ? `partner ${result.value.partnerId}` : result.refusal;
}

/** A signature by hand, for requests that no honest library would make. */
function signByHand(names: readonly string[], headers: Sent, date: string): Sent {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}`).join('\n');
  const canonical = `POST\n/CreateGiftCard\n\n${lines}\n\n${names.join(';')}\n${sha256(BODY)}`;
  const scope = `${date.slice(0, 8)}/us-west-2/AGCODService/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${SECRET_ACCESS_KEY}`);
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}

test('R31: what aws4 signs is accepted, with a slash in the target, in each region', () => {
  for (const region of REGIONS) assert.equal(verify(signedHeaders({ region })), 'partner Kinkn');
});

test('R31: a byte-identical repeat is accepted again', () => {
  const headers = signedHeaders({});
  assert.equal(verify(headers), 'partner Kinkn');
  assert.equal(verify(headers, { now: TEST_START + 1000 }), 'partner Kinkn');
});

test('R31: each signed header that changes on the way breaks the signature', () => {
  const headers = signedHeaders({});
  const list = /SignedHeaders=([^,]+)/.exec(headers['Authorization'] ?? '')?.[1] ?? '';
  const names = list.split(';');
  assert.ok(names.includes('host') && names.includes('x-amz-date'));
  for (const name of names) {
    const key = Object.keys(headers).find((known) => known.toLowerCase() === name) ?? name;
    const other = name === 'x-amz-date' ? compactInstant(TEST_START + 1000) : `${headers[key]}x`;
    assert.equal(verify({ ...headers, [key]: other }), 'signature_differs', name);
    const without = Object.fromEntries(Object.entries(headers).filter(([sent]) => sent !== key));
    assert.equal(verify(without), 'signed_header_missing', `${name} taken away`);
    const rawHeaders = [...Object.entries(headers).flat(), name, headers[key] ?? ''];
    assert.equal(verify(headers, { rawHeaders }), 'header_repeated', `${name} twice`);
  }
});

test('R31: a header that is not signed may change or be added by a proxy', () => {
  assert.equal(verify({ ...signedHeaders({}), 'x-forwarded-for': '192.0.2.1' }), 'partner Kinkn');
});

test('R31: another body, path, method, key, secret, region or service is refused', () => {
  const headers = signedHeaders({});
  assert.equal(verify(headers, { body: Buffer.from(`${BODY} `) }), 'signature_differs');
  assert.equal(verify(headers, { url: '/CancelGiftCard' }), 'signature_differs');
  assert.equal(verify(headers, { method: 'PUT' }), 'signature_differs');
  assert.equal(verify(headers, { url: '/CreateGiftCard?a=b' }), 'query_not_empty');
  assert.equal(verify(signedHeaders({ accessKeyId: 'AKIDSOMEBODYELSE' })), 'key_unknown');
  assert.equal(verify(signedHeaders({ secretAccessKey: 'guessed' })), 'signature_differs');
  assert.equal(verify(signedHeaders({ region: 'ap-northeast-1' })), 'region_not_served');
  assert.equal(verify(signedHeaders({ service: 's3' })), 'service_differs');
});

test('R31: host and x-amz-date must be signed', () => {
  const date = compactInstant(TEST_START);
  const headers = { host: 'localhost:8443', 'x-amz-date': date, accept: 'application/json' };
  assert.equal(
    verify(signByHand(['accept', 'host', 'x-amz-date'], headers, date)),
    'partner Kinkn',
  );
  assert.equal(verify(signByHand(['accept', 'x-amz-date'], headers, date)), 'host_not_signed');
  assert.equal(verify(signByHand(['accept', 'host'], headers, date)), 'date_not_signed');
});

test('R31: fifteen minutes either way are accepted, a second more is not', () => {
  const headers = signedHeaders({});
  const quarter = 15 * 60 * 1000;
  assert.equal(verify(headers, { now: TEST_START + quarter }), 'partner Kinkn');
  assert.equal(verify(headers, { now: TEST_START - quarter }), 'partner Kinkn');
  assert.equal(verify(headers, { now: TEST_START + quarter + 1000 }), 'date_out_of_window');
  assert.equal(verify(headers, { now: TEST_START - quarter - 1000 }), 'date_out_of_window');
});

test('R31: the date of the scope must be that of x-amz-date, and be a date', () => {
  const headers = signedHeaders({});
  const authorization = (headers['Authorization'] ?? '').replace('/20260610/', '/20260611/');
  assert.equal(verify({ ...headers, Authorization: authorization }), 'scope_date_differs');
  for (const date of ['', '20260230T000000Z', '2026-06-10T08:54:50Z', '20260610T085450']) {
    const sent = { host: 'localhost:8443', 'x-amz-date': date };
    const scoped = { ...signByHand(['host', 'x-amz-date'], sent, date === '' ? '20260610' : date) };
    const verdict = verify({
      ...scoped,
      authorization: (scoped['authorization'] ?? '').replace(/\/[^/]*\/us/, '/20260610/us'),
    });
    assert.equal(verdict, 'date_malformed', date);
  }
});

test('R31: a claimed body hash must be the right one', () => {
  const hash = createHash('sha256').update(BODY).digest('hex');
  const right = signedHeaders({ headers: { 'x-amz-content-sha256': hash } });
  assert.equal(verify(right), 'partner Kinkn');
  const unsigned = signedHeaders({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
  assert.equal(verify(unsigned), 'body_hash_differs');
});

test('R31: an authorization that is not one is refused', () => {
  const headers = signedHeaders({});
  const { Authorization: right = '', ...without } = headers;
  assert.equal(verify(without), 'authorization_missing');
  const malformed = [
    '',
    'Bearer token',
    right.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
    right.replace(/Signature=.*/, 'Signature=00'),
    right.replace('aws4_request', 'aws4'),
    right.replace('SignedHeaders=', 'SignedHeaders=host;'),
    right.replace('host', 'HOST'),
    `${right}, x`,
  ];
  for (const authorization of malformed) {
    assert.equal(verify({ ...without, authorization }), 'authorization_malformed', authorization);
  }
  const rawHeaders = [...Object.entries(headers).flat(), 'authorization', right];
  assert.equal(verify(headers, { rawHeaders }), 'authorization_malformed');
});
