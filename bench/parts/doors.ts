import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runScript } from '../child.ts';
import { cpuSeconds, residentMb } from '../cpu.ts';
import { ms, perSecond, us, type BenchPart, type Figure } from '../part.ts';
import type { BenchPostgres } from '../postgres.ts';

interface LoadAnswer {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly all: number;
  readonly ownCpuUs: number;
}

interface Sandbox {
  readonly http: { readonly baseUrl: string; readonly apiKey: string };
  readonly till: {
    readonly host: string;
    readonly port: number;
    readonly terminalId: string;
    readonly merchantId: string;
  };
}

const CARDS = 1_000;

/** Real servers over real sockets: server, database and load generator are processes of their own on this machine. */
export const doors: BenchPart = {
  name: 'doors',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const server = await startServer(postgres);
    try {
      const { sandbox } = server;
      const codes = await issueCodes(sandbox);
      const numbers = await activateCards(sandbox);
      const http = {
        door: 'http',
        ...addressOf(sandbox.http.baseUrl),
        messages: codes.map((code) =>
          JSON.stringify({ card: { code }, amountMinor: 10, unit: 'JPY' }),
        ),
        headers: `host: kinken\r\nauthorization: Bearer ${sandbox.http.apiKey}\r\ncontent-type: application/json\r\n`,
        terminal: sandbox.till,
      };
      const till = {
        ...http,
        door: 'till',
        host: sandbox.till.host,
        port: sandbox.till.port,
        messages: numbers,
      };
      return [
        ...(await measureDoor('Redemptions over HTTP', http, {
          seconds,
          postgres,
          pid: server.pid,
        })),
        ...(await measureDoor('Redemptions at the till', till, {
          seconds,
          postgres,
          pid: server.pid,
        })),
        {
          what: 'Resident memory of the server after that',
          ours: `${Math.round(residentMb(server.pid))} MB`,
          beside: '',
          ratio: '',
          note: '',
        },
      ];
    } finally {
      await server.stop();
      await postgres.stop();
    }
  },
};

async function measureDoor(
  what: string,
  order: object,
  at: { seconds: number; postgres: BenchPostgres; pid: number },
): Promise<Figure[]> {
  const load = async (connections: number, rate: number | null) => {
    const before = { server: cpuSeconds(at.pid), database: cpuSeconds(at.postgres.postmasterPid) };
    const run = `${what.length}-${connections}-${rate === null ? 'full' : 'half'}-${Math.round(performance.now())}`;
    const answer = await runScript<LoadAnswer>('script-load.ts', {
      ...order,
      connections,
      seconds: at.seconds,
      perSecond: rate,
      run,
    });
    const serverUs = ((cpuSeconds(at.pid) - before.server) * 1e6) / answer.all;
    const databaseUs =
      ((cpuSeconds(at.postgres.postmasterPid) - before.database) * 1e6) / answer.all;
    return { ...answer, serverUs, databaseUs };
  };
  const full = await load(200, null);
  const half = await load(64, full.perSecond / 2);
  return [
    {
      what,
      ours: `${perSecond(full.perSecond)}, p99 ${ms(full.p99Ms)}; at half load p50 ${ms(half.p50Ms)}, p99 ${ms(half.p99Ms)}`,
      beside: '',
      ratio: '',
      note: `CPU a message: server ${us(full.serverUs)}, database ${us(full.databaseUs)}, load generator ${us(full.ownCpuUs)}${full.failed > 0 ? `; ${full.failed} failed` : ''}`,
    },
  ];
}

async function startServer(postgres: BenchPostgres) {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
  const program = fileURLToPath(new URL('../../bin/kinken', import.meta.url));
  const child = spawn(program, ['serve', '--demo'], {
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      KINKEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      KINKEN_DATA: folder,
      PORT: '0',
      TILL_PORT: '0',
      KINKEN_LOG: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const sandbox = await untilThere(join(folder, 'sandbox.json'));
  return {
    pid: child.pid!,
    sandbox,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
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

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
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

async function issueCodes(sandbox: Sandbox): Promise<string[]> {
  const body = { productId: 'gift-code', amountMinor: 50_000, unit: 'JPY' };
  const codes: string[] = [];
  for (let from = 0; from < CARDS; from += 50) {
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
async function activateCards(sandbox: Sandbox): Promise<string[]> {
  const cards = (
    sandbox as unknown as { cards: { number: string; faceMinor: number; unit: string }[] }
  ).cards;
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
