/** The public record on disk: what is served before the database answers, and when the server starts without. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Locale } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Edition, Rendered, StatusType } from './edition.ts';

const INDEX = 'pages.json';

interface KeptPage {
  readonly path: string;
  readonly locale: Locale;
  readonly file: string;
  readonly type: StatusType;
  readonly etag: string;
  readonly madeAt: number;
}

/** Each file whole or as it was before. A disk that is full stops no page: memory has it. */
export async function keepOnDisk(folder: string, edition: Edition, log: Logger): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const index: KeptPage[] = [];
    for (const { path, locale } of edition.kept) {
      const page = edition.find(path, locale);
      if (page === undefined) continue;
      const file = `${path.slice(1).replaceAll('/', '_')}.${locale}`;
      await writeWhole(join(folder, file), page.plain);
      const { type, etag, madeAt } = page;
      index.push({ path, locale, file, type, etag, madeAt });
    }
    await writeWhole(join(folder, INDEX), Buffer.from(JSON.stringify(index)));
  } catch (error) {
    log.warn({ error, folder }, 'the status page was not written to disk');
  }
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, file);
}

export type FindKept = (path: string, locale: Locale) => Rendered | undefined;

/** What was kept by the server that ran before; null where there is nothing that can be read. */
export async function readKept(folder: string): Promise<FindKept | null> {
  try {
    const index = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as readonly KeptPage[];
    const pages = new Map<string, Rendered>();
    for (const { path, locale, file, type, etag, madeAt } of index) {
      const plain = await readFile(join(folder, file));
      const zipped = gzipSync(plain);
      pages.set(`${locale} ${path}`, { type, locale, plain, zipped, etag, madeAt });
    }
    return (path, locale) => pages.get(`${locale} ${path}`);
  } catch {
    return null;
  }
}
