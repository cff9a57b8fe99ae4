import type { ComponentTree } from './component-tree.ts';
import type { Phase, System } from './system.ts';

/** Half of what comes in by one line fails: it is the line, until a person knows better. */
const SHARE_OF_NODE = 0.5;

/**
 * The smallest part of the dependency chain that covers the places that look wrong: one chain, their aggregator,
 * or the issuer's own systems. `active`: places where anything is usual or was seen, which could look wrong.
 */
export function findScope(
  tree: ComponentTree,
  issuerId: number,
  phase: Phase,
  places: { readonly wrong: readonly System[]; readonly active: readonly System[] },
): readonly System[] {
  const { wrong, active } = places;
  if (wrong.length <= 1) return wrong;
  const lines = Map.groupBy(wrong, (place) => tree.above(place).at(-1) ?? null);
  const isMost = (some: readonly System[], all: readonly System[]): boolean =>
    some.length > 1 && some.length >= all.length * SHARE_OF_NODE;
  const comesBy = (line: System | null) =>
    active.filter((place) => (tree.above(place).at(-1) ?? null) === line);
  const own = tree.serving(issuerId).filter(({ phases }) => phases.includes(phase));
  const isEverywhere = lines.size > 1 && isMost(wrong, active);
  if (isEverywhere && own.length > 0) return own;
  return [...lines].flatMap(([line, failing]) =>
    line !== null && line.phases.includes(phase) && isMost(failing, comesBy(line))
      ? [line]
      : failing,
  );
}
