/** For tests of this door only: a partner, its cards, and a server with a client that signs. */
import aws4 from 'aws4';
import Fastify, { type FastifyInstance } from 'fastify';
import { MovedClock } from '../../../kernel/clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import type { Product } from '../../../programmes/catalogue.ts';
import { compactInstant } from '../call.ts';
import type { Partner } from '../contract.ts';
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

export interface TestDoor {
  readonly server: FastifyInstance;
  readonly engine: EngineInMemory;
  readonly clock: MovedClock;
  readonly answers: AnswerKind[];
  readonly call: (operation: string, body: unknown, options?: CallOptions) => Promise<Answered>;
}

export const TEST_START = Date.parse('2026-06-10T08:54:50Z');

/** A server with nothing but this door, a clock moved by hand, and a client that signs with aws4. */
export async function openTestDoor(partner: Partial<Partner> = {}): Promise<TestDoor> {
  const engine = new EngineInMemory();
  const clock = new MovedClock(TEST_START);
  const owner = { secretAccessKey: SECRET_ACCESS_KEY, partner: { ...PARTNER, ...partner } };
  const server = Fastify();
  const answers: AnswerKind[] = [];
  await server.register(
    agcodDoor({
      engine,
      clock,
      findProduct,
      log: silentLog(),
      directory: { findByAccessKey: (id) => (id === ACCESS_KEY_ID ? owner : undefined) },
      countAnswer: (_operation, result) => answers.push(result),
    }),
  );
  const call = async (operation: string, body: unknown, options: CallOptions = {}) => {
    const type = options.format === 'xml' ? 'application/xml' : 'application/json';
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const signed = aws4.sign(
      {
        host: 'localhost:8443',
        path: options.path ?? `/${operation}`,
        method: 'POST',
        service: 'AGCODService',
        region: 'us-west-2',
        body: payload,
        headers: {
          accept: type,
          'content-type': type,
          'x-amz-date': compactInstant(clock.now()),
          'x-amz-target': `com.amazonaws.agcod.AGCODService.${operation}`,
          ...options.headers,
        },
      },
      {
        accessKeyId: ACCESS_KEY_ID,
        secretAccessKey: options.secretAccessKey ?? SECRET_ACCESS_KEY,
      },
    );
    const answer = await server.inject({
      method: 'POST',
      url: options.path ?? `/${operation}`,
      headers: signed.headers as Record<string, string>,
      payload,
    });
    const contentType = String(answer.headers['content-type']);
    const isJson = contentType.startsWith('application/json');
    const text = answer.body;
    return { status: answer.statusCode, text, body: isJson ? JSON.parse(text) : text, contentType };
  };
  return { server, engine, clock, answers, call };
}
