import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import chromiumBinary from '@sparticuz/chromium';

/**
 * The browser of the npm package, unpacked once on a machine. The package itself writes it where every process looks for
 * it, and a process that comes while another is still writing starts half a browser (ETXTBSY): so it is unpacked aside,
 * and put in its place whole.
 */
export async function unpackBrowser(): Promise<string> {
  const unpacked = join(tmpdir(), `kinken-chromium-${packageVersion()}-${process.getuid?.() ?? 0}`);
  if (existsSync(unpacked)) return join(unpacked, 'chromium');
  const making = mkdtempSync(`${unpacked}-`);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = making; // where the package unpacks to
  try {
    await chromiumBinary.executablePath();
    if (!existsSync(unpacked)) renameSync(making, unpacked);
  } catch (error) {
    if (!existsSync(unpacked)) throw error; // there now: another process was first
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(making, { recursive: true, force: true });
  }
  return join(unpacked, 'chromium');
}

function packageVersion(): string {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const file = join(dirname(dirname(main)), 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
