/** The console of a real server with the demo in it, in a real browser. */
import type { TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { present } from '../../src/kernel/assert.ts';
import {
  readSandbox,
  startServer,
  demoFolder,
  type ServerProcess,
} from '../support/server-process.ts';
import { openContext, type Look } from './web-browser.ts';

export interface ConsoleWorld {
  readonly server: ServerProcess;
  readonly address: string; // of the console
  readonly apiKey: string;
  credentialsOf(role: string): { readonly email: string; readonly password: string };
}

export async function openConsoleWorld(context: Pick<TestContext, 'after'>): Promise<ConsoleWorld> {
  const folder = demoFolder(context);
  const server = await startServer(context, { folder });
  const sandbox = readSandbox(folder);
  return {
    server,
    address: `${server.httpUrl}/console`,
    apiKey: sandbox.http.apiKey,
    credentialsOf: (role) =>
      present(
        sandbox.console.operators.find((each) => each.role === role),
        `the demo has an operator with the role ${role}`,
      ),
  };
}

export interface SignedIn {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about: a refused script, a failed request, an error that nobody caught. */
  readonly complaints: string[];
}

export async function signIn(
  browser: Browser,
  world: ConsoleWorld,
  { role, look = DESK }: { readonly role: string; readonly look?: Look },
): Promise<SignedIn> {
  const context = await openContext(browser, look);
  const page = await context.newPage();
  await page.goto(world.address);
  await page.locator('input[type=email]').waitFor(); // that nobody was signed in is no complaint
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { email, password } = world.credentialsOf(role);
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('#side').waitFor({ state: 'attached' });
  return { context, page, complaints };
}

export const DESK: Look = { width: 1280, colorScheme: 'light', locale: 'ja-JP' };

/** Goes by Tab to what has this text as its name, as somebody without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let steps = 0; steps < 150; steps += 1) {
    await page.keyboard.press('Tab');
    const reached = await page.evaluate<string>(NAME_OF_FOCUS);
    if (typeof name === 'string' ? reached === name : name.test(reached)) return;
  }
  throw new Error(`by Tab alone nobody comes to ${String(name)}`);
}

/** Runs in the browser: the text of the label, or what stands on the thing itself. */
const NAME_OF_FOCUS = `(() => {
  const here = document.activeElement;
  const label = here.labels?.[0]?.textContent ?? here.getAttribute('aria-label') ?? here.textContent;
  return (label ?? '').trim();
})()`;

export async function sell(world: ConsoleWorld, requestId: string): Promise<Response> {
  return fetch(`${world.server.httpUrl}/v1/instruments`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${world.apiKey}`,
      'Idempotency-Key': requestId,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ productId: 'gift-code', amountMinor: 1_500, unit: 'JPY' }),
  });
}
