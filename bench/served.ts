import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LANES } from './engine-bench.ts';
import type { BenchPostgres } from './postgres.ts';

export interface Sandbox {
  readonly http: { readonly baseUrl: string; readonly apiKey: string };
  readonly till: {
    readonly host: string;
    readonly port: number;
    readonly terminalId: string;
    readonly merchantId: string;
  };
  readonly cards: readonly {
    readonly number: string;
    readonly faceMinor: number;
    readonly unit: string;
  }[];
}

export interface ServedBench {
  readonly pid: number;
  readonly sandbox: Sandbox;
  stop(): Promise<void>;
  /** Where its database is gone there is nothing to finish. */
  kill(): Promise<void>;
}

/** The program itself as a process of its own, with the demo's data on this database. */
export async function startServer(
  postgres: BenchPostgres,
  log: 'warn' | 'fatal' = 'warn',
): Promise<ServedBench> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
  const program = fileURLToPath(new URL('../bin/kinken', import.meta.url));
  const child = spawn(program, ['serve', '--demo'], {
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      KINKEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      KINKEN_DATA: folder,
      KINKEN_LANES: String(LANES),
      PORT: '0',
      TILL_PORT: '0',
      KINKEN_LOG: log,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const sandbox = await untilThere(join(folder, 'sandbox.json'));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { pid: child.pid!, sandbox, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function untilThere(file: string): Promise<Sandbox> {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Sandbox;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('the server did not start within 30 s');
}

async function post(
  sandbox: Sandbox,
  path: string,
  id: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.http.baseUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sandbox.http.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': id,
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const CODES = 1_000;

/** Redemptions of ten yen, each of another of a thousand codes in turn: an order for `script-load.ts`. */
export async function orderOverHttp(sandbox: Sandbox): Promise<object> {
  const codes = await issueCodes(sandbox);
  const { hostname, port } = new URL(sandbox.http.baseUrl);
  return {
    door: 'http',
    host: hostname,
    port: Number(port),
    messages: codes.map((code) => JSON.stringify({ card: { code }, amountMinor: 10, unit: 'JPY' })),
    headers: `host: kinken\r\nauthorization: Bearer ${sandbox.http.apiKey}\r\ncontent-type: application/json\r\n`,
    terminal: sandbox.till,
  };
}

async function issueCodes(sandbox: Sandbox): Promise<string[]> {
  const body = { productId: 'gift-code', amountMinor: 50_000, unit: 'JPY' };
  const codes: string[] = [];
  for (let from = 0; from < CODES; from += 50) {
    const issued = await Promise.all(
      Array.from({ length: 50 }, (_, place) =>
        post(sandbox, '/v1/instruments', `issue-${from + place}`, body),
      ),
    );
    codes.push(...issued.map((one) => one['code'] as string));
  }
  return codes;
}

/** Cards that a till may redeem: those of the sandbox, activated over HTTP. */
export async function activateCards(sandbox: Sandbox): Promise<string[]> {
  const { cards } = sandbox;
  await Promise.all(
    cards.map(({ number, faceMinor, unit }) =>
      post(sandbox, '/v1/activations', `activate-${number}`, {
        card: { number },
        amountMinor: faceMinor,
        unit,
      }),
    ),
  );
  return cards.map((card) => card.number);
}
