/**
 * `npm run sql` writes `<file>.sql.ts` beside every `src/**` + `/*.sql`: a typed function for each statement,
 * its types asked of a migrated PGlite. `npm run sql:check` fails when what is there differs.
 */
import { existsSync } from 'node:fs';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { migratedImage } from '../../src/kernel/database/migrated-image.ts';
import { describeStatement } from './describe.ts';
import { parseSqlFile } from './parse.ts';
import { writeTypeScript } from './write.ts';

if (import.meta.main) {
  process.chdir(new URL('../../', import.meta.url).pathname);
  process.exitCode = await run(process.argv.includes('--check'));
}

async function run(isCheck: boolean): Promise<number> {
  const sources = (await Array.fromAsync(glob('src/**/*.sql'))).toSorted();
  const database = await PGlite.create({ loadDataDir: new Blob([await migratedImage()]) });
  let problems = 0;
  for (const source of sources) {
    try {
      const text = await generateFile(database, source, await readFile(source, 'utf8'));
      problems += await place(`${source}.ts`, text, isCheck);
    } catch (error) {
      console.error(`${source}: ${(error as Error).message}`);
      problems += 1;
    }
  }
  for await (const generated of glob('src/**/*.sql.ts')) {
    if (existsSync(generated.slice(0, -'.ts'.length))) continue;
    problems += await remove(generated, isCheck);
  }
  await database.close();
  return problems > 0 ? 1 : 0;
}

/** The generated text of one file of statements; `source` is its path from the root. */
export async function generateFile(database: PGlite, source: string, sql: string): Promise<string> {
  const statements = [];
  for (const statement of parseSqlFile(sql)) {
    try {
      statements.push(await describeStatement(database, statement));
    } catch (error) {
      throw new Error(`${statement.name}: ${whereAndWhat(error, statement.text)}`, {
        cause: error,
      });
    }
  }
  const kernelPath = relative(dirname(source), 'src/kernel');
  const dotted = kernelPath.startsWith('.') ? kernelPath : `./${kernelPath}`;
  return writeTypeScript({ source, kernelPath: dotted.replace(/\/$/, ''), statements });
}

/** The server says where in the statement it stopped: show that line. */
function whereAndWhat(error: unknown, text: string): string {
  const { message, position } = error as Error & { position?: string };
  if (!position) return message;
  const before = text.slice(0, Number(position) - 1);
  const line = before.split('\n').length;
  return `${message} (line ${line}: ${text.split('\n')[line - 1]?.trim()})`;
}

async function place(path: string, text: string, isCheck: boolean): Promise<number> {
  const there = existsSync(path) ? await readFile(path, 'utf8') : undefined;
  if (there === text) return 0;
  if (isCheck) {
    console.error(`${path} differs from what npm run sql would write`);
    return 1;
  }
  await writeFile(path, text);
  console.log(`wrote ${path}`);
  return 0;
}

async function remove(path: string, isCheck: boolean): Promise<number> {
  if (isCheck) {
    console.error(`${path} has no .sql file any more`);
    return 1;
  }
  await rm(path);
  console.log(`removed ${path}`);
  return 0;
}
