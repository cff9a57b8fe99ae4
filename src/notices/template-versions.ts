import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findTemplateVersions, insertTemplateVersion } from './notices.sql.ts';
import { TEMPLATE_NAMES, wordingHash, wordingsOf, type TemplateName } from './templates.ts';

const TRIES_MAX = 5;

/**
 * The version of each template as its words are now. Words that were never used get the next number and are
 * kept, so that it can always be said what a message of that version said. An older release that comes back
 * finds its own number again.
 */
export async function registerTemplates(
  on: Queryable,
  now: Instant,
): Promise<ReadonlyMap<TemplateName, number>> {
  const hashes = TEMPLATE_NAMES.map(wordingHash);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const known = await findTemplateVersions(on, { contentHashes: hashes });
    const versions = new Map(
      known.map(({ template, version }) => [template as TemplateName, version]),
    );
    const missing = TEMPLATE_NAMES.filter((name) => !versions.has(name));
    if (missing.length === 0) return versions;
    for (const template of missing) {
      const contentHash = wordingHash(template);
      const texts = wordingsOf(template);
      await insertTemplateVersion(on, { template, contentHash, texts, firstAt: now });
    }
  }
  assert(false, 'a wording is registered after at most one try for each process that starts');
}
