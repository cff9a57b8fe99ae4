/** For tests of this door only: a partner, its cards, and a server with a client that signs. */
import aws4 from 'aws4';
import Fastify, { type FastifyInstance } from 'fastify';
import { MovedClock, type Clock, type Instant } from '../../../kernel/clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import type { Product } from '../../../programmes/index.ts';
import { compactInstant } from '../call.ts';
import type { AgcodEngine, FindProduct, Partner } from '../contract.ts';
import { agcodDoor, type AnswerKind } from '../routes.ts';
import { EngineInMemory } from './engine.ts';

export const ACCESS_KEY_ID = 'AKIDKINKENTEST000001';
export const SECRET_ACCESS_KEY = 'a+secret/for+tests/only+0123456789abcdef';
export const PARTNER: Partner = {
  partnerId: 'Kinkn',
  clientId: 7,
  issuerId: 1,
  productId: 1,
  cardProductIds: [2, 3],
  sellerId: 5,
  funding: { from: 'funds', clientId: 7 },
  unit: 'JPY',
  isSandbox: false,
  mockPartnerId: null,
  callsPerSecondMax: 10,
  cancelWindowMs: 15 * 60 * 1000,
};

/** A number of 19 digits with a right Luhn digit, and its own place in the run. */
export function cardNumber(place: number): string {
  const digits = `9988${String(place).padStart(14, '0')}`;
  const sum = digits
    .split('')
    .reverse()
    .reduce((total, digit, index) => {
      const weighed = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

const PRODUCT = { faceMinMinor: 500n, faceMaxMinor: 50_000n } as const;

export function findProduct(productId: number): Product {
  const numberShape = productId === 1 ? null : { prefix: '9988', digits: 19 };
  return { ...PRODUCT, productId, numberShape } as unknown as Product;
}

export interface CallOptions {
  readonly format?: 'json' | 'xml';
  readonly secretAccessKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are compared as a client sees them
  readonly body: any;
  readonly contentType: string;
}

export type Call = (operation: string, body: unknown, options?: CallOptions) => Promise<Answered>;

export interface OpenDoor {
  readonly server: FastifyInstance;
  readonly answers: AnswerKind[];
  readonly call: Call;
}

export interface TestDoor extends OpenDoor {
  readonly engine: EngineInMemory;
  readonly clock: MovedClock;
}

export const TEST_START = Date.parse('2026-06-10T08:54:50Z');

/** The door before an engine in memory, with a clock moved by hand. */
export async function openTestDoor(partner: Partial<Partner> = {}): Promise<TestDoor> {
  const engine = new EngineInMemory();
  const clock = new MovedClock(TEST_START);
  const open = await openDoor({ engine, clock, findProduct, partner: { ...PARTNER, ...partner } });
  return { ...open, engine, clock };
}

/** A server with nothing but this door, and a client that signs with aws4. */
export async function openDoor(parts: {
  readonly engine: AgcodEngine;
  readonly clock: Clock;
  readonly findProduct: FindProduct;
  readonly partner: Partner;
}): Promise<OpenDoor> {
  const { clock, partner } = parts;
  const owner = { secretAccessKey: SECRET_ACCESS_KEY, partner };
  const server = Fastify();
  const answers: AnswerKind[] = [];
  await server.register(
    agcodDoor({
      engine: parts.engine,
      clock,
      findProduct: parts.findProduct,
      findSuspensionText: (suspensionId) => `Sale is suspended (${suspensionId}).`,
      log: silentLog(),
      directory: { findByAccessKey: (id) => (id === ACCESS_KEY_ID ? owner : undefined) },
      countAnswer: (_operation, result) => answers.push(result),
    }),
  );
  const call: Call = async (operation, body, options = {}) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const url = options.path ?? `/${operation}`;
    const headers = signedHeaders({ operation, payload, url, options, at: clock.now() });
    const answer = await server.inject({ method: 'POST', url, headers, payload });
    const contentType = String(answer.headers['content-type']);
    const isJson = contentType.startsWith('application/json');
    const text = answer.body;
    return { status: answer.statusCode, text, body: isJson ? JSON.parse(text) : text, contentType };
  };
  return { server, answers, call };
}

function signedHeaders(call: {
  operation: string;
  payload: string;
  url: string;
  options: CallOptions;
  at: Instant;
}): Record<string, string> {
  const type = call.options.format === 'xml' ? 'application/xml' : 'application/json';
  const signed = aws4.sign(
    {
      host: 'localhost:8443',
      path: call.url,
      method: 'POST',
      service: 'AGCODService',
      region: 'us-west-2',
      body: call.payload,
      headers: {
        accept: type,
        'content-type': type,
        'x-amz-date': compactInstant(call.at),
        'x-amz-target': `com.amazonaws.agcod.AGCODService.${call.operation}`,
        ...call.options.headers,
      },
    },
    {
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: call.options.secretAccessKey ?? SECRET_ACCESS_KEY,
    },
  );
  return signed.headers as Record<string, string>;
}
