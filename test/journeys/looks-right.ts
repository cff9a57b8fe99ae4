/**
 * What every page is held to, whatever its width and colours: nothing that axe finds, nothing that sticks out of its
 * window. `KINKEN_PICTURES=folder` also keeps it as a picture, for people to look at.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { isWithoutScripts } from './web-browser.ts';

const PICTURES = process.env['KINKEN_PICTURES'];

/**
 * Where no script runs, axe does not either: such a page is to be looked at once more where they do.
 * name: of the state that is seen, for the picture and for whoever reads that it failed.
 */
export async function assertLooksRight(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  if (PICTURES !== undefined) {
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}/${name.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')}-${width}.png`;
    await page.screenshot({ path, fullPage: true });
  }
  const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  assert.equal(isWider, false, `${name} is wider than its window of ${width}`);
  if (isWithoutScripts(page.context())) return; // axe is a script
  // Put in by hand: axe's own package for playwright opens a page and loads itself again for each look.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const violations = await page.evaluate<string[]>(VIOLATIONS);
  assert.deepEqual(violations, [], `${name}, ${width} wide`);
}

const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`;
