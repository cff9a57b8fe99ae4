/** A PostgreSQL on another machine is spoken to over TLS, as its address asks for: against a real server. */
import { deepEqual, rejects } from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import selfsigned from 'selfsigned';
import {
  hasPostgresBinaries,
  startPostgresServer,
  unprivilegedUser,
} from '../../../test/support/postgres-server.ts';
import { openDatabase } from './index.ts';

const IS_ENCRYPTED = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

void test(
  'TLS is used as the address asks, and a server with a certificate of somebody else is refused',
  { skip: !hasPostgresBinaries() },
  async (context) => {
    const folder = temporaryFolder(context);
    const server = await certificateIn(folder, 'server');
    const stranger = await certificateIn(folder, 'stranger');
    const port = await freePort();
    const postgres = await startPostgresServer({
      ssl: 'on',
      ssl_cert_file: server.certificate,
      ssl_key_file: server.key,
      listen_addresses: '127.0.0.1',
      port: String(port),
    });
    context.after(() => postgres.stop());
    const url = (query: string) => `postgres://postgres@127.0.0.1:${port}/postgres?${query}`;
    const ask = async (query: string): Promise<unknown> => {
      const database = await openDatabase({ url: url(query), sessionsMax: 1 });
      try {
        return (await database.query(IS_ENCRYPTED))[0]?.['ssl'];
      } finally {
        await database.close();
      }
    };
    deepEqual(await ask(`sslmode=verify-full&sslrootcert=${server.certificate}`), true);
    deepEqual(await ask('sslmode=disable'), false);
    await rejects(ask(`sslmode=verify-full&sslrootcert=${stranger.certificate}`), /self-signed/);
    await rejects(ask('sslmode=verify-full'), /self-signed/, 'signed by nobody known');
  },
);

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-tls-'));
  chmodSync(folder, 0o755);
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  listening.close();
  return port;
}

interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The key is its server's alone, else PostgreSQL refuses it. */
async function certificateIn(folder: string, name: string): Promise<CertificateFiles> {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  const made = await selfsigned.generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  writeFileSync(files.certificate, made.cert);
  chmodSync(files.certificate, 0o644); // whatever umask an embedded database has set
  writeFileSync(files.key, made.private, { mode: 0o600 });
  const owner = unprivilegedUser();
  if (owner) chownSync(files.key, owner.uid, owner.gid);
  return files;
}
