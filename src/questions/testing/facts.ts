/** A card, a product and a question to change one thing at a time on. */
import type { CardStory, StoryRequest } from '../../instruments/index.ts';
import type { Product } from '../../programmes/index.ts';
import type { Obstacle, QuestionFacts } from '../explain-card.ts';
import type { CodeQuestion } from '../question.ts';

export const NOW = Date.UTC(2026, 3, 1, 3);
export const HOUR = 3_600_000;

export const PRODUCT: Product = {
  productId: 1,
  programmeId: 1,
  issuerId: 1,
  key: 'gift',
  kind: 'code',
  nameJa: 'ギフト',
  nameEn: 'Gift',
  unit: 'JPY',
  zone: 'Asia/Tokyo',
  graceDays: 14,
  facesMinor: [],
  faceMinMinor: 500n,
  faceMaxMinor: 50_000n,
  codeShape: {
    alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ',
    length: 16,
    prefix: '',
    groups: 4,
    foldsKana: false,
  },
  numberShape: { prefix: '9912', digits: 16 },
  validityDays: 365,
  redeemsBy: ['code'],
  isReactivatable: false,
  isSoldByOfferOnly: false,
  limits: {
    balanceMaxMinor: 50_000n,
    loadMinMinor: null,
    loadMaxMinor: null,
    loadDayMaxMinor: null,
    loadMonthMaxMinor: null,
    redeemDayMaxMinor: null,
    redeemMonthMaxMinor: null,
  },
};

export function requestOf(changed: Partial<StoryRequest> = {}): StoryRequest {
  return {
    requestId: 'r-1',
    clientId: 7,
    kind: 'redeem',
    arrivedAt: NOW - HOUR,
    outcome: 'accepted',
    sellerId: null,
    merchantId: 31,
    amountMinor: 1_500n,
    undoneMinor: 0n,
    isReversed: false,
    ...changed,
  };
}

export const SALE = requestOf({
  requestId: 'MERCHANT0000001|TERM0001|123456|20260401100000',
  kind: 'activate',
  arrivedAt: NOW - 2 * HOUR,
  sellerId: 21,
  merchantId: null,
  amountMinor: 3_000n,
});

export function cardOf(changed: Partial<CardStory> = {}): CardStory {
  const lot = { remainingMinor: 3_000n, heldMinor: 0n, expiresAt: null, isFrozen: false };
  return {
    instrumentId: 257n,
    productId: 1,
    state: 'active',
    cause: null,
    sellerId: 21,
    activatedAt: NOW - 2 * HOUR,
    freezes: [],
    lots: [lot],
    requests: [SALE],
    readAt: NOW,
    ...changed,
  };
}

export function questionOf(changed: Partial<CodeQuestion> = {}): CodeQuestion {
  return {
    card: { by: 'code', code: 'ABCDEFGHJKLM2345' },
    productId: 1,
    bought: { sellerId: null, chainId: null, at: null, amountMinor: null, receipt: null },
    tried: {
      doing: 'use',
      merchantId: null,
      isElsewhere: false,
      at: null,
      country: null,
      amountMinor: null,
      saw: null,
    },
    ...changed,
  };
}

export function factsOf(changed: Partial<QuestionFacts> = {}): QuestionFacts {
  return {
    now: NOW,
    isByNumber: false,
    mayReport: true,
    card: cardOf(),
    product: PRODUCT,
    typed: { kind: 'fits', places: [], length: null, otherProductId: null },
    usable: null,
    inTheWayOfUse: null,
    inTheWayOfActivation: null,
    environment: [],
    ...changed,
  };
}

export const OUTAGE: Obstacle = {
  cause: 'outage',
  since: NOW - HOUR,
  lookAgainAt: NOW + HOUR,
  isOver: false,
  publicText: { ja: '調査中です', en: 'We are looking', incidentId: 1, suspensionId: null },
};
