import type { Phase, Places, System, SystemKind } from './system.ts';

/** Where somebody buys, or uses, what. 0 or left out: it is not known. */
export interface Whereabouts {
  readonly issuerId: number;
  readonly productId?: number;
  readonly sellerId?: number;
  readonly chainId?: number;
  readonly merchantId?: number;
}

/**
 * The systems arranged as one depends on the other: shop (seller) -> chain -> aggregator -> the issuer's own.
 * Read out of the catalogue, so that a chain which changes its aggregator changes here too.
 */
export interface ComponentTree {
  readonly systems: readonly System[]; // those that are shown, in their order
  readonly all: readonly System[];
  find(systemId: number): System | undefined;
  findParty(kind: SystemKind, partyId: number): System | undefined;
  /** Between this system and the issuer, the nearest first. The issuer's own is not among them. */
  above(system: System): readonly System[];
  /** The issuer's own systems that a product needs; of all its products when none is named. */
  serving(issuerId: number, productId?: number): readonly System[];
  /** Every system that a phase at a place needs, the nearest first. */
  route(where: Whereabouts, phase: Phase): readonly System[];
}

export function makeComponentTree(systems: readonly System[], places: Places): ComponentTree {
  const shown = systems
    .filter(({ isShown }) => isShown)
    .toSorted((one, other) => one.position - other.position || one.systemId - other.systemId);
  const byId = new Map(shown.map((system) => [system.systemId, system]));
  const byParty = new Map(shown.map((system) => [`${system.kind} ${system.partyId}`, system]));
  const findParty = (kind: SystemKind, partyId: number | null | undefined): System | undefined =>
    partyId ? byParty.get(`${kind} ${partyId}`) : undefined;

  function ofChain(chainId: number | null | undefined): readonly System[] {
    const aggregatorId = chainId ? places.chains.get(chainId)?.aggregatorId : null;
    return present(findParty('chain', chainId), findParty('aggregator', aggregatorId));
  }

  function ofSeller(sellerId: number): readonly System[] {
    const chainId = places.sellers.get(sellerId)?.chainId;
    return [...present(findParty('seller', sellerId)), ...ofChain(chainId)];
  }

  function serving(issuerId: number, productId = 0): readonly System[] {
    return shown.filter(
      (system) =>
        system.kind === 'issuer' &&
        system.issuerId === issuerId &&
        (productId === 0 ||
          system.productIds.length === 0 ||
          system.productIds.includes(productId)),
    );
  }

  return {
    systems: shown,
    all: systems,
    find: (systemId) => byId.get(systemId),
    findParty,
    above({ kind, partyId }) {
      if (kind === 'chain') return ofChain(partyId).filter(({ kind: of }) => of !== 'chain');
      if (kind === 'seller')
        return ofSeller(partyId ?? 0).filter(({ kind: of }) => of !== 'seller');
      return [];
    },
    serving,
    route({ issuerId, productId, sellerId = 0, chainId = 0, merchantId = 0 }, phase) {
      const nearest = sellerId === 0 ? ofChain(chainId) : ofSeller(sellerId);
      const all = [
        ...present(findParty('merchant', merchantId)),
        ...nearest,
        ...serving(issuerId, productId),
      ];
      return all.filter(({ phases, issuerId: of }) => of === issuerId && phases.includes(phase));
    },
  };
}

function present(...systems: readonly (System | undefined)[]): System[] {
  return systems.filter((system) => system !== undefined);
}
