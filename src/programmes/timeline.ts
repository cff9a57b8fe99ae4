import type { Instant } from '../kernel/clock.ts';

/** What a thing is like from an instant on. */
export interface Revision<Content> {
  readonly validFrom: Instant;
  readonly content: Content;
}

/**
 * The revisions of one thing, the newest recorded first. The newest word counts: what was scheduled for an
 * instant at or after a later recorded one falls away, so a stop today is not undone by yesterday's plan.
 */
export type Timeline<Content> = readonly Revision<Content>[];

/** Of each thing of a kind. */
export type Timelines<Content> = ReadonlyMap<number, Timeline<Content>>;

/** What was in force; undefined before the first revision. */
export function contentAt<Content>(timeline: Timeline<Content>, at: Instant): Content | undefined {
  for (const revision of timeline) {
    if (revision.validFrom <= at) return revision.content;
  }
  return undefined;
}

/** From when on it is there; 0: it always was, or is not known. */
export function opensAt(timeline: Timeline<unknown> | undefined): Instant {
  return timeline?.at(-1)?.validFrom ?? 0;
}

/** With one more recorded; of those that it displaces or that ended before `keptFrom` none is kept. */
export function withRevision<Content>(
  timeline: Timeline<Content>,
  revision: Revision<Content>,
  keptFrom: Instant,
): Timeline<Content> {
  const before = timeline.filter(({ validFrom }) => validFrom < revision.validFrom);
  const all = [revision, ...before];
  const firstPast = all.findIndex(({ validFrom }) => validFrom <= keptFrom);
  return firstPast === -1 ? all : all.slice(0, firstPast + 1);
}
