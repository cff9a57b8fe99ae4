/** Ten thousand suspensions and a hundred thousand offers in memory, and the sales that they are asked about. */
import { seededRandom } from '../src/kernel/seeded-random.ts';
import type { Random } from '../src/kernel/crypto.ts';
import { OfferBook, type Offer } from '../src/programmes/index.ts';
import {
  DIMENSIONS,
  makeSwitchboard,
  type Movement,
  type Scope,
  type Suspension,
  type Switchboard,
} from '../src/suspensions/index.ts';

export const SUSPENSIONS = 10_000;
export const OFFERS = 100_000;
const SALES = 20_000;

/** How many different things there are of each dimension, in the order of DIMENSIONS. */
const THINGS = [10, 125, 400, 40, 5, 20, 200, 400];
/** What is usually named: a product at a seller for a tender, a chain, an aggregator, a place of use ... */
const USUAL = [
  0b0000_0110, 0b0010_0110, 0b0010_0010, 0b0010_0100, 0b0000_1010, 0b0010_1010, 0b0001_0010,
  0b0011_0010, 0b0100_0010, 0b1000_0010, 0b0000_0101, 0b0010_0001,
];
const EVERY = Array.from({ length: 255 }, (_, mask) => mask + 1);
const AT = Date.parse('2026-11-21T00:00:00Z');
const DAY_MS = 86_400_000;

export interface GateLoad {
  readonly offers: OfferBook;
  readonly usual: Switchboard;
  readonly everyMask: Switchboard; // each set of dimensions that can be named, as often as any other
  readonly places: Int32Array; // of the offers that are bought, drawn
}

export function makeGateLoad(seed = 1): GateLoad {
  const random = seededRandom(seed);
  return {
    offers: makeOffers(),
    usual: makeSwitchboard(drawSuspensions(random, USUAL), 1),
    everyMask: makeSwitchboard(drawSuspensions(random, EVERY), 1),
    places: Int32Array.from({ length: SALES }, () => random.below(OFFERS)),
  };
}

/** What is measured of one sale: the switch alone, or its offer as well. */
export type Measured = 'switch' | 'offer and switch';

/** Microseconds of processor time for one sale: it waits for nothing, and others may use the machine. */
export function measureGate(
  { offers, places }: GateLoad,
  switchboard: Switchboard,
  what: Measured,
): number {
  const began = process.cpuUsage();
  let refused = 0;
  for (const place of places) {
    const sale = saleAt(place);
    const isOffered = what === 'switch' || offers.at(sale, AT) !== undefined;
    if (!isOffered || switchboard.judge(sale) !== null) refused += 1;
  }
  if (refused === 0 || refused === places.length) throw new Error(`${refused} refused: no measure`);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / places.length;
}

function makeOffers(): OfferBook {
  const revisions = Array.from({ length: OFFERS }, (_, place) => ({
    content: offerAt(place),
    validFrom: AT - DAY_MS,
    recordedAt: AT - DAY_MS,
  }));
  return OfferBook.EMPTY.with(revisions, AT - DAY_MS);
}

/** Every product at 400 sellers for two tenders each. */
function offerAt(place: number): Offer {
  const route = {
    productId: productAt(place),
    sellerId: sellerAt(place),
    tenderId: tenderAt(place),
  };
  const terms = { amountMinMinor: null, amountMaxMinor: null, leadTimeMs: null, conditions: {} };
  const time = { validFrom: AT - DAY_MS, endsAt: null };
  return { offerId: place + 1, issuerId: 1, ...route, ...terms, ...time };
}

const productAt = (place: number): number => 1 + (place % 125);
const sellerAt = (place: number): number => 1 + (Math.floor(place / 125) % 400);
const tenderAt = (place: number): number =>
  1 + ((productAt(place) + sellerAt(place) + Math.floor(place / 50_000)) % 20);

function saleAt(place: number): Movement {
  const productId = productAt(place);
  const sellerId = sellerAt(place);
  return {
    operations: SELL,
    issuerId: 1,
    programmeId: 1 + (productId % 10),
    productId,
    sellerId,
    chainId: 1 + (sellerId % 40),
    aggregatorId: 1 + (sellerId % 5),
    tenderId: tenderAt(place),
    merchantId: 0,
    soldBySellerId: 0,
    at: AT,
    buyer: null,
  };
}

const SELL = ['sell'] as const;

/** One in fifty is in force; the others are over, or yet to come. */
function drawSuspensions(random: Random, masks: readonly number[]): Suspension[] {
  return Array.from({ length: SUSPENSIONS }, (_, place) => {
    const mask = masks[place % masks.length] ?? 1;
    const begins = place % 50 === 0 ? AT - 1_000 : AT + (place % 2 === 0 ? DAY_MS : -2 * DAY_MS);
    const ids = DIMENSIONS.map((dimension, at) => [
      dimension,
      (mask & (1 << at)) === 0 ? 0 : 1 + random.below(THINGS[at] ?? 1),
    ]);
    const scope = { ...Object.fromEntries(ids), issuerId: 1, operations: [] } as unknown as Scope;
    const said = { textJa: '', textEn: '', criteria: '', expectedEnd: null, conditions: null };
    const by = { reason: '', actor: '', approvedBy: null, recordedAt: begins };
    return {
      ...{ suspensionId: place + 1, scope, announcedText: null, announcedAt: null },
      ...{ precision: 'second', internalReason: '', thrownBy: '', thrownAt: begins },
      phases: [
        { phaseNo: 0, effect: 'stopped', startsAt: begins, ...said, ...by },
        { phaseNo: 1, effect: 'lifted', startsAt: begins + DAY_MS, ...said, ...by },
      ],
    } satisfies Suspension;
  });
}
