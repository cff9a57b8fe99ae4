import { hashSecret, type KeyRing } from '../kernel/crypto.ts';
import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Caller, Client, ClientFunding } from './client.ts';
import type { ClientDirectory, SigningKeyRow, TerminalRow } from './directory.ts';
import {
  readApiKeys,
  readClients,
  readDirectoryVersion,
  readSigningKeys,
  readTerminals,
} from './read-directory.sql.ts';
import { isScope } from './scopes.ts';

/** How long a revoked key still works at most, in a process that did not revoke it. */
export const DIRECTORY_AGE_MAX_MS = 1_000;

export interface DirectoryHolder extends ClientDirectory {
  findClientById(clientId: number): Client | undefined;
  /** Reads anew if anything has changed: after a change of one's own, and once a second. */
  refresh(): Promise<void>;
  close(): void;
}

interface Directory {
  readonly version: bigint;
  readonly callers: ReadonlyMap<string, Caller>; // by SHA-256 of the key
  readonly clients: ReadonlyMap<string, Client>; // by issuer and key
  readonly clientsById: ReadonlyMap<number, Client>;
  readonly terminals: ReadonlyMap<string, TerminalRow>; // by both codes
  readonly signingKeys: ReadonlyMap<string, SigningKeyRow>;
}

export interface DirectoryParts {
  readonly database: Queryable;
  readonly keyRing: KeyRing;
  readonly log: Logger;
}

/** The directory in memory, so that a request costs no round trip; a cheap question a second keeps it new. */
export async function holdDirectory(parts: DirectoryParts): Promise<DirectoryHolder> {
  const { database, keyRing, log } = parts;
  let known = await readDirectory(database, keyRing);
  let refreshing: Promise<void> | undefined;

  async function refreshOnce(): Promise<void> {
    const [row] = await readDirectoryVersion(database);
    if (present(row, 'an aggregate has a row').version === known.version) return;
    known = await readDirectory(database, keyRing);
  }

  function refresh(): Promise<void> {
    refreshing ??= refreshOnce().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  const timer = setInterval(() => {
    refresh().catch((error: unknown) =>
      log.warn({ error }, 'the directory of clients was not read'),
    );
  }, DIRECTORY_AGE_MAX_MS);
  timer.unref();

  return {
    findCaller: (apiKey) => known.callers.get(keyName(hashSecret(apiKey))),
    findClient: (issuerId, key) => known.clients.get(`${issuerId}/${key}`),
    findClientById: (clientId) => known.clientsById.get(clientId),
    findTerminal: (merchantCode, terminalCode) =>
      known.terminals.get(`${merchantCode}/${terminalCode}`),
    *activeTerminals() {
      for (const terminal of known.terminals.values()) if (terminal.isActive) yield terminal;
    },
    findSigningKey: (accessKeyId) => known.signingKeys.get(accessKeyId),
    // A read under way may have begun before the change that the caller wants to see.
    refresh: async () => {
      await refreshing;
      await refresh();
    },
    close: () => clearInterval(timer),
  };
}

async function readDirectory(database: Queryable, keyRing: KeyRing): Promise<Directory> {
  // The version first: what changes while the rest is read is read again the next time.
  const [versionRow] = await readDirectoryVersion(database);
  const [clientRows, apiKeyRows, terminalRows, signingKeyRows] = await Promise.all([
    readClients(database),
    readApiKeys(database),
    readTerminals(database),
    readSigningKeys(database),
  ]);
  const byId = new Map<number, Client>();
  for (const row of clientRows)
    byId.set(row.clientId, { ...row, funding: row.funding as ClientFunding });
  const clientOf = (clientId: number) => present(byId.get(clientId), 'a key belongs to a client');
  return {
    version: present(versionRow, 'an aggregate has a row').version,
    callers: new Map(
      apiKeyRows.map((row) => [
        keyName(row.keyHash),
        {
          client: clientOf(row.clientId),
          apiKeyId: row.apiKeyId,
          scopes: new Set(row.scopes.filter(isScope)),
        },
      ]),
    ),
    clientsById: byId,
    clients: new Map(
      [...byId.values()].map((client) => [`${client.issuerId}/${client.key}`, client]),
    ),
    terminals: new Map(terminalRows.map((row) => [`${row.merchantCode}/${row.terminalCode}`, row])),
    signingKeys: new Map(
      signingKeyRows.map((row) => [
        row.accessKeyId,
        {
          accessKeyId: row.accessKeyId,
          secretAccessKey: keyRing.unseal(row.secretSealed),
          partnerId: row.partnerId,
          client: clientOf(row.clientId),
          productId: row.productId,
          isSandbox: row.isSandbox,
          callsPerSecondMax: row.callsPerSecond,
        },
      ]),
    ),
  };
}

function keyName(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');
}
