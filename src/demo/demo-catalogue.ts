import { newMerchant, newProduct, newProgramme } from '../programmes/contract.ts';

/** What the demo sells: names of its own, no real brands. */
export const DEMO_ISSUER = {
  key: 'demo',
  nameJa: 'きんけん見本商事',
  nameEn: 'Kinken Sample Trading',
};

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'; // without 0 and O, 1 and I

export const DEMO_PROGRAMMES = [
  { key: 'gift', nameJa: 'みほんギフト', nameEn: 'Mihon Gift', unit: 'JPY' },
  { key: 'prepaid', nameJa: 'みほんプリペイド', nameEn: 'Mihon Prepaid', unit: 'JPY' },
].map((wanted) => newProgramme.parse(wanted));

export const DEMO_PRODUCTS = [
  {
    key: 'gift-code',
    programme: 'gift',
    kind: 'code',
    nameJa: 'みほんギフトコード',
    nameEn: 'Mihon Gift Code',
    faceMinMinor: 500,
    faceMaxMinor: 50_000,
    codeShape: { alphabet: ALPHABET, length: 16 },
    validityDays: 1_826,
    redeemsBy: ['code', 'member'],
  },
  {
    key: 'posa-card',
    programme: 'gift',
    kind: 'posa',
    nameJa: 'みほんギフトカード',
    nameEn: 'Mihon Gift Card',
    facesMinor: [1_500, 3_000, 5_000, 10_000],
    faceMinMinor: 1_500,
    faceMaxMinor: 10_000,
    numberShape: { prefix: '991201', digits: 19 },
    validityDays: 1_826,
    redeemsBy: ['number'],
    isReactivatable: true,
  },
  {
    key: 'posa-variable',
    programme: 'gift',
    kind: 'posa',
    nameJa: 'みほんギフトカード バリアブル',
    nameEn: 'Mihon Gift Card Variable',
    faceMinMinor: 1_500,
    faceMaxMinor: 50_000,
    numberShape: { prefix: '991202', digits: 19 },
    validityDays: 1_826,
    redeemsBy: ['number'],
    isReactivatable: true,
  },
  {
    key: 'prepaid-card',
    programme: 'prepaid',
    kind: 'prepaid',
    nameJa: 'みほんプリペイドカード',
    nameEn: 'Mihon Prepaid Card',
    faceMinMinor: 1_000,
    faceMaxMinor: 30_000,
    numberShape: { prefix: '991203', digits: 16 },
    validityDays: 1_826,
    redeemsBy: ['number', 'member'],
    limits: {
      balanceMaxMinor: 30_000,
      loadMinMinor: 1_000,
      loadMaxMinor: 30_000,
      loadDayMaxMinor: 60_000,
      loadMonthMaxMinor: 200_000,
    },
  },
].map((wanted) => newProduct.parse(wanted));

/** Chains, sellers, tenders and offers: a file such as everybody can bring in. */
export const DEMO_SALE_FILE = new URL('demo-sale.yaml', import.meta.url);

/** The issuer's own shop: what it offers can be sent as a gift. */
export const DEMO_GIFT_SHOP = 'mihon-online';

export const DEMO_MERCHANTS = [
  { key: 'mihon-books', nameJa: 'みほん書店', nameEn: 'Mihon Books' },
  { key: 'mihon-cafe', nameJa: 'みほん喫茶', nameEn: 'Mihon Cafe' },
].map((wanted) => newMerchant.parse(wanted));

/** How many blank cards are made: 1,000 for tills to activate, and some to load. */
export const DEMO_STOCK = [
  ...[1_500n, 3_000n, 5_000n, 10_000n].map((faceMinor) => ({
    product: 'posa-card',
    faceMinor,
    count: 200,
  })),
  { product: 'posa-variable', faceMinor: null, count: 200 },
  { product: 'prepaid-card', faceMinor: null, count: 100 },
];

/** The demo's one company: it has an API key, is a partner of the AGCOD door, and has a till. */
export const DEMO_CLIENT = { key: 'mihon-mart', name: 'Mihon Mart' };
export const DEMO_PARTNER = 'Mihon';
export const DEMO_MOCK_PARTNER = 'Mock1'; // answers nothing but the mock codes
export const DEMO_TERMINAL = {
  terminalCode: 'TILL0001',
  merchantCode: 'MIHONMART000001',
  dialect: 'iso87',
};
export const DEMO_FUNDS_MINOR = 100_000_000n;
