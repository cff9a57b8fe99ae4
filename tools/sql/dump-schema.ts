/** `npm run schema` writes `migrations/schema.sql`; `npm run schema:check` fails when what is there differs. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { MIGRATIONS } from '../../src/kernel/database/index.ts';
import { migratedImage } from '../../src/kernel/database/migrated-image.ts';
import { openPglite } from '../../src/kernel/database/pglite.ts';
import { dumpSchema } from './schema.ts';

if (import.meta.main) process.exitCode = await run(process.argv.includes('--check'));

async function run(isCheck: boolean): Promise<number> {
  const file = new URL('schema.sql', MIGRATIONS);
  const text = await schemaOfMigrations();
  const there = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  if (there === text) return 0;
  if (isCheck) {
    console.error('migrations/schema.sql differs from what npm run schema would write');
    return 1;
  }
  await writeFile(file, text);
  console.log('wrote migrations/schema.sql');
  return 0;
}

async function schemaOfMigrations(): Promise<string> {
  const database = await openPglite({
    lockTimeoutMs: 0,
    idleInTransactionTimeoutMs: 60_000,
    image: await migratedImage(),
  });
  const text = await dumpSchema(database);
  await database.close();
  return text;
}
