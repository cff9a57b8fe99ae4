/**
 * The small issuer of `house.ts` with tenders, offers and the switch: what the gate is tried on.
 *
 *   const selling = await openSellingHouse(database);
 *   const thrown = await selling.stop({ productId: PRODUCTS.code });
 *   await selling.lift(thrown.suspensionId);
 */
import assert from 'node:assert/strict';
import { recordAct } from '../../src/clients/index.ts';
import type { EngineOptions } from '../../src/instruments/open-engine.ts';
import type { Act, Sale } from '../../src/instruments/operation.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import type { Result } from '../../src/kernel/result.ts';
import * as sent from '../../src/programmes/contract.ts';
import {
  createAggregator,
  createChain,
  createOffer,
  createSeller,
  createShop,
  createTender,
  type OfferConditions,
} from '../../src/programmes/index.ts';
import { applyApprovedChange } from '../../src/suspensions/change-suspension.ts';
import {
  DIMENSIONS,
  throwSuspension,
  type Scope,
  type SwitchDesk,
  type Thrown,
} from '../../src/suspensions/index.ts';
import { openHouse, PRODUCTS, SELLER, type House } from './house.ts';

/** As made: `bill` counts 10,000 yen a month from the 5th, 5,000 for minors; `through` is charged through it. */
export const TENDERS = { cash: 1, bill: 2, through: 3 } as const;
/** Sellers beside the house's shop: one of a chain behind an aggregator. */
export const CHAIN_SELLER = { from: 'seller', sellerId: 3 } as const;
export const CHAIN = { chainId: 1, aggregatorId: 1, shopId: 1 } as const;

export interface SellingHouse extends House {
  readonly desk: SwitchDesk;
  /** A stop of what is named, from an instant or from now: a second later. */
  stop(named: Partial<Scope>, startsAt?: number | null): Promise<Thrown>;
  lift(suspensionId: number, conditions?: OfferConditions, startsAt?: number): Promise<void>;
  /** An offer of the house's shop. */
  offer(offer: { product: string; tender: string } & Partial<sent.NewOffer>): Promise<void>;
  offerOnly(product: string): Promise<void>;
}

const names = (name: string) => ({ nameJa: `${name}の名`, nameEn: name });
const ISSUER = 'hoshi';

export async function openSellingHouse(
  database: Database,
  options: Partial<EngineOptions> & { seed?: number } = {},
): Promise<SellingHouse> {
  const house = await openHouse(database, options);
  const { catalogue, switches } = house;
  const clock = options.clock ?? house.clock;
  const record = recordAct({ clock, actor: 'test' });
  const programmes = {
    connection: database,
    clock,
    actor: 'test',
    record,
    makesPast: true as const,
  };
  await fill(programmes);
  await catalogue.refresh(database);
  const desk: SwitchDesk = {
    connection: database,
    clock,
    switches,
    actor: 'operator:manager',
    catalogue: () => catalogue.current(),
    record,
  };
  const said = {
    textJa: '現在、販売を停止しています。',
    textEn: 'Sale is suspended.',
    criteria: 'the look-alike site is gone',
    expectedEnd: null,
  };
  return Object.assign(house, {
    desk,
    async stop(named: Partial<Scope>, startsAt: number | null = null) {
      const scope = scopeOf(named);
      const wanted = { scope, startsAt, announcedText: null, internalReason: 'phishing', ...said };
      return made(await throwSuspension(desk, wanted));
    },
    async lift(suspensionId: number, conditions: OfferConditions | null = null, startsAt?: number) {
      const suspension = switches.current().find(suspensionId);
      const change = {
        suspensionId,
        afterPhaseNo: suspension?.phases.at(-1)?.phaseNo ?? 0,
        effect: conditions === null ? ('lifted' as const) : ('conditions' as const),
        conditions,
        startsAt: startsAt ?? null,
        reason: 'over',
        ...said,
      };
      const by = { issuerId: 1, actor: 'operator:manager', approvedBy: 'operator:second' };
      made(await database.transaction((on) => applyApprovedChange(on, desk, change, by)));
      await switches.refresh(database);
    },
    async offer(offer: { product: string; tender: string } & Partial<sent.NewOffer>) {
      const wanted = sent.newOffer.parse({ seller: 'shop', ...offer });
      made(await createOffer(programmes, ISSUER, wanted));
    },
    async offerOnly(product: string) {
      await database.script(`
        update programmes.product set is_sold_by_offer_only = true where key = '${product}';
        update programmes.version set version = version + 1;
      `);
    },
  });
}

async function fill(desk: Parameters<typeof createTender>[0]): Promise<void> {
  made(await createAggregator(desk, ISSUER, { key: 'gate', ...names('gate') }));
  const chain = { key: 'konbini', ...names('konbini'), aggregator: 'gate' };
  made(await createChain(desk, ISSUER, sent.newChain.parse(chain)));
  const seller = { key: 'chained', ...names('chained'), chain: 'konbini' };
  made(await createSeller(desk, ISSUER, sent.newSeller.parse(seller)));
  made(await createShop(desk, ISSUER, { seller: 'chained', key: 'ueno', ...names('Ueno') }));
  const tenders = [
    { key: 'cash', kind: 'cash', sessionMinutes: 10 },
    {
      key: 'bill',
      kind: 'carrier',
      resetDay: 5,
      sessionMinutes: 14,
      monthLimits: [{ ageTo: 19, limitMinor: 5_000 }, { limitMinor: 10_000 }],
    },
    { key: 'through', kind: 'carrier', chargedThrough: 'bill' },
  ];
  for (const tender of tenders) {
    const wanted = sent.newTender.parse({ ...names(tender.key), ...tender });
    made(await createTender(desk, ISSUER, wanted));
  }
}

function made<Value>(result: Result<Value, string>): Value {
  assert.ok(result.ok, result.ok ? '' : `refused: ${result.refusal}`);
  return result.value;
}

/** What is not named is meant whatever it is. */
export function scopeOf(named: Partial<Scope>): Scope {
  const nothing = Object.fromEntries(DIMENSIONS.map((each) => [each, 0]));
  return { ...nothing, issuerId: 1, operations: [], ...named } as Scope;
}

export function saleBy(tender: keyof typeof TENDERS | null, sale: Partial<Sale> = {}): Sale {
  return {
    sellerId: null,
    tenderId: tender === null ? null : TENDERS[tender],
    shopId: null,
    contract: null,
    contractKind: null,
    age: 40,
    buyer: null,
    ...sale,
  };
}

export function issueOf(amountMinor: bigint): Act & { kind: 'issue' } {
  return { kind: 'issue', productId: PRODUCTS.code, amountMinor, unit: 'JPY', funding: SELLER };
}
