import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, openDatabase, type Database } from '../src/kernel/database/index.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';

/** Durable, and sized as a small production server is; everything else is PostgreSQL's default. */
export const POSTGRES_SETTINGS: Record<string, string> = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  wal_compression: 'pglz',
};

export interface BenchPostgres {
  readonly url: string;
  readonly postmasterPid: number;
  open(): Promise<Database>;
  stop(): Promise<void>;
}

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const server = await startPostgresServer(POSTGRES_SETTINGS);
  const admin = await openDatabase({ url: server.urlOf('postgres'), sessionsMax: 1 });
  await admin.script('create database bench');
  await admin.close();
  const url = server.urlOf('bench');
  const database = await openDatabase({ url });
  await migrate(database);
  await database.close();
  const postmasterPid = Number(
    readFileSync(join(server.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  return {
    url,
    postmasterPid,
    open: () => openDatabase({ url, sessionsMax: 8 }),
    stop: () => server.stop(),
  };
}
