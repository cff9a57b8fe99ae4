import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';

import { assert } from '../../kernel/assert.ts';
import { isLoopback } from '../../kernel/loopback.ts';
import { Connection } from './connection.ts';
import type { ConnectionBounds } from './connection.ts';
import type { ExchangeParts, TerminalDirectory } from './contract.ts';
import { createExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { readAddresses } from './peer.ts';
import type { Peer } from './peer.ts';

export interface TillTls {
  readonly cert: string; // PEM
  readonly key: string; // PEM
  /** Authorities of the tills' certificates; null: known tills only, by fingerprint (R30). */
  readonly clientAuthorities: string | null;
}

export interface TillBounds extends ConnectionBounds {
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number; // so that no caller keeps all others out
  readonly terminalsMax: number; // per connection
}

export const TILL_BOUNDS: TillBounds = {
  connectionsMax: 1_000,
  connectionsPerAddressMax: 250,
  terminalsMax: 1_000,
  inFlightMax: 256,
  idleMs: 15 * 60_000,
  partialMs: 10_000,
  writeMs: 30_000,
};

export interface TillHostParts extends ExchangeParts {
  readonly host: string;
  readonly port: number; // 0: any that is free
  readonly tls: TillTls | null;
  readonly bounds: TillBounds;
}

export interface TillHost {
  readonly host: string;
  readonly port: number;
  connectionsOpen(): number;
  /**
   * Stops accepting, answers what is under way, and ends every line; cuts what is left after
   * `drainMs`.
   */
  close(drainMs: number): Promise<void>;
}

/** A host that must not start; the message says what to do. */
export class TillNotProtected extends Error {
  override readonly name = 'TillNotProtected';
}

/**
 * Starts to listen. Rejects with `TillNotProtected` when tills could call from outside without
 * being known (R30), and with the system's error when the port cannot be had.
 */
export async function startTillHost(parts: TillHostParts): Promise<TillHost> {
  assertProtected(parts.host, parts.tls, parts.directory);
  const exchange = createExchange(parts);
  const connections = new Set<Connection>();
  const server =
    parts.tls === null
      ? createServer({ allowHalfOpen: true }, (socket) => {
          accept(parts, exchange, connections, { socket, certificateFingerprint: null });
        })
      : createTlsHost(parts, parts.tls, exchange, connections);
  const sockets = new Set<Socket>(); // also those that have not shaken hands
  server.on('connection', (socket: Socket) => {
    if (isCrowded(sockets, socket, parts.bounds.connectionsPerAddressMax)) {
      const facts = { address: socket.remoteAddress };
      parts.log.warn(facts, 'till: too many connections of one address, one was closed');
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = parts.bounds.connectionsMax;
  server.on('drop', (dropped) => {
    const facts = { address: dropped?.remoteAddress, connectionsMax: parts.bounds.connectionsMax };
    parts.log.warn(facts, 'till: too many connections, one was closed');
  });
  await listen(server, parts);
  const address = server.address() as AddressInfo;
  return {
    host: parts.host,
    port: address.port,
    connectionsOpen: () => connections.size,
    close: (drainMs) => close(server, connections, sockets, drainMs),
  };
}

function isCrowded(sockets: ReadonlySet<Socket>, { remoteAddress }: Socket, max: number): boolean {
  let count = 0;
  for (const socket of sockets) if (socket.remoteAddress === remoteAddress) count += 1;
  return count >= max;
}

/**
 * R30: beyond loopback every active till is known by a certificate that we ask for, or by its
 * address.
 */
function assertProtected(host: string, tls: TillTls | null, directory: TerminalDirectory): void {
  const unprotected: string[] = [];
  for (const terminal of directory.active()) {
    readAddresses(terminal.addresses);
    const isKnown =
      terminal.addresses.length > 0
        ? terminal.certificateFingerprint === null || tls !== null
        : terminal.certificateFingerprint !== null && tls !== null;
    if (!isKnown) unprotected.push(`${terminal.merchantCode}/${terminal.terminalCode}`);
  }
  if (unprotected.length === 0 || isLoopback(host)) return;
  const named = unprotected.slice(0, 10).join(', ');
  const more = unprotected.length > 10 ? ` and ${unprotected.length - 10} more` : '';
  throw new TillNotProtected(
    `The till does not start on ${host}: these could be anybody: ${named}${more}. Give each ` +
      'an address list, or a certificate fingerprint together with TLS, or listen on 127.0.0.1.',
  );
}

/**
 * Asks every caller for a certificate. The handshake proves its key; the exchange compares its
 * hash.
 */
function createTlsHost(
  parts: TillHostParts,
  tls: TillTls,
  exchange: Exchange,
  connections: Set<Connection>,
): Server {
  const server = createTlsServer(
    {
      cert: tls.cert,
      key: tls.key,
      minVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: tls.clientAuthorities !== null,
      ...(tls.clientAuthorities !== null && { ca: tls.clientAuthorities }),
      handshakeTimeout: parts.bounds.partialMs,
      allowHalfOpen: true,
    },
    (socket: TLSSocket) => {
      const certificateFingerprint = socket.getPeerCertificate()?.fingerprint256 ?? null;
      accept(parts, exchange, connections, { socket, certificateFingerprint });
    },
  );
  server.on('tlsClientError', (error, socket) => {
    const facts = { address: socket.remoteAddress, error: error.message };
    parts.log.warn(facts, 'till: a line could not be secured');
    socket.destroy();
  });
  return server;
}

function accept(
  parts: TillHostParts,
  exchange: Exchange,
  connections: Set<Connection>,
  came: { readonly socket: Socket; readonly certificateFingerprint: string | null },
): void {
  const { socket, certificateFingerprint } = came;
  const peer: Peer = {
    address: socket.remoteAddress ?? '',
    certificateFingerprint,
    terminals: new Map(),
    terminalsMax: parts.bounds.terminalsMax,
  };
  const [dialect] = exchange.dialects;
  assert(dialect !== undefined, 'a host has a dialect');
  const bodyMaxBytes = Math.max(...exchange.dialects.map((each) => each.framing.bodyMaxBytes));
  const connection = new Connection({
    socket,
    framing: { ...dialect.framing, bodyMaxBytes },
    exchange,
    peer,
    bounds: parts.bounds,
    log: parts.log,
    onClosed: (closed) => connections.delete(closed),
  });
  connections.add(connection);
}

function listen(server: Server, { host, port, log }: TillHostParts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject);
      server.on('error', (error) => log.error({ error }, 'till: the server failed'));
      resolve();
    });
  });
}

async function close(
  server: Server,
  connections: Set<Connection>,
  sockets: Set<Socket>,
  drainMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const connection of connections) connection.drain();
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, drainMs);
  await closed;
  clearTimeout(timer);
}
