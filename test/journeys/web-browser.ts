/** A server with the pages, and a browser that looks at them. */
import chromiumBinary from '@sparticuz/chromium';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import { sendErrorPage, site } from '../../src/web/site.ts';
import { openWorld, type HttpWorld } from '../doors/http-world.ts';
import { unpackBrowser } from '../support/unpack-browser.ts';

export const RIGHT_CODE = 'ABCDEFGHJKLM2345';

export interface WebWorld extends AsyncDisposable {
  readonly world: HttpWorld;
  readonly address: string;
}

export async function openWebWorld(): Promise<WebWorld> {
  const keyRing = openKeyRing(Buffer.alloc(32, 5));
  const world = await openWorld((parts) => ({
    plugins: [site({ ...parts, keyRing, random: systemRandom })],
    sendErrorPage,
  }));
  world.engine.addCard({ code: RIGHT_CODE, balanceMinor: 12_500n });
  const address = await world.server.listen({ host: '127.0.0.1', port: 0 });
  return { world, address, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

chromiumBinary.setGraphicsMode = false; // what draws for WebGL takes half of a browser's time, and no page has any

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    args: chromiumBinary.args.filter((argument) => !UNWANTED.has(argument)),
    executablePath: process.env['KINKEN_CHROMIUM'] ?? (await unpackBrowser()),
    headless: true,
  });
}

/** In one process the browser ends with its first context; and a page is to be held to its own origin. */
const UNWANTED: ReadonlySet<string> = new Set(['--single-process', '--disable-web-security']);

export interface Look {
  readonly width: 390 | 1280;
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'ja-JP' | 'en-GB';
  readonly javaScriptEnabled?: boolean;
}

const withoutScripts = new WeakSet<BrowserContext>();

export async function openContext(browser: Browser, look: Look): Promise<BrowserContext> {
  const { width, colorScheme, locale, javaScriptEnabled = true } = look;
  const viewport = { width, height: width === 390 ? 844 : 800 };
  const context = await browser.newContext({ viewport, colorScheme, locale, javaScriptEnabled });
  context.setDefaultTimeout(60_000); // a machine that tests two things at once is slow
  if (!javaScriptEnabled) withoutScripts.add(context);
  return context;
}

export function isWithoutScripts(context: BrowserContext): boolean {
  return withoutScripts.has(context);
}
