import type pg from 'pg';
import { Pool } from './pool.ts';
import { pooledConnection } from './pooled.ts';
import type { Connection, Database } from './queryable.ts';
import { readNow } from './read-now.ts';
import { COMMON_SETTINGS, limitSettings, Session, type SessionLimits } from './session.ts';

export interface PostgresOptions extends SessionLimits {
  readonly url: string; // postgres://user:password@host:5432/name?sslmode=verify-full
  readonly sessionsMax: number; // shared by everything but the writers, which have one each
}

/** A machine that swallows packets would be waited for for minutes. */
const CONNECTS_WITHIN_MS = 10_000;

export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const config: pg.ClientConfig = {
    connectionString: options.url,
    keepAlive: true,
    connectionTimeoutMillis: CONNECTS_WITHIN_MS,
  };
  const open = () => Session.open(config, [...COMMON_SETTINGS, ...limitSettings(options)]);
  const pools = new Set<Pool>();

  function connectBy(sessionsMax: number): Connection {
    const pool = new Pool(open, sessionsMax);
    pools.add(pool);
    return pooledConnection(pool, options.idleInTransactionTimeoutMs, async () => {
      pools.delete(pool);
      await pool.close();
    });
  }

  const shared = connectBy(options.sessionsMax);
  const database: Database = {
    ...shared,
    kind: 'postgres',
    connect: () => connectBy(1),
    readNow: () => readNow(shared),
    async close() {
      await Promise.all([...pools].map((pool) => pool.close()));
    },
  };
  await database.readNow(); // a wrong address is told at once
  return database;
}
