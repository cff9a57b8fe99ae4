import { createServer, type Server } from 'node:net';
import type { Config } from '../kernel/config.ts';

/** A start that was refused; the sentence says why and what to do. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

interface Door {
  readonly is: string;
  readonly host: string; // the setting of its address
  readonly port: string; // and of its port
}

const DOORS = {
  http: { is: 'HTTP', host: 'HOST', port: 'PORT' },
  till: { is: 'the till', host: 'TILL_HOST', port: 'TILL_PORT' },
} as const satisfies Record<string, Door>;

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Takes the ports of both doors and gives them back: that one cannot be had is said at once, and not behind the
 * making of a database.
 */
export async function tryDoors({ http, till }: Pick<Config, 'http' | 'till'>): Promise<void> {
  const held = [await atDoor('http', http, () => hold(http))];
  try {
    const isOneDoor = till.port === http.port && till.port !== 0;
    const holding = hold(till).catch((error: unknown) => {
      if (isOneDoor && codeOf(error) === 'EADDRINUSE') throw new CannotStart(ONE_PORT(till.port));
      throw error;
    });
    held.push(await atDoor('till', till, () => holding));
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
}

const ONE_PORT = (port: number): string =>
  `HTTP and the till cannot both listen on port ${port}: set PORT or TILL_PORT to another one.`;

/** Says which setting is meant where a door cannot listen. Throws CannotStart. */
export async function atDoor<Value>(
  name: keyof typeof DOORS,
  place: Place,
  listen: () => Promise<Value>,
): Promise<Value> {
  try {
    return await listen();
  } catch (error) {
    const why = whyNot(DOORS[name], place, codeOf(error));
    throw why === null ? error : new CannotStart(why, { cause: error });
  }
}

function whyNot(door: Door, { host, port }: Place, code: string): string | null {
  if (code === 'EADDRINUSE') {
    return (
      `Another program, perhaps a Kinken that runs already, listens on ${host}:${port}, where ${door.is} should.\n` +
      `Stop it, or set ${door.port} to a port that is free: ${door.port}=${freer(port)}`
    );
  }
  if (code === 'EACCES') {
    return `This user may not listen on port ${port}: set ${door.port} to one from 1024 on: ${door.port}=${freer(port)}`;
  }
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(code)) {
    return `"${host}" is no address of this machine: set ${door.host} to one that is, as 127.0.0.1`;
  }
  return null;
}

function freer(port: number): number {
  return port < 1_024 ? port + 8_000 : port === 65_535 ? 8_081 : port + 1;
}

function hold({ host, port }: Place): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject).listen({ host, port }, () => resolve(server));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code) : '';
}
