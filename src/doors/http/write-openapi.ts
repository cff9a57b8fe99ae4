/**
 * Writes openapi.json from the routes (`npm run openapi`), or says that it differs (`--check`).
 * The server is made and never listens, so nothing behind the routes is needed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { wallClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import type { AdminParts } from './admin.ts';
import { administration } from './admin-routes.ts';
import { cardBase, type CardBaseParts } from './card-base-routes.ts';
import { openApiText } from './openapi.ts';
import { orderRoutes } from './order-routes.ts';
import { checkRoutes, type CheckRouteParts } from './check-routes.ts';
import { deskRoutes, type DeskRouteParts } from './desk-routes.ts';
import type { HttpParts } from './parts.ts';
import { questionRoutes, type QuestionRouteParts } from './question-routes.ts';
import { createHttpServer } from './server.ts';
import { suspensionRoutes, type SuspensionParts } from './suspension-routes.ts';

const FILE = new URL('../../../openapi.json', import.meta.url);

const parts = {
  clock: wallClock,
  log: silentLog(),
  metrics: createMetrics({ withProcess: false }),
} as HttpParts;

const { fastify } = await createHttpServer(parts, {
  keyedPlugins: [
    administration({} as AdminParts),
    cardBase({} as CardBaseParts),
    suspensionRoutes({} as SuspensionParts),
    questionRoutes({} as QuestionRouteParts),
    deskRoutes({} as DeskRouteParts),
    checkRoutes({} as CheckRouteParts),
    orderRoutes({} as Parameters<typeof orderRoutes>[0]),
  ],
});
const text = openApiText(fastify);
if (!process.argv.includes('--check')) await writeFile(FILE, text);
else if (text !== (await readFile(FILE, 'utf8').catch(() => ''))) {
  process.stderr.write('openapi.json differs from the routes: npm run openapi\n');
  process.exitCode = 1;
}
