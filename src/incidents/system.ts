import type { Aggregator, Catalogue, Chain } from '../programmes/index.ts';

/** What a customer does, in order: pays for it, gets it switched on, uses it. */
export type Phase = 'buy' | 'activate' | 'redeem';
export const PHASES: readonly Phase[] = ['buy', 'activate', 'redeem'];

/** Who runs a system. Between a shop and the issuer stand its chain and perhaps an aggregator. */
export type SystemKind = 'issuer' | 'aggregator' | 'chain' | 'seller' | 'merchant';

/** What can fail where, unless the row says otherwise. */
export const PHASES_OF_KIND: Readonly<Record<SystemKind, readonly Phase[]>> = {
  issuer: ['activate', 'redeem'],
  aggregator: ['activate'],
  chain: ['buy', 'activate'],
  seller: ['buy'],
  merchant: ['redeem'],
};

/** One node of the dependency chain shop -> aggregator -> issuer. */
export interface System {
  readonly systemId: number;
  readonly issuerId: number;
  readonly key: string; // unique inside an issuer
  readonly kind: SystemKind;
  readonly partyId: number | null; // the aggregator, chain, seller or merchant; null: the issuer's own
  readonly nameJa: string;
  readonly nameEn: string;
  readonly productIds: readonly number[]; // of the issuer's own: what it serves; empty: all products
  readonly phases: readonly Phase[];
  readonly position: number;
  readonly isShown: boolean;
}

/** A system in one phase: what the public page says something about. */
export interface ComponentName {
  readonly systemId: number;
  readonly phase: Phase;
}

export function componentName({ systemId, phase }: ComponentName): string {
  return `${systemId}.${phase}`;
}

/** Null for what `componentName` would not have written. */
export function parseComponentName(text: string): ComponentName | null {
  const found = /^([1-9][0-9]{0,8})\.(buy|activate|redeem)$/.exec(text);
  return found && { systemId: Number(found[1]), phase: found[2] as Phase };
}

/** What this module needs of the catalogue: who stands between a shop and the issuer, and what is sold. */
export type Places = Pick<Catalogue, 'issuers' | 'products' | 'sellers' | 'merchants'> & {
  readonly chains: ReadonlyMap<number, Chain>;
  readonly aggregators: ReadonlyMap<number, Aggregator>;
};
