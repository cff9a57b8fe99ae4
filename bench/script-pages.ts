/** Asks for pages over raw sockets, each with many readers; in a process of its own so that it costs the server nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

interface Order {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const REQUEST = Buffer.from(
  `GET ${order.path} HTTP/1.1\r\nhost: kinken\r\naccept-encoding: gzip\r\naccept-language: ja\r\n\r\n`,
);
const WARM_UP_MS = 2_000;
const times: number[] = [];
let failed = 0;
let all = 0;
const countFrom = performance.now() + WARM_UP_MS;
const end = countFrom + order.seconds * 1000;

await Promise.all(Array.from({ length: order.connections }, reader));
times.sort((one, other) => one - other);
const cpu = process.cpuUsage();
console.log(
  JSON.stringify({
    perSecond: times.length / order.seconds,
    p50Ms: times[times.length >> 1] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    failed,
    all,
    ownCpuUs: (cpu.user + cpu.system) / all,
  }),
);
process.exit(0);

async function reader(): Promise<void> {
  const socket = connect({ host: order.host, port: order.port, noDelay: true });
  await once(socket, 'connect');
  const next = answers(socket);
  for (;;) {
    const began = performance.now();
    if (began >= end) break;
    socket.write(REQUEST);
    if (!(await next())) failed += 1;
    all += 1;
    const ended = performance.now();
    if (ended >= countFrom && ended <= end) times.push(ended - began);
  }
  socket.destroy();
}

/** One answer at a time on a connection; of the body only its length is looked at. */
function answers(socket: Socket): () => Promise<boolean> {
  let head = '';
  let bodyLeft = -1; // -1: the head is not complete
  let isGood = false;
  let finish = (_isGood: boolean): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    let body = chunk.length;
    if (bodyLeft < 0) {
      head += chunk.toString('latin1');
      const split = head.indexOf('\r\n\r\n');
      if (split < 0) return;
      isGood = head.startsWith('HTTP/1.1 200');
      bodyLeft = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      body = head.length - split - 4;
      head = '';
    }
    bodyLeft -= body;
    if (bodyLeft > 0) return;
    bodyLeft = -1;
    finish(isGood);
  });
  return () => new Promise((resolve) => (finish = resolve));
}
