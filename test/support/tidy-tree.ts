/** What the tidy test looks at: the files of the tree, who imports what, and how long functions are. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface TreeFile {
  readonly path: string; // from the root, with slashes
  readonly text: string;
}

export interface Import {
  readonly from: string;
  readonly to: string; // a path of the tree, or the name of a package
  readonly isOurs: boolean;
}

/** Made, fetched or kept by somebody's own machine: not of the tree. */
const NOT_LOOKED_AT = new Set(['node_modules', '.git', 'data', 'dist', 'tmp', 'coverage']);
const TEXT =
  /\.(ts|tsx|js|mjs|sql|md|json|css|html|sh|csv|yml|yaml)$|(^|\/)(\.ci\/run|bin\/kinken)$/;

export function readTree(): TreeFile[] {
  const files: TreeFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      if (NOT_LOOKED_AT.has(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (TEXT.test(path)) files.push({ path, text: readFileSync(join(ROOT, path), 'utf8') });
    }
  };
  walk('');
  return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

export function isGenerated({ path }: TreeFile): boolean {
  return (
    path.endsWith('.sql.ts') ||
    ['migrations/schema.sql', 'openapi.json', 'package-lock.json'].includes(path)
  );
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/') || path.includes('/testing/');
}

export function isCode({ path }: TreeFile): boolean {
  return /\.tsx?$/.test(path) && !path.endsWith('.d.ts');
}

/** The same lines without what stands in comments. */
export function codeOf({ text }: TreeFile): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

export function importsOf(file: TreeFile): Import[] {
  const found: Import[] = [];
  const code = codeOf(file);
  for (const pattern of [
    /^(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'/gm,
    /^import\s+'([^']+)'/gm,
    /\bimport\(\s*'([^']+)'\s*\)/g,
    /new (?:URL|Worker)\(\s*'(\.[^']+\.ts)'/g,
    /<script type="module" src="([^"]+)"/g, // a page that the build begins with
  ]) {
    for (const [, specifier = ''] of code.matchAll(pattern)) {
      const isOurs = specifier.startsWith('.');
      const to = isOurs
        ? normalize(join(dirname(file.path), specifier)).replaceAll('\\', '/')
        : specifier.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1');
      found.push({ from: file.path, to, isOurs });
    }
  }
  return found;
}

/** `src/doors/till/host.ts` is of `doors/till`, `src/ledger/books.ts` of `ledger`, `src/main.ts` of `main`. */
export function moduleOf(path: string): string | null {
  const [top, noun = '', door = ''] = path.split('/');
  if (top !== 'src') return null;
  if (noun === 'doors') return `doors/${door}`;
  return noun.replace(/\.ts$/, '');
}

export interface FunctionLength {
  readonly header: string;
  readonly lines: number; // its own: neither blank ones, nor comments, nor of functions inside it
}

const HEADERS = [
  /\bfunction\b.*\{$/,
  /=> \{$/,
  /^\s*\)(: .+)? \{$/, // the end of a header of several lines
  /^\s+(?!(?:if|for|while|switch|catch)\b)(?:(?:async|static|get|set|override) )*[*#]?\w+\(.*\)(: .+)? \{$/,
];

/** A function or method with a name of its own: it is read, and counted, by itself. */
const NAMED = [HEADERS[0]!, HEADERS[3]!];

/**
 * The tree is formatted, so a function ends at the next `}` that stands as far in as its header. What stands
 * in functions inside it is theirs, so a function that makes an object of functions is as long as its own lines.
 */
export function functionsOf(file: TreeFile): FunctionLength[] {
  const lines = codeOf(file).split('\n');
  const found: FunctionLength[] = [];
  for (const [at, line] of lines.entries()) {
    if (!HEADERS.some((header) => header.test(line))) continue;
    found.push({ header: headerOf(lines, at), lines: ownLines(lines, at, endOf(lines, at)) });
  }
  return found;
}

function endOf(lines: readonly string[], at: number): number {
  const indent = (/^\s*(?:[?:] )?/.exec(lines[at] ?? '')?.[0] ?? '').replace(/[?:]/, ' ');
  const length = lines.slice(at + 1).findIndex((later) => later.startsWith(`${indent}}`));
  return length === -1 ? lines.length - 1 : at + 1 + length;
}

function ownLines(lines: readonly string[], from: number, to: number): number {
  let count = 0;
  for (let at = from; at <= to; at += 1) {
    const line = lines[at] ?? '';
    if (at > from && NAMED.some((header) => header.test(line))) at = endOf(lines, at);
    else if (line.trim() !== '') count += 1;
  }
  return count;
}

/** The name stands on the line itself or, for a header of several lines, where it began. */
function headerOf(lines: readonly string[], at: number): string {
  const line = lines[at] ?? '';
  if (!/^\s*\)/.test(line)) return line.trim();
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  for (let before = at - 1; before >= 0; before -= 1) {
    const earlier = lines[before] ?? '';
    if (earlier.startsWith(indent) && /^[\w#(]/.test(earlier.slice(indent.length))) {
      return earlier.trim();
    }
  }
  return line.trim();
}
