import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where `npm run build` puts the application. */
const BUILT = fileURLToPath(new URL('../../dist/console/', import.meta.url));
const FOR_EVER = 'public, max-age=31536000, immutable';

/** No script, style, picture or typeface but our own, nothing written into the page itself, no frame around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

interface Served {
  readonly type: string;
  readonly plain: Buffer;
  readonly zipped: Buffer | null;
  readonly isForEver: boolean; // its name changes with its content
}

/** The built application from memory: a name from outside never becomes a path. */
export function serveApplication(server: FastifyInstance): void {
  const files = readBuilt();
  const page = files.get('index.html');
  const config = { consolePermission: 'anyone' } as const;
  const schema = { hide: true };
  const servePage = (request: FastifyRequest, reply: FastifyReply) =>
    page === undefined ? sendNotBuilt(reply) : send(request, reply, page);
  server.get('/console', { config, schema }, servePage);
  server.get('/console/*', { config, schema }, (request, reply) => {
    const { '*': name = '' } = request.params as Record<string, string>;
    const file = files.get(name);
    if (file !== undefined) return send(request, reply, file);
    // Addresses of the application's own pages; what looks like a file is none of them.
    return extname(name) === '' && !name.startsWith('api/')
      ? servePage(request, reply)
      : reply.callNotFound();
  });
}

function send(request: FastifyRequest, reply: FastifyReply, file: Served): FastifyReply {
  const isZipped =
    file.zipped !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (isZipped) reply.header('content-encoding', 'gzip');
  return reply
    .header('cache-control', file.isForEver ? FOR_EVER : 'no-cache')
    .header('vary', 'accept-encoding')
    .header('content-security-policy', POLICY)
    .type(file.type)
    .send(isZipped ? file.zipped : file.plain);
}

function sendNotBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send(
      '管理画面がまだ作られていません。npm run build を実行してください。\nThe console is not built yet: npm run build\n',
    );
}

function readBuilt(): ReadonlyMap<string, Served> {
  const files = new Map<string, Served>();
  for (const entry of listBuilt()) {
    const plain = readFileSync(join(BUILT, entry));
    const name = entry.split(sep).join('/');
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const isText = !['.png', '.woff2'].includes(extname(name));
    files.set(name, {
      type,
      plain,
      zipped: isText ? gzipSync(plain, { level: 9 }) : null,
      isForEver: name.startsWith('assets/'),
    });
  }
  return files;
}

function listBuilt(): string[] {
  try {
    return readdirSync(BUILT, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(BUILT, join(entry.parentPath, entry.name)));
  } catch {
    return []; // not built
  }
}
