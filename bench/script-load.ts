/** A load generator in a process of its own, over raw sockets so that it costs little. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

interface Order {
  readonly door: 'http' | 'till';
  readonly host: string;
  readonly port: number;
  readonly messages: string[]; // HTTP: bodies; till: card numbers
  readonly headers: string; // HTTP: the lines that every request has
  readonly connections: number;
  readonly seconds: number;
  readonly perSecond: number | null; // null: as fast as it goes
  readonly run: string;
  readonly terminal: { merchantId: string; terminalId: string };
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const WARM_UP_MS = 2_000;
const times: number[] = [];
let good = 0;
let bad = 0;
let index = 0;
const start = performance.now();
const countFrom = start + WARM_UP_MS;
const end = countFrom + order.seconds * 1000;

await Promise.all(Array.from({ length: order.connections }, (_, place) => worker(place)));
times.sort((one, other) => one - other);
const cpu = process.cpuUsage();
console.log(
  JSON.stringify({
    perSecond: times.length / order.seconds,
    p50Ms: times[times.length >> 1] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    failed: bad,
    good,
    ownCpuUs: (cpu.user + cpu.system) / good,
  }),
);
process.exit(0);

async function worker(place: number): Promise<void> {
  const socket = connect({ host: order.host, port: order.port, noDelay: true });
  await once(socket, 'connect');
  const next = order.door === 'http' ? httpReader(socket) : tillReader(socket);
  const pause = order.perSecond === null ? 0 : (1000 * order.connections) / order.perSecond;
  let due = start + (place / order.connections) * pause;
  for (;;) {
    if (pause > 0) {
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    // Behind schedule, the time counts from when it should have begun.
    const began = pause > 0 ? Math.min(performance.now(), due + pause) : performance.now();
    due += pause;
    if (began >= end) break;
    index += 1;
    socket.write(order.door === 'http' ? httpRequest(index) : tillMessage(index));
    const isGood = await next();
    const ended = performance.now();
    if (isGood) good += 1;
    else bad += 1;
    if (isGood && ended >= countFrom && ended <= end) times.push(ended - began);
  }
  socket.destroy();
}

function httpRequest(number: number): string {
  const body = order.messages[number % order.messages.length]!;
  return `POST /v1/redemptions HTTP/1.1\r\n${order.headers}idempotency-key: ${order.run}-${number}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** One answer at a time on a connection; `content-length` is always there. */
function httpReader(socket: Socket): () => Promise<boolean> {
  let text = '';
  let wake = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    wake();
  });
  return async () => {
    for (;;) {
      const split = text.indexOf('\r\n\r\n');
      if (split >= 0) {
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (text.length >= split + 4 + length) {
          const isGood = text.startsWith('HTTP/1.1 200');
          if (!isGood && bad < 3) console.error(text.slice(0, 600));
          text = text.slice(split + 4 + length);
          return isGood;
        }
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}

/** ISO 8583:1987: redeem 1 yen. Fields 2, 3, 4, 7, 11, 41, 42, 49. */
function tillMessage(number: number): Buffer {
  const card = order.messages[number % order.messages.length]!;
  const now = new Date(Date.now()).toISOString();
  const at =
    now.slice(5, 7) + now.slice(8, 10) + now.slice(11, 13) + now.slice(14, 16) + now.slice(17, 19);
  const stan = String(number % 1_000_000).padStart(6, '0');
  const bitmap = bits([2, 3, 4, 7, 11, 41, 42, 49]);
  const fields =
    String(card.length).padStart(2, '0') +
    card +
    '000000' +
    '1'.padStart(12, '0') + // the smallest of the demo's cards has 1,500
    at +
    stan +
    order.terminal.terminalId.padEnd(8) +
    order.terminal.merchantId.padEnd(15) +
    '392';
  const body = Buffer.concat([Buffer.from('0200'), bitmap, Buffer.from(fields)]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
}

function bits(fields: readonly number[]): Buffer {
  const bitmap = Buffer.alloc(8);
  for (const field of fields) bitmap[(field - 1) >> 3]! |= 0x80 >> ((field - 1) & 7);
  return bitmap;
}

function tillReader(socket: Socket): () => Promise<boolean> {
  let bytes: Buffer = Buffer.alloc(0);
  let wake = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    wake();
  });
  return async () => {
    for (;;) {
      if (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const message = bytes.subarray(2, 2 + bytes.readUInt16BE(0));
        bytes = bytes.subarray(2 + message.length);
        // Field 39 stands before the terminal of field 41.
        return (
          message.includes('0210') && message.includes(`00${order.terminal.terminalId.padEnd(8)}`)
        );
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
