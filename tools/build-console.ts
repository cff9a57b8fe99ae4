/**
 * `npm run build`: the console's application, from `src/console/app` into `dist/console`, where the server
 * finds it. `npm ci` runs it at its end (`prepare`), so that `npm start` needs nothing else. An installation
 * without the tools (`npm ci --omit=dev`) is told where the built folder has to come from.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InlineConfig, Plugin } from 'vite';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FONTS = '/assets/fonts/';
const APPLICATION = fileURLToPath(new URL('../src/console/app/', import.meta.url));
/** Marks for servers that render React, and how long the build took on a busy machine. */
const UNTOLD: ReadonlySet<string> = new Set(['MODULE_LEVEL_DIRECTIVE', 'PLUGIN_TIMINGS']);

await buildConsole();

async function buildConsole(): Promise<void> {
  if (!hasTools()) {
    process.stdout.write(
      'The console is not built here: its tools are not installed. Copy dist/console from a full `npm ci`.\n',
    );
    return;
  }
  const { build, createLogger } = await import('vite');
  const logger = createLogger('warn');
  await build({ ...consoleBuild(), customLogger: { ...logger, warnOnce: tellUnlessServed } });

  function tellUnlessServed(text: string): void {
    if (!text.includes(FONTS)) logger.warnOnce(text); // these are found when the page runs
  }
}

function hasTools(): boolean {
  try {
    import.meta.resolve('vite/package.json');
    return true;
  } catch {
    return false;
  }
}

/** Nothing is inlined: the policy of the page allows no script and no style that is not a file of ours. */
function consoleBuild(): InlineConfig {
  return {
    configFile: false,
    root: APPLICATION,
    base: '/console/',
    publicDir: false,
    logLevel: 'warn',
    plugins: [typeface()],
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir: `${ROOT}dist/console`,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2022',
      chunkSizeWarningLimit: 700, // kB, a third of it on the wire: staff load it once a release
      rolldownOptions: {
        onLog(level, log, tell) {
          if (!UNTOLD.has(log.code ?? '')) tell(level, log);
        },
      },
    },
  };
}

/** The public pages serve the typeface already: the same files, from the same address, once in a browser. */
function typeface(): Plugin {
  const NAME = 'virtual:typeface.css';
  return {
    name: 'kinken-typeface',
    enforce: 'pre',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? ['400.css', '700.css'].map(faces).join('\n') : undefined),
  };
}

function faces(sheet: string): string {
  const path = fileURLToPath(import.meta.resolve(`@fontsource/biz-udpgothic/${sheet}`));
  return readFileSync(path, 'utf8')
    .replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, '')
    .replaceAll('./files/', FONTS);
}
