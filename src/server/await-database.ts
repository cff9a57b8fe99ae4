import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fastify, type FastifyServerOptions } from 'fastify';
import type { Config } from '../kernel/config.ts';
import { openDatabase, type Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { keptStatusSite } from '../web/index.ts';
import { STATUS_FOLDER } from './open-incidents.ts';
import type { TlsFiles } from './tls-files.ts';
import { atDoor } from './try-doors.ts';

const TRIED_EVERY_MS = 1_000;

interface Awaiting {
  readonly config: Config;
  readonly tls: TlsFiles;
  readonly log: Logger;
}

/**
 * Opens the database. Where it is a server that does not answer, and one of ours ran here before, the public status
 * that was kept on disk is served until it does: an outage is when people look. Everything else is told to come back.
 */
export async function awaitDatabase({ config, tls, log }: Awaiting): Promise<Database> {
  const { databaseUrl: url, dataFolder, poolSize } = config;
  if (url === null) return openDatabase({ folder: dataFolder });
  const open = (): Promise<Database> => openAnswering(url, poolSize);
  try {
    return await open();
  } catch (error) {
    const kept = await keptStatusSite(join(dataFolder, STATUS_FOLDER));
    if (kept === null || !isAway(error)) throw error;
    log.error({ error }, 'the database does not answer: only the kept public status is served');
    const secured = tls.http === null ? {} : { https: tls.http };
    const server = fastify(secured as FastifyServerOptions);
    server.setNotFoundHandler((_request, reply) =>
      reply.code(503).header('retry-after', '5').send({ code: 'not_ready' }),
    );
    await server.register(kept);
    const { host, port } = config.http;
    await atDoor('http', config.http, () => server.listen({ host, port }));
    try {
      for (;;) {
        await setTimeout(TRIED_EVERY_MS);
        const found = await open().catch((again: unknown) => {
          if (!isAway(again)) throw again;
        });
        if (found !== undefined) return found;
      }
    } finally {
      await server.close();
    }
  }
}

async function openAnswering(url: string, sessionsMax: number): Promise<Database> {
  const database = await openDatabase({ url, sessionsMax });
  try {
    await database.readNow();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Nobody listens there, or it is still starting or stopping; a wrong password or name is told at once. */
const AWAY = /ENOENT|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|57P0[1-3]/;

function isAway(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code = '' } = each as NodeJS.ErrnoException;
    if (AWAY.test(code) || AWAY.test(each.message)) return true;
    if (each instanceof AggregateError && each.errors.some(isAway)) return true;
  }
  return false;
}
