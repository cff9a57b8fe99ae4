import type { Connection, Queryable } from '../kernel/database/index.ts';
import { present } from '../kernel/assert.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { insertSystem, insertSystems, moveVersion, updateSystem } from './change-record.sql.ts';
import type { ComponentTree } from './component-tree.ts';
import type { Incident } from './incident.ts';
import { readRecord } from './load-record.ts';
import { PHASES_OF_KIND, type Places, type System, type SystemKind } from './system.ts';

export type NewSystem = Omit<System, 'systemId' | 'kind' | 'partyId'>;

export type SystemRefusal = 'system_not_found' | 'product_not_found' | 'key_taken';

interface SystemDesk {
  readonly connection: Connection;
  readonly issuerId: number;
  places(): Places;
  record?(on: Queryable): Promise<void>;
}

/** One of the issuer's own systems: which products need it, and what can fail there. */
export function createSystem(
  desk: SystemDesk,
  wanted: NewSystem,
): Promise<Result<System, SystemRefusal>> {
  return desk.connection.transaction(async (on) => {
    if (!areTheirs(desk, wanted.productIds)) return refused('product_not_found');
    const system = { ...wanted, issuerId: desk.issuerId, kind: 'issuer', partyId: null } as const;
    await moveVersion(on);
    const [row] = await insertSystem(on, system);
    if (row === undefined) return refused('key_taken');
    await desk.record?.(on);
    return accepted({ ...system, systemId: present(row, 'it came back').systemId });
  });
}

export type SystemChange = Partial<
  Pick<System, 'nameJa' | 'nameEn' | 'productIds' | 'phases' | 'position' | 'isShown'>
>;

/** Names, order, and whether the public sees it. What it is stays. `judge`: what else stands against it, if anything. */
export function changeSystem<Refusal extends string = never>(
  desk: SystemDesk,
  isMeant: (system: System) => boolean,
  change: SystemChange,
  judge: (change: ChangedSystem) => Refusal | null = () => null,
): Promise<Result<System, SystemRefusal | Refusal>> {
  return desk.connection.transaction(async (on) => {
    await moveVersion(on);
    const { systems, incidents } = await readRecord(on);
    const before = systems.find((each) => each.issuerId === desk.issuerId && isMeant(each));
    if (before === undefined) return refused('system_not_found');
    const after = { ...before, ...change };
    if (!areTheirs(desk, after.productIds)) return refused('product_not_found');
    const refusal = judge({ before, after, incidents });
    if (refusal !== null) return refused(refusal);
    await updateSystem(on, after);
    await desk.record?.(on);
    return accepted(after);
  });
}

/** As it is inside the transaction that changes it. */
export interface ChangedSystem {
  readonly before: System;
  readonly after: System;
  readonly incidents: readonly Incident[];
}

function areTheirs(desk: SystemDesk, productIds: readonly number[]): boolean {
  const { products } = desk.places();
  return productIds.every((productId) => products.get(productId)?.issuerId === desk.issuerId);
}

/** More of one issuer are not made by themselves: a page of thousands helps nobody. */
const MADE_MAX = 200;

/**
 * Every aggregator, chain and shop on the net that the catalogue has, and a system of its own for an issuer
 * who has none, become systems by themselves: a page that had to be kept by hand would miss the one that fails.
 */
export function missingSystems(places: Places, tree: ComponentTree): readonly MissingSystem[] {
  return [...places.issuers.values()].flatMap((issuer) => {
    const { issuerId } = issuer;
    const known = tree.all.filter((system) => system.issuerId === issuerId);
    const has = (kind: SystemKind, partyId: number | null) =>
      known.some((system) => system.kind === kind && system.partyId === partyId);
    const parties: MissingSystem[] = [
      ...partiesOf(
        places.aggregators.values(),
        issuerId,
        'aggregator',
        (each) => each.aggregatorId,
      ),
      ...partiesOf(places.chains.values(), issuerId, 'chain', (each) => each.chainId),
      ...partiesOf(
        [...places.sellers.values()].filter(({ chainId }) => chainId === null),
        issuerId,
        'seller',
        (each) => each.sellerId,
      ),
    ];
    const missing = parties.filter(({ kind, partyId }) => !has(kind, partyId));
    const isSelling = [...places.products.values()].some((each) => each.issuerId === issuerId);
    if (isSelling && !known.some(({ kind }) => kind === 'issuer')) {
      missing.unshift({ ...issuer, kind: 'issuer', partyId: null, key: 'cards' });
    }
    return missing.slice(0, Math.max(0, MADE_MAX - known.length));
  });
}

export interface MissingSystem {
  readonly issuerId: number;
  readonly kind: SystemKind;
  readonly partyId: number | null;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

const POSITIONS: Readonly<Record<SystemKind, number>> = {
  issuer: 0,
  aggregator: 100,
  chain: 200,
  seller: 300,
  merchant: 400,
};

/** Two processes that see the same gap fill it once. */
export async function addSystems(
  connection: Connection,
  missing: readonly MissingSystem[],
): Promise<void> {
  if (missing.length === 0) return;
  await connection.transaction(async (on) => {
    await moveVersion(on);
    await insertSystems(on, {
      issuerIds: missing.map(({ issuerId }) => issuerId),
      keys: missing.map(({ key }) => key),
      kinds: missing.map(({ kind }) => kind),
      partyIds: missing.map(({ partyId }) => partyId),
      namesJa: missing.map(({ nameJa }) => nameJa),
      namesEn: missing.map(({ nameEn }) => nameEn),
      phases: missing.map(({ kind }) => PHASES_OF_KIND[kind].join(' ')),
      positions: missing.map(({ kind }) => POSITIONS[kind]),
    });
  });
}

function partiesOf<Party extends Omit<MissingSystem, 'kind' | 'partyId'>>(
  parties: Iterable<Party>,
  issuerId: number,
  kind: SystemKind,
  idOf: (party: Party) => number,
): MissingSystem[] {
  return [...parties]
    .filter((party) => party.issuerId === issuerId)
    .map((party) => ({
      issuerId,
      kind,
      partyId: idOf(party),
      key: `${kind}-${party.key}`,
      nameJa: party.nameJa,
      nameEn: party.nameEn,
    }));
}
