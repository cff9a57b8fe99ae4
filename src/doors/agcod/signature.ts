/**
 * AWS Signature Version 4, as far as AGCOD uses it (R31): one signature in the Authorization header
 * over exactly the headers that it lists, over the path as sent and over the bytes of the body.
 * A byte-identical repeat is valid again: the request id makes repeating safe, not the signature.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';
import type { Partner, PartnerDirectory } from './contract.ts';

export const SERVICE = 'AGCODService';
export const REGIONS: readonly string[] = ['us-east-1', 'eu-west-1', 'us-west-2'];
export const CLOCK_SKEW_MAX_MS = 15 * 60 * 1000;

/** In the order checked. Only our log learns the cause; the client always gets the same 403. */
export type SignatureFault =
  | 'authorization_missing'
  | 'authorization_malformed'
  | 'query_not_empty'
  | 'service_differs'
  | 'region_not_served'
  | 'host_not_signed'
  | 'date_not_signed'
  | 'signed_header_missing'
  | 'header_repeated'
  | 'date_malformed'
  | 'scope_date_differs'
  | 'date_out_of_window'
  | 'body_hash_differs'
  | 'key_unknown'
  | 'signature_differs';

/** A request as it came over the wire, before anything read its body. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string; // path and query as sent
  readonly rawHeaders: readonly string[]; // name, value, name, value ... as sent
  readonly body: Uint8Array;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly scopeDate: string; // yyyymmdd
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string; // 64 hexadecimal digits
}

/** The partner who owns the key that signed the request. */
export function verifySignature(
  request: SignedRequest,
  directory: PartnerDirectory,
  options: { readonly now: Instant; readonly regions: readonly string[] },
): Result<Partner, SignatureFault> {
  const headers = groupHeaders(request.rawHeaders);
  const sent = headers.get('authorization');
  if (sent === undefined) return refused('authorization_missing');
  const authorization = sent.length === 1 ? parseAuthorization(sent[0] ?? '') : null;
  if (authorization === null) return refused('authorization_malformed');

  const fault =
    judgeScope(request, authorization, options.regions) ??
    judgeHeaders(authorization, headers, options.now);
  if (fault !== null) return refused(fault);

  const bodyHash = sha256Hex(request.body);
  const claimedHash = headers.get('x-amz-content-sha256');
  if (claimedHash !== undefined && claimedHash.some((claim) => claim.trim() !== bodyHash)) {
    return refused('body_hash_differs');
  }

  const owner = directory.findByAccessKey(authorization.accessKeyId);
  // An unknown key costs the same work as a wrong signature.
  const expected = sign(request, authorization, headers, {
    bodyHash,
    secretAccessKey: owner?.secretAccessKey ?? 'no such key',
  });
  const isRight = timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'));
  if (owner === undefined) return refused('key_unknown');
  return isRight ? accepted(owner.partner) : refused('signature_differs');
}

const AUTHORIZATION = new RegExp(
  '^AWS4-HMAC-SHA256 +' +
    String.raw`Credential=([\w-]{1,128})/(\d{8})/([a-z0-9-]{1,40})/(\w{1,40})/aws4_request *, *` +
    'SignedHeaders=([a-z0-9;_-]{1,2048}) *, *' +
    'Signature=([0-9a-f]{64})$',
);

function parseAuthorization(text: string): Authorization | null {
  const match = AUTHORIZATION.exec(text.trim());
  if (match === null) return null;
  const [, accessKeyId = '', scopeDate = '', region = '', service = '', list = '', signature = ''] =
    match;
  const signedHeaders = list.split(';');
  if (new Set(signedHeaders).size !== signedHeaders.length) return null;
  return { accessKeyId, scopeDate, region, service, signedHeaders, signature };
}

function judgeScope(
  request: SignedRequest,
  authorization: Authorization,
  regions: readonly string[],
): SignatureFault | null {
  if (request.url.includes('?')) return 'query_not_empty'; // no operation takes one
  if (authorization.service !== SERVICE) return 'service_differs';
  return regions.includes(authorization.region) ? null : 'region_not_served';
}

function judgeHeaders(
  authorization: Authorization,
  headers: Headers,
  now: Instant,
): SignatureFault | null {
  const { signedHeaders, scopeDate } = authorization;
  if (!signedHeaders.includes('host')) return 'host_not_signed';
  if (!signedHeaders.includes('x-amz-date')) return 'date_not_signed';
  // Which of two values a proxy or a parser takes is anybody's guess, so a repeated one is refused.
  for (const name of signedHeaders) {
    const values = headers.get(name);
    if (values === undefined) return 'signed_header_missing';
    if (values.length > 1) return 'header_repeated';
  }
  const signedAt = parseAmzDate(firstHeader(headers, 'x-amz-date'));
  if (signedAt === null) return 'date_malformed';
  if (firstHeader(headers, 'x-amz-date').slice(0, 8) !== scopeDate) return 'scope_date_differs';
  return Math.abs(now - signedAt) <= CLOCK_SKEW_MAX_MS ? null : 'date_out_of_window';
}

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function parseAmzDate(text: string): Instant | null {
  const match = AMZ_DATE.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const instant = Date.parse(iso);
  // 30 February parses to a day in March in some engines: what was sent must come out again.
  return Number.isNaN(instant) || new Date(instant).toISOString() !== iso ? null : instant;
}

/**
 * The canonical request, the string to sign and the signature of the specification, in that order.
 */
function sign(
  request: SignedRequest,
  authorization: Authorization,
  headers: Headers,
  inputs: { readonly bodyHash: string; readonly secretAccessKey: string },
): Buffer {
  const { scopeDate, region, service, signedHeaders } = authorization;
  const canonicalRequest = [
    request.method,
    request.url, // one plain segment: nothing to normalise, and no query
    '',
    ...signedHeaders.map((name) => `${name}:${canonicalValue(firstHeader(headers, name))}`),
    '',
    signedHeaders.join(';'),
    inputs.bodyHash,
  ].join('\n');
  const scope = `${scopeDate}/${region}/${service}/aws4_request`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    firstHeader(headers, 'x-amz-date'),
    scope,
    sha256Hex(canonicalRequest),
  ].join('\n');
  const key = [scopeDate, region, service, 'aws4_request'].reduce<string | Buffer>(
    (derived, part) => hmac(derived, part),
    `AWS4${inputs.secretAccessKey}`,
  );
  return hmac(key, stringToSign);
}

type Headers = ReadonlyMap<string, readonly string[]>;

function groupHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(rawHeaders[index + 1] ?? '');
    headers.set(name, values);
  }
  return headers;
}

function firstHeader(headers: Headers, name: string): string {
  return headers.get(name)?.[0] ?? '';
}

function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}

function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, content: string): Buffer {
  return createHmac('sha256', key).update(content, 'utf8').digest();
}
