/** The world of FACTS 1.2: two aggregators, chains, two kinds of cards with a system each. */
import type { Chain, Product } from '../../programmes/index.ts';
import type { Phase as StopPhase, Scope, Suspension } from '../../suspensions/index.ts';
import type { Affected, Incident } from '../incident.ts';
import type { SalePlaces } from '../sale-places.ts';
import type { PublicFacts } from '../status-view.ts';
import { PHASES_OF_KIND, type Phase, type Places, type System } from '../system.ts';

export const AT = Date.parse('2019-12-20T20:00:00+09:00');
const ISSUER = 1;

export const CARD = { webMoney: 1, itunes: 2 } as const;
/** The first fourteen come in by aggregator 1, the last two by aggregator 2. */
export const CHAIN_NAMES = [
  'seven-eleven',
  'familymart',
  'ministop',
  'geo',
  'three-f',
  'poplar',
  'ito-yokado',
  'pc-depot',
  'hmv',
  'tsuruha',
  'kansai-super',
  'heiwado',
  'matsukiyo',
  'bic-camera',
  'lawson',
  'daily-yamazaki',
] as const;

const chains: Chain[] = CHAIN_NAMES.map((key, at) => ({
  chainId: at + 1,
  issuerId: ISSUER,
  key,
  nameJa: key,
  nameEn: key,
  aggregatorId: at < 14 ? 1 : 2,
}));

function product(productId: number, key: string): [number, Product] {
  const named = { productId, key, nameJa: key, nameEn: key, issuerId: ISSUER, programmeId: 1 };
  return [productId, { ...named, isSoldByOfferOnly: false } as Product];
}

export const PLACES: Places = {
  issuers: new Map([
    [ISSUER, { issuerId: ISSUER, key: 'hana', nameJa: 'はな', nameEn: 'Hana' }],
    [2, { issuerId: 2, key: 'other', nameJa: '別', nameEn: 'Other' }],
  ]),
  products: new Map([product(CARD.webMoney, 'webmoney'), product(CARD.itunes, 'itunes')]),
  sellers: new Map([
    [1, { sellerId: 1, issuerId: 1, key: 'web', nameJa: 'web', nameEn: 'web', chainId: null }],
    [2, { sellerId: 2, issuerId: 1, key: 'law', nameJa: 'law', nameEn: 'law', chainId: 15 }],
  ]),
  merchants: new Map(),
  chains: new Map(chains.map((chain) => [chain.chainId, chain])),
  aggregators: new Map(
    [1, 2].map((aggregatorId) => {
      const key = `net-${aggregatorId}`;
      return [aggregatorId, { aggregatorId, issuerId: ISSUER, key, nameJa: key, nameEn: key }];
    }),
  ),
};

function system(
  systemId: number,
  kind: System['kind'],
  partyId: number | null,
  key: string,
  productIds: readonly number[] = [],
): System {
  return {
    systemId,
    issuerId: ISSUER,
    key,
    kind,
    partyId,
    nameJa: key,
    nameEn: key,
    productIds,
    phases: PHASES_OF_KIND[kind],
    position: systemId,
    isShown: true,
  };
}

/** 1 and 2: the issuer's own; 3 and 4: aggregators; 5: a shop on the net; chain 1 is 11. */
export const SYSTEM = {
  webMoney: 1,
  itunes: 2,
  net1: 3,
  net2: 4,
  web: 5,
  sevenEleven: 11,
  lawson: 25,
};

export const SYSTEMS: readonly System[] = [
  system(1, 'issuer', null, 'webmoney', [CARD.webMoney]),
  system(2, 'issuer', null, 'itunes', [CARD.itunes]),
  system(3, 'aggregator', 1, 'net-1'),
  system(4, 'aggregator', 2, 'net-2'),
  system(5, 'seller', 1, 'web'),
  ...chains.map(({ chainId, key }) => system(10 + chainId, 'chain', chainId, key)),
];

export const SOLD_EVERYWHERE: SalePlaces = {
  isSold: ({ issuerId }, place) =>
    issuerId === place.issuerId && (place.kind === 'chain' || place.kind === 'seller'),
  tendersAt: () => undefined,
};

export function factsWith(parts: Partial<PublicFacts> = {}): PublicFacts {
  return {
    systems: SYSTEMS,
    incidents: [],
    suspensions: [],
    places: PLACES,
    sales: SOLD_EVERYWHERE,
    ...parts,
  };
}

export function broken(
  systemId: number,
  phase: Phase,
  startedAt: string,
  recoveredAt: string | null = null,
): Affected {
  return {
    systemId,
    phase,
    status: 'major_outage',
    startedAt: Date.parse(startedAt),
    recoveredAt: recoveredAt === null ? null : Date.parse(recoveredAt),
  };
}

export function incidentWith(
  affected: readonly Affected[],
  parts: Partial<Incident> = {},
): Incident {
  const startedAt = Math.min(...affected.map((each) => each.startedAt));
  return {
    incidentId: 1,
    issuerId: ISSUER,
    kind: 'incident',
    titleJa: '障害',
    titleEn: 'Outage',
    impact: 'major',
    state: 'investigating',
    startedAt,
    plannedUntil: null,
    nextLookAt: null,
    openedAt: startedAt,
    resolvedAt: null,
    affected,
    updates: [],
    ...parts,
  };
}

export function suspensionOf(
  scope: Partial<Scope>,
  startsAt: string,
  phase: Partial<StopPhase> = {},
): Suspension {
  const start = Date.parse(startsAt);
  return {
    suspensionId: 1,
    scope: {
      issuerId: ISSUER,
      programmeId: 0,
      productId: 0,
      sellerId: 0,
      chainId: 0,
      aggregatorId: 0,
      tenderId: 0,
      merchantId: 0,
      soldBySellerId: 0,
      operations: ['sell'],
      ...scope,
    },
    announcedText: null,
    announcedAt: null,
    precision: 'minute',
    internalReason: 'theft',
    thrownBy: 'operator:1',
    thrownAt: start,
    phases: [
      {
        phaseNo: 1,
        effect: 'stopped',
        conditions: null,
        startsAt: start,
        expectedEnd: null,
        textJa: '販売を停止しています。',
        textEn: 'Sale is stopped.',
        criteria: '',
        reason: '',
        actor: 'operator:1',
        approvedBy: null,
        recordedAt: start,
        ...phase,
      },
    ],
  };
}
