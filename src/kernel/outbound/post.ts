import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Instant } from '../clock.ts';
import { type AddressPolicy, judgeWebhookUrl, pinAddress, type Resolve } from './address.ts';

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly policy: AddressPolicy;
  readonly timeoutMs: number; // for all of it: name, connection, answer
  readonly resolve?: Resolve;
}

/** Of the answer's body nothing is used; more than this is not even read. */
const ANSWER_MAX_BYTES = 64 * 1024;

/**
 * `Kinken-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 with the webhook's secret over `t`, a full stop and
 * the body as it is sent. A receiver compares in constant time and refuses a `t` of more than five minutes ago.
 */
export function signatureOf(secret: string, at: Instant, body: string): string {
  const seconds = Math.floor(at / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** Sends one request to the address that was checked, follows nothing, and gives the status of the answer. */
export async function post(sending: Post): Promise<number> {
  const signal = AbortSignal.timeout(sending.timeoutMs);
  const url = judgeWebhookUrl(sending.url, sending.policy);
  const pinned = await orTimeout(pinAddress(url, sending.policy, sending.resolve), signal);
  const body = Buffer.from(sending.body, 'utf8');
  return new Promise<number>((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    const request = send(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': body.length,
        'user-agent': 'kinken-webhook/1',
        ...sending.headers,
      },
      // Node asks for all addresses or for one; it gets the one that was checked.
      lookup: (_host, options, callback) => {
        if (options.all === true) callback(null, [pinned]);
        else callback(null, pinned.address, pinned.family);
      },
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      answer.on('error', reject);
      discard(answer, () => resolve(answer.statusCode ?? 0));
    });
    request.end(body);
  });
}

function discard(answer: IncomingMessage, done: () => void): void {
  let received = 0;
  answer.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received <= ANSWER_MAX_BYTES) return;
    done();
    answer.destroy();
  });
  answer.on('end', done);
}

/** A name server that does not answer is not waited for either. */
function orTimeout<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timedOut = (): void => reject(new Error('timed out'));
    signal.addEventListener('abort', timedOut, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', timedOut));
  });
}
