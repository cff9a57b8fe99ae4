/**
 * What pages need beside their text: styles, a typeface and, for passkeys alone, a script, all served by ourselves, so that no page
 * tells a third party who looks at it. Read at the start; addresses change with the content.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);
const FONT_FOLDER = dirname(require.resolve('@fontsource/biz-udpgothic/package.json'));
const FOR_EVER = 'public, max-age=31536000, immutable';

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  /** Made when it is first asked for: at the start it would take 0.1 s. */
  readonly zipped: () => Buffer;
}

const STYLES = readStyles();
const STYLES_NAME = `kinken-${digest(STYLES.plain)}.css`;

/** Where the one style sheet of all pages is. */
export const STYLES_ADDRESS = `/assets/${STYLES_NAME}`;

const PASSKEYS = readScript();
const PASSKEYS_NAME = `passkeys-${digest(PASSKEYS.plain)}.js`;

/** Where the one script is: passkeys cannot be had without. */
export const PASSKEYS_ADDRESS = `/assets/${PASSKEYS_NAME}`;

/** Old pages may ask for the styles of the version before: they get today's, and ask again soon. */
export function registerAssets(server: FastifyInstance): void {
  server.get('/assets/:name', { schema: { hide: true } }, async (request, reply) => {
    const { name } = request.params as { name: string };
    const isStyles = /^kinken-[0-9a-f]{12}\.css$/.test(name);
    if (!isStyles && !/^passkeys-[0-9a-f]{12}\.js$/.test(name)) return reply.callNotFound();
    const asset = isStyles ? STYLES : PASSKEYS;
    const isCurrent = name === STYLES_NAME || name === PASSKEYS_NAME;
    const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (takesGzip) reply.header('content-encoding', 'gzip');
    return reply
      .header('cache-control', isCurrent ? FOR_EVER : 'public, max-age=60')
      .header('vary', 'accept-encoding')
      .type(asset.type)
      .send(takesGzip ? asset.zipped() : asset.plain);
  });

  let fonts: Promise<ReadonlySet<string>> | undefined;
  server.get('/assets/fonts/:name', { schema: { hide: true } }, async (request, reply) => {
    const { name } = request.params as { name: string };
    fonts ??= listFonts();
    // Only what the package holds: a name from outside never becomes a path.
    if (!(await fonts).has(name)) return reply.callNotFound();
    const font = await readFile(join(FONT_FOLDER, 'files', name));
    return reply.header('cache-control', FOR_EVER).type('font/woff2').send(font);
  });
}

function readStyles(): Asset {
  const tokens = require.resolve('@digital-go-jp/design-tokens/dist/tokens.css');
  const sheets = [
    fontFaces('400.css'),
    fontFaces('700.css'),
    readFileSync(tokens, 'utf8'),
    readFileSync(new URL('./look/colours.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/kinken.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/status.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/why.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/buy.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/check.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/gifts.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/wallet.css', import.meta.url), 'utf8'),
    readFileSync(new URL('./look/account.css', import.meta.url), 'utf8'),
  ];
  const plain = Buffer.from(sheets.map(withoutComments).join('\n'));
  return assetOf('text/css; charset=utf-8', plain);
}

function readScript(): Asset {
  const plain = readFileSync(new URL('./look/passkeys.js', import.meta.url));
  return assetOf('text/javascript; charset=utf-8', plain);
}

function assetOf(type: string, plain: Buffer): Asset {
  let zipped: Buffer | undefined;
  return { type, plain, zipped: () => (zipped ??= gzipSync(plain, { level: 9 })) };
}

/** Every browser that reads our style sheet reads woff2. */
function fontFaces(sheet: string): string {
  return readFileSync(join(FONT_FOLDER, sheet), 'utf8')
    .replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, '')
    .replaceAll('./files/', '/assets/fonts/');
}

function withoutComments(sheet: string): string {
  return sheet
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\n\s+/g, '\n')
    .trim();
}

async function listFonts(): Promise<ReadonlySet<string>> {
  const files = await readdir(join(FONT_FOLDER, 'files'));
  return new Set(files.filter((name) => name.endsWith('.woff2')));
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
