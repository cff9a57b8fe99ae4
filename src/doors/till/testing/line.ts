import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { Deframer } from '../framing.ts';
import { iso87 } from '../dialects/iso87.ts';

/** A line to a host as a stranger has it: bytes out, whole messages (with their length) in. */
export interface Line {
  readonly socket: Socket;
  send(...bytes: readonly Buffer[]): void;
  /** The next message that comes, or null when the line has ended. */
  next(): Promise<Buffer | null>;
  take(count: number): Promise<Buffer[]>;
  readonly ended: Promise<void>;
}

export function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1' });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve(lineOf(socket)));
  });
}

export function openTlsLine(
  port: number,
  certificate: { readonly cert: string; readonly key: string } | null,
): Promise<Line> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...certificate });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => resolve(lineOf(socket)));
  });
}

function lineOf(socket: Socket): Line {
  const deframer = new Deframer(iso87.framing);
  const arrived: Buffer[] = [];
  let isOver = false;
  let wake: (() => void) | null = null;
  const wakeUp = (): void => {
    wake?.();
    wake = null;
  };
  socket.on('data', (chunk: Buffer) => {
    deframer.push(chunk);
    for (let taken = deframer.take(); taken.is === 'message'; taken = deframer.take()) {
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(taken.body.length);
      arrived.push(Buffer.concat([prefix, taken.body]));
    }
    wakeUp();
  });
  socket.on('error', () => socket.destroy());
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isOver = true;
      wakeUp();
      resolve();
    });
  });
  const next = async (): Promise<Buffer | null> => {
    while (arrived.length === 0 && !isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return arrived.shift() ?? null;
  };
  return {
    socket,
    ended,
    next,
    send: (...bytes) => {
      for (const each of bytes) socket.write(each);
    },
    take: async (count) => {
      const messages: Buffer[] = [];
      while (messages.length < count) {
        const message = await next();
        if (message === null)
          throw new Error(`the line ended after ${messages.length} of ${count}`);
        messages.push(message);
      }
      return messages;
    },
  };
}
