/**
 * How the tree is kept: what a reader may rely on without looking. A rule that the tree does not yet keep
 * everywhere has its list in test/support/tidy-ratchet.ts, and that list may only get shorter.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { ABOVE_ALL, MAY_IMPORT } from './support/tidy-imports.ts';
import { LONGER_FILES, STILL_THERE, type Rule } from './support/tidy-ratchet.ts';
import {
  codeOf,
  functionsOf,
  importsOf,
  isCode,
  isGenerated,
  isTest,
  moduleOf,
  readTree,
  ROOT,
  type TreeFile,
} from './support/tidy-tree.ts';

const tree = readTree();
const paths = new Set(tree.map(({ path }) => path));
const code = tree.filter(isCode);
const source = code.filter(({ path }) => path.startsWith('src/') && !isTest(path));
const written = source.filter((file) => !isGenerated(file));
const documents = tree.filter(({ path }) => path.endsWith('.md'));

/** Fails on what is new, and on what is on the list and is mended: then the list gets shorter. */
function holds(rule: Rule, broken: readonly string[]): void {
  const listed = new Set(STILL_THERE[rule] ?? []);
  const fresh = [...new Set(broken)].filter((each) => !listed.has(each));
  const mended = [...listed].filter((each) => !broken.includes(each));
  none(fresh, `breaks "${rule}"`);
  none(mended, `mended: take it off the list of "${rule}" in test/support/tidy-ratchet.ts`);
}

function none(found: readonly string[], sentence: string): void {
  assert.ok(found.length === 0, [`${sentence}:`, ...found].join('\n  '));
}

function linesWith(files: readonly TreeFile[], pattern: RegExp, of = codeOf): string[] {
  return files.flatMap((file) =>
    of(file)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file.path}: ${pattern.exec(line)?.[0].trim()}`),
  );
}

void describe('imports', () => {
  void test('run downwards only', () => {
    const upwards: string[] = [];
    for (const { from, to, isOurs } of code.filter(isOfSrc).flatMap(importsOf)) {
      const [importer, imported] = [moduleOf(from)!, moduleOf(to)];
      if (!isOurs || imported === null || imported === importer) continue;
      if (isTest(from) || ABOVE_ALL.includes(importer)) continue;
      const allowed = MAY_IMPORT[importer] ?? [];
      if (!allowed.includes(imported)) upwards.push(`${from} -> ${imported}`);
    }
    holds('imports run downwards', upwards);
  });

  void test('name a module that has its place', () => {
    const modules = [...new Set(source.map(({ path }) => moduleOf(path)!))];
    const known = [...Object.keys(MAY_IMPORT), ...ABOVE_ALL];
    assert.deepEqual(modules.toSorted(), known.toSorted());
  });

  void test('enter a folder by its front door, `index.ts` or `contract.ts`', () => {
    const deep: string[] = [];
    for (const { from, to, isOurs } of written.flatMap(importsOf)) {
      if (!isOurs || !to.startsWith('src/')) continue;
      for (let folder = dirname(to); folder !== 'src'; folder = dirname(folder)) {
        const isInside = from.startsWith(`${folder}/`);
        const doors = [`${folder}/index.ts`, `${folder}/contract.ts`];
        if (!isInside && paths.has(doors[0]!) && !doors.includes(to)) deep.push(`${from} -> ${to}`);
      }
    }
    holds('a module is entered by its front door', deep);
  });

  void test('take a package only where it belongs', () => {
    const HOMES: Readonly<Record<string, readonly string[]>> = {
      pg: ['src/kernel/database/'],
      '@electric-sql/pglite': ['src/kernel/database/'],
      'node:sqlite': ['src/kernel/database/'],
      pino: ['src/kernel/log.ts'],
      'prom-client': ['src/kernel/metrics.ts'],
      nodemailer: ['src/notices/'],
      mailauth: ['src/checks/'],
      'postal-mime': ['src/checks/', 'src/notices/', 'src/replay/'],
      tldts: ['src/checks/', 'src/kernel/leads-elsewhere.ts'],
      'unicode-confusables': ['src/checks/'],
      fastify: ['src/doors/http/', 'src/doors/agcod/', 'src/web/', 'src/console/', 'src/server/'],
      'better-auth': ['src/operators/', 'src/members/'],
      '@simplewebauthn/server': ['src/members/'],
      maxmind: ['src/members/'],
      'jpeg-js': ['src/web/pictures/'],
      pngjs: ['src/web/pictures/'],
      otpauth: ['src/members/'],
      'fast-xml-parser': ['src/doors/agcod/'],
      'age-encryption': ['src/instruments/', 'src/backup/', 'src/cli/'], // printers, backups
    };
    const strayed = written
      .flatMap(importsOf)
      .filter(({ from, to }) => HOMES[to]?.every((home) => !from.startsWith(home)) ?? false)
      .map(({ from, to }) => `${from} -> ${to}`);
    holds('a package is used where it belongs', strayed);
  });

  void test('reach every file: one that nobody imports is deleted', () => {
    const reached = new Set(
      tree
        .filter((file) => isCode(file) || file.path.endsWith('.html'))
        .flatMap(importsOf)
        .map(({ to }) => to),
    );
    const scripts = readFileSync(join(ROOT, 'package.json'), 'utf8');
    const unused = written
      .map(({ path }) => path)
      .filter((path) => !reached.has(path) && !scripts.includes(path));
    holds('every file is used', unused);
  });
});

void describe('words', () => {
  const WIRING = ['server', 'cli', 'demo', 'web', 'main'];

  void test('of a protocol stay in its door', () => {
    const PROTOCOLS = [
      { door: 'doors/till', words: /\b(iso ?8583|mti|primary bitmap|iso87|vaps93)\b/i },
      { door: 'doors/agcod', words: /\b(agcod|gcClaimCode|gcId|creationRequestId)\b/i },
    ];
    const strayed = PROTOCOLS.flatMap(({ door, words }) => {
      const elsewhere = written.filter(({ path }) => {
        const module = moduleOf(path)!;
        return module !== door && !WIRING.includes(module);
      });
      return linesWith(elsewhere, words);
    });
    holds('only its door knows a protocol', strayed);
  });

  void test('of the business stay out of the kernel', () => {
    const kernel = written.filter(({ path }) => moduleOf(path) === 'kernel');
    const BUSINESS =
      /\b(instruments?|issuers?|programmes?|products?|sellers?|merchants?|gifts?|members?|redeem\w*)\b/i;
    holds('the kernel knows no business', linesWith(kernel, BUSINESS));
  });

  void test('say what they mean', () => {
    const EMPTY = /(^|[-./])(utils?|helpers?|common|misc|service|manager|data|info)\.(ts|sql)$/;
    const files = code.map(({ path }) => path).filter((path) => EMPTY.test(path));
    const EXPORTED =
      /^export (?:abstract |async )?(?:const|function|class|interface|type|enum) \w*(?:Utils?|Helpers?|Common|Service|Manager|Data|Info)\b/;
    holds('names say what they mean', [
      ...files,
      ...linesWith(
        code.filter((file) => !isGenerated(file)),
        EXPORTED,
      ),
    ]);
  });

  void test('of things undone are not left lying', () => {
    const all = code.filter(({ path }) => !path.startsWith('test/tidy'));
    none(
      linesWith(all, /\b(TODO|FIXME|XXX|HACK)\b/, ({ text }) => text),
      'do it or write an issue',
    );
  });
});

void describe('sizes', () => {
  void test('a file has at most 400 lines', () => {
    const LINES_MAX = 400;
    const long = tree
      .filter((file) => /\.(tsx?|sql)$/.test(file.path) && !isGenerated(file))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > Math.max(LINES_MAX, LONGER_FILES[path] ?? 0))
      .map(({ path, lines }) => `${path}: ${lines}`);
    none(long, 'too long, split it: a file is a use case');
    const mended = Object.keys(LONGER_FILES).filter((path) => {
      const file = tree.find((each) => each.path === path);
      return file === undefined || file.text.split('\n').length - 1 <= LINES_MAX;
    });
    none(mended, 'mended: take it off LONGER_FILES in test/support/tidy-ratchet.ts');
  });

  void test('a function has at most 70 lines', () => {
    const LINES_MAX = 70;
    const long = code
      .filter((file) => !isGenerated(file) && !file.path.endsWith('.test.ts'))
      .flatMap((file) =>
        functionsOf(file)
          .filter(({ lines }) => lines > LINES_MAX)
          .map(({ header }) => `${file.path}: ${header}`),
      );
    holds('functions are short', long);
  });
});

void describe('time and chance', () => {
  void test('are read by the kernel alone', () => {
    const READERS = ['src/kernel/clock.ts', 'src/kernel/ids.ts', 'src/kernel/crypto.ts'];
    const CHANCE =
      /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|Math\.random|random(Bytes|UUID|Int|FillSync|Fill)|getRandomValues)\b|new Date\(\)/;
    const others = written.filter(({ path }) => !READERS.includes(path));
    holds('time and chance come in as arguments', linesWith(others, CHANCE));
  });

  void test('money is never a float', () => {
    holds('money is never a float', linesWith(written, /\b(parseFloat|toFixed)\b/));
  });
});

void describe('tests', () => {
  void test('all run: none alone, none left out without its reason', () => {
    const tests = code.filter(
      ({ path }) => path.endsWith('.test.ts') && path !== 'test/tidy.test.ts',
    );
    const LEFT_OUT =
      /\.only\(|\bonly: true|\b(test|it|describe|suite)\.(skip|todo)\(|\b(skip|todo): true|\.(skip|todo)\(\)/;
    none(linesWith(tests, LEFT_OUT), 'runs alone or not at all');
  });
});

void describe('SQL', () => {
  void test('has its typed functions beside it, and these their SQL', () => {
    const hand = tree
      .filter(({ path }) => path.startsWith('src/') && path.endsWith('.sql'))
      .map(({ path }) => `${path}.ts`);
    const generated = tree.filter(({ path }) => path.endsWith('.sql.ts')).map(({ path }) => path);
    assert.deepEqual(generated.toSorted(), hand.toSorted());
  });

  void test('writes into the tables of its own module only', () => {
    const WRITES = /\b(?:update|insert into|delete from|merge into)\s+(?!set\b)(\w+)\./g;
    const strayed = tree
      .filter(({ path }) => path.startsWith('src/') && path.endsWith('.sql'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(WRITES)]
          .filter(([, schema]) => schema !== moduleOf(path))
          .map(([, schema]) => `${path} -> ${schema}`),
      );
    holds('a module writes its own tables', [...new Set(strayed)]);
  });

  void test('of the business is never written into TypeScript', () => {
    const STATEMENT = /`\s*(select|insert into|update|delete from|with)\s/i;
    const outside = written.filter(({ path }) => !path.startsWith('src/kernel/database/'));
    holds('SQL stands in .sql files', linesWith(outside, STATEMENT));
  });
});

void describe('documents', () => {
  void test('link to what is there', () => {
    const broken: string[] = [];
    for (const { path, text } of documents) {
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?:|mailto:|#)/.test(target)) continue;
        const file = normalize(join(dirname(path), target.replace(/#.*/, '')));
        if (!existsSync(join(ROOT, file))) broken.push(`${path} -> ${target}`);
      }
    }
    holds('links lead somewhere', broken);
  });

  void test('are all found from docs/README.md', () => {
    const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
    const pages = documents
      .map(({ path }) => path)
      .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
      .filter((path) => !index.includes(`](${path.slice('docs/'.length)})`));
    none(pages, 'docs/README.md does not name');
  });

  void test('that code and documents name are there, and so are the files', () => {
    const NAMED =
      /(?<![\w/.-])((?:docs|src|test|tools|bench|migrations|locales)\/[\w./-]*\w)(?![\w*<{/])/g;
    const broken: string[] = [];
    for (const file of [...documents, ...code.filter((each) => !isGenerated(each))]) {
      if (file.path.startsWith('test/tidy') || file.path.startsWith('test/support/tidy')) continue;
      const text = file.path.endsWith('.md') ? file.text : onlyComments(file.text);
      for (const [, named = ''] of text.matchAll(NAMED)) {
        if (/\.\w+$/.test(named) && !existsSync(join(ROOT, named))) {
          broken.push(`${file.path} -> ${named}`);
        }
      }
    }
    holds('what is named is there', broken);
  });

  void test('ARCHITECTURE.md names every folder of src, and none that is not there', () => {
    const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const named = [...text.matchAll(/`(src\/[\w/-]+)\/`/g)].map(([, folder = '']) => folder);
    const isThere = (folder: string): boolean => existsSync(join(ROOT, folder));
    none(
      named.filter((folder) => !isThere(folder)),
      'named and not there',
    );
    const folders = new Set(
      source.map(({ path }) => `src/${moduleOf(path)}`).filter((each) => each !== 'src/main'),
    );
    none(
      [...folders].filter((folder) => !named.includes(folder)),
      'not named',
    );
  });

  void test('every module says at its front door what holds in it', () => {
    const doors = tree.filter(({ path }) => /^src\/([\w-]+|doors\/[\w-]+)\/index\.ts$/.test(path));
    const silent = doors.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path);
    none(silent, 'has no header');
  });

  void test('nothing names a path of the machine it was made on', () => {
    const all = tree.filter((file) => !isGenerated(file) && !file.path.startsWith('test/tidy'));
    const MACHINE = /(?<![\w.~-])\/(work|home\/\w+|root|Users\/\w+)\/[\w.-]+/;
    none(
      linesWith(all, MACHINE, ({ text }) => text),
      'names a path of a machine',
    );
  });
});

void describe('packages', () => {
  interface Locked {
    readonly version?: string;
    readonly license?: string;
    readonly dev?: boolean;
    readonly devOptional?: boolean;
  }
  const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, string>> | undefined>
  >;
  const locked = Object.entries(
    (
      JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
        packages: Readonly<Record<string, Locked>>;
      }
    ).packages,
  ).filter(([path]) => path !== '');

  void test('are pinned to the version that was tried', () => {
    const loose = ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((kind) => Object.entries(ours[kind] ?? {}))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}: ${version}`);
    none(loose, 'write the exact version');
  });

  void test('start by the Node that the project pins, also where npm has lost its link to it', () => {
    const commands = Object.entries(ours['scripts'] ?? {}).flatMap(([name, script]) =>
      script.split(' && ').map((command) => ({ name, command })),
    );
    const bare = commands
      .filter(({ command }) => !/^bin\/(with-node|kinken)( |$)/.test(command))
      .map(({ name, command }) => `${name}: ${command}`);
    none(bare, 'write bin/with-node before it');
  });

  void test('that are shipped have a licence that Apache-2.0 can live with', () => {
    const FREE =
      /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|OFL-1\.1|Unlicense|PostgreSQL|CC0-1\.0)/;
    const bound = locked
      .filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true)
      .map(([path, { license }]) => ({ path, license: license ?? licenceInFolder(path) }))
      .filter(({ license }) => !FREE.test(license))
      .map(({ path, license }) => `${path}: ${license}`);
    holds('shipped packages are free', bound);
  });

  function licenceInFolder(path: string): string {
    const file = join(ROOT, path, 'package.json');
    if (!existsSync(file)) return 'not installed';
    const { license = 'unknown' } = JSON.parse(readFileSync(file, 'utf8')) as Locked;
    return license;
  }
});

function isOfSrc({ path }: TreeFile): boolean {
  return path.startsWith('src/');
}

function onlyComments(text: string): string {
  return (text.match(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm) ?? []).join('\n');
}
