import type { FastifyInstance } from 'fastify';
import { registerAssets } from '../assets.ts';
import { readKept } from './status-folder.ts';
import { registerStatus } from './status-routes.ts';

/**
 * The public record as the server that ran before left it on disk, for one that starts while the database is away. Its
 * pages say of when they are. Null: nothing was kept.
 */
export async function keptStatusSite(folder: string) {
  const find = await readKept(folder);
  if (find === null) return null;
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    registerAssets(server);
    registerStatus(server, { find });
    done();
  };
}
