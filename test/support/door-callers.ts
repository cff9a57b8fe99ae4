/** Callers of the three doors of a server that runs elsewhere, with the keys of its sandbox file. */
import assert from 'node:assert/strict';
import aws4 from 'aws4';
import type { Sandbox } from '../../src/demo/index.ts';
import { openLine } from '../../src/doors/till/testing/line.ts';
import { strangerDecode, strangerEncode } from '../../src/doors/till/testing/stranger.ts';
import { isoInstant, wallClock } from '../../src/kernel/clock.ts';

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are compared as a client sees them
  readonly body: any;
}

export interface Call {
  readonly body?: unknown; // text is sent as it is
  readonly requestId?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type HttpCaller = (path: string, call?: Call) => Promise<Told>;

export function httpCaller(baseUrl: string, apiKey: string): HttpCaller {
  return (path, { body, requestId, method, headers } = {}) =>
    ask(`${baseUrl}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(requestId !== undefined && { 'idempotency-key': requestId }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
}

export async function ask(url: string, init: RequestInit = {}): Promise<Told> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    text,
    headers: answer.headers,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

/** Signs what is given, also what is no JSON. */
export function agcodCaller({ agcod }: Sandbox) {
  return (operation: string, body: object | string, type = 'application/json'): Promise<Told> => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const at = `${isoInstant(wallClock.now()).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const signed = aws4.sign(
      {
        host: new URL(agcod.baseUrl).host,
        path: `/${operation}`,
        method: 'POST',
        service: 'AGCODService',
        region: agcod.region,
        body: payload,
        headers: { accept: type, 'content-type': type, 'x-amz-date': at },
      },
      { accessKeyId: agcod.accessKeyId, secretAccessKey: agcod.secretAccessKey },
    );
    const headers = signed.headers as Record<string, string>;
    return ask(`${agcod.baseUrl}/${operation}`, { method: 'POST', body: payload, headers });
  };
}

export type TillFields = Readonly<Record<string, string>>;

export interface TillCaller {
  /** Null: the line has ended without an answer. */
  send(mti: string, fields: TillFields): Promise<TillFields | null>;
  sendRaw(bytes: Buffer): void;
  end(): void;
}

/** One message at a time, by a codec that we did not write. */
export async function tillCaller({ till }: Pick<Sandbox, 'till'>): Promise<TillCaller> {
  assert.equal(till.host, '127.0.0.1');
  const line = await openLine(till.port);
  return {
    async send(mti, fields) {
      line.send(strangerEncode({ 0: mti, ...fields }));
      const answer = await line.next();
      return answer === null ? null : strangerDecode(answer);
    },
    sendRaw: (bytes) => line.send(bytes),
    end: () => line.socket.destroy(),
  };
}

/** The fields of a message about a card, and the request id that they make. */
export function tillMessage(
  { till }: Pick<Sandbox, 'till'>,
  stan: number,
  { number, amountMinor, code }: { number: string; amountMinor: number; code: string },
): { readonly fields: TillFields; readonly requestId: string } {
  const at = isoInstant(wallClock.now()).slice(0, 19).replaceAll(/[-:T]/g, '');
  const trace = String(stan).padStart(6, '0');
  return {
    fields: {
      2: number,
      3: code,
      4: String(amountMinor).padStart(12, '0'),
      7: at.slice(4),
      11: trace,
      41: till.terminalId,
      42: till.merchantId,
      49: '392',
    },
    requestId: `${till.merchantId}|${till.terminalId}|${trace}|${at}`,
  };
}
