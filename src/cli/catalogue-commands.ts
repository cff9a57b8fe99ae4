import { accepted } from '../kernel/result.ts';
import {
  changeIssuer,
  changeMerchant,
  changeProduct,
  changeProgramme,
  changeSeller,
  createIssuer,
  createMerchant,
  createProduct,
  createProgramme,
  createSeller,
} from '../programmes/index.ts';
import {
  issuerChange,
  merchantChange,
  newIssuer,
  newMerchant,
  newProduct,
  newProgramme,
  newSeller,
  productChange,
  programmeChange,
  sellerChange,
} from '../programmes/contract.ts';
import { changeCommand, doneOr, listCommand } from './administration.ts';
import type { Command } from './command.ts';
import {
  list,
  optional,
  optionsOf,
  orNone,
  readFields,
  whole,
  wholes,
  yesNo,
  asText,
} from './fields.ts';
import type { Field, Fields } from './fields.ts';
import { catalogueDesk, inHouse } from './open-house.ts';

const key: Field = {
  path: 'key',
  value: 'KEY',
  describe: 'What it is called: lower case, digits, hyphens; never changes',
  isRequired: true,
};
const NAMES: Fields = {
  'name-ja': { path: 'nameJa', value: 'NAME', describe: 'Name in Japanese', isRequired: true },
  'name-en': { path: 'nameEn', value: 'NAME', describe: 'Name in English', isRequired: true },
};
const minorOrNone = (path: string, describe: string): Field => ({
  path,
  value: 'MINOR',
  describe: `${describe}, in minor units; none for no bound`,
  read: orNone(whole),
});

const PROGRAMME_FIELDS: Fields = {
  ...NAMES,
  'grace-days': {
    path: 'graceDays',
    value: 'DAYS',
    describe: 'How long expired value lives again when its use is reversed (14)',
    read: whole,
  },
};

const PRODUCT_FIELDS: Fields = {
  ...NAMES,
  faces: {
    path: 'facesMinor',
    value: 'MINOR,...',
    describe: 'Faces on sale; none: any in the range',
    read: wholes,
  },
  'face-min': {
    path: 'faceMinMinor',
    value: 'MINOR',
    describe: 'Smallest face',
    isRequired: true,
    read: whole,
  },
  'face-max': {
    path: 'faceMaxMinor',
    value: 'MINOR',
    describe: 'Largest face',
    isRequired: true,
    read: whole,
  },
  'code-alphabet': {
    path: 'codeShape.alphabet',
    value: 'LETTERS',
    describe: 'Characters of its secret code; none: it has no code',
    clears: 'codeShape',
  },
  'code-length': {
    path: 'codeShape.length',
    value: 'COUNT',
    describe: 'Characters drawn of them',
    read: whole,
  },
  'code-prefix': { path: 'codeShape.prefix', value: 'TEXT', describe: 'What its codes begin with' },
  'code-groups': {
    path: 'codeShape.groups',
    value: 'COUNT',
    describe: 'Characters between hyphens; 0 for none (4)',
    read: whole,
  },
  'code-folds-kana': {
    path: 'codeShape.foldsKana',
    value: 'yes|no',
    describe: 'Its codes have kana: katakana is read as hiragana',
    read: yesNo,
  },
  'number-prefix': {
    path: 'numberShape.prefix',
    value: 'DIGITS',
    describe: 'What its printed numbers begin with',
  },
  'number-digits': {
    path: 'numberShape.digits',
    value: 'COUNT',
    describe: 'All digits of its numbers; none: it has no number',
    clears: 'numberShape',
    read: whole,
  },
  'validity-days': {
    path: 'validityDays',
    value: 'DAYS',
    describe: 'How long value is valid; none: for ever',
    read: orNone(whole),
  },
  'redeems-by': {
    path: 'redeemsBy',
    value: 'code,number',
    describe: 'What redeems it: code, number, member',
    isRequired: true,
    read: list,
  },
  reactivatable: {
    path: 'isReactivatable',
    value: 'yes|no',
    describe: 'Whether a deactivated card can be sold again',
    read: yesNo,
  },
  'sold-by-offer-only': {
    path: 'isSoldByOfferOnly',
    value: 'yes|no',
    describe: 'Whether a sale needs an offer that holds (no)',
    read: yesNo,
  },
  'balance-max': minorOrNone('limits.balanceMaxMinor', 'Largest balance of a card'),
  'load-min': minorOrNone('limits.loadMinMinor', 'Smallest load'),
  'load-max': minorOrNone('limits.loadMaxMinor', 'Largest load'),
  'load-day-max': minorOrNone('limits.loadDayMaxMinor', 'Loads of a card in a day'),
  'load-month-max': minorOrNone('limits.loadMonthMaxMinor', 'Loads of a card in a month'),
  'redeem-day-max': minorOrNone('limits.redeemDayMaxMinor', 'Redemptions of a card in a day'),
  'redeem-month-max': minorOrNone('limits.redeemMonthMaxMinor', 'Redemptions of a card in a month'),
  'accept-weak-codes': {
    path: 'isWeakCodeAccepted',
    value: 'yes|no',
    describe: 'For a card base that is brought in; none is ever minted',
    read: yesNo,
  },
};

const SELLER_FIELDS: Fields = {
  ...NAMES,
  chain: {
    path: 'chain',
    value: 'KEY',
    describe: 'Chain it belongs to; none',
    read: orNone(asText),
  },
  'valid-from': {
    path: 'validFrom',
    value: 'INSTANT',
    describe: 'From when on, as 2026-04-01T00:00:00+09:00; without it now',
  },
};

const pick = (name: string): Fields => ({
  [name]: { path: name, value: 'KEY', describe: `Key of the ${name}`, isRequired: true },
});

export const CATALOGUE_COMMANDS: readonly Command[] = [
  {
    words: 'issuer create',
    summary: 'Makes an issuer: the company that owes the value',
    options: optionsOf({ key, ...NAMES }),
    run: async ({ environment, values, print }) => {
      const sent = readFields({ key, ...NAMES }, values, newIssuer);
      const result = await inHouse(environment, (house) =>
        createIssuer(catalogueDesk(house), sent),
      );
      print.thing(doneOr(result));
    },
  },
  {
    words: 'issuer list',
    summary: 'Lists the issuers',
    options: {},
    run: async ({ environment, print }) => {
      const issuers = await inHouse(environment, async (house) => [
        ...house.catalogue.current().issuers.values(),
      ]);
      print.list('issuers', issuers, ['key', 'nameJa', 'nameEn']);
    },
  },
  changeCommand({
    words: 'issuer change',
    summary: 'Changes the names of an issuer',
    fields: optional(NAMES),
    schema: issuerChange,
    act: (house, { issuer }, sent) => changeIssuer(catalogueDesk(house, issuer), issuer.key, sent),
  }),
  changeCommand({
    words: 'programme create',
    summary: 'Makes a programme: a unit, a time zone, a policy',
    fields: {
      key,
      ...PROGRAMME_FIELDS,
      unit: {
        path: 'unit',
        value: 'UNIT',
        describe: 'Currency of ISO 4217, or PTS:<programme> for points',
        isRequired: true,
      },
      zone: { path: 'zone', value: 'ZONE', describe: 'Time zone of its days (Asia/Tokyo)' },
    },
    schema: newProgramme,
    path: () => '/programmes',
    act: (house, { issuer }, sent) =>
      createProgramme(catalogueDesk(house, issuer), issuer.key, sent),
  }),
  changeCommand({
    words: 'programme change',
    summary: 'Changes a programme; unit and zone stay',
    which: pick('programme'),
    fields: optional(PROGRAMME_FIELDS),
    schema: programmeChange,
    act: (house, { issuer, values }, sent) => {
      const where = { issuer: issuer.key, programme: values.needed('programme') };
      return changeProgramme(catalogueDesk(house, issuer), where, sent);
    },
  }),
  listCommand({
    words: 'programme list',
    summary: 'Lists the programmes',
    name: 'programmes',
    columns: ['key', 'nameJa', 'nameEn', 'unit', 'zone', 'graceDays'],
    path: () => '/programmes',
    read: async (house, { issuer }) =>
      accepted(ofIssuer(house.catalogue.current().programmes, issuer.issuerId)),
  }),
  changeCommand({
    words: 'product create',
    summary: 'Makes a product',
    fields: {
      key,
      programme: { path: 'programme', value: 'KEY', describe: 'Its programme', isRequired: true },
      kind: {
        path: 'kind',
        value: 'KIND',
        describe: 'code (issued), posa (activated at a till) or prepaid (reloadable)',
        isRequired: true,
      },
      ...PRODUCT_FIELDS,
    },
    schema: newProduct,
    notes:
      'A code of 16 characters of 23456789ABCDEFGHJKLMNPQRSTUVWXYZ has 80 bits; 70 are the least.',
    path: () => '/products',
    act: (house, { issuer }, sent) => createProduct(catalogueDesk(house, issuer), issuer.key, sent),
  }),
  changeCommand({
    words: 'product change',
    summary: 'Changes a product; cards that are sold keep what they have',
    which: pick('product'),
    fields: optional(PRODUCT_FIELDS),
    schema: productChange,
    path: (values) => `/products/${encodeURIComponent(values.needed('product'))}/change`,
    act: (house, { issuer, values }, sent) => {
      const where = { issuer: issuer.key, product: values.needed('product') };
      return changeProduct(catalogueDesk(house, issuer), where, sent);
    },
  }),
  listCommand({
    words: 'product list',
    summary: 'Lists the products',
    name: 'products',
    columns: [
      'key',
      'kind',
      'nameJa',
      'nameEn',
      'unit',
      'facesMinor',
      'faceMinMinor',
      'faceMaxMinor',
      'redeemsBy',
      'validityDays',
    ],
    path: () => '/products',
    read: async (house, { issuer }) =>
      accepted(ofIssuer(house.catalogue.current().products, issuer.issuerId)),
  }),
  changeCommand({
    words: 'seller create',
    summary: 'Makes a seller: who sells to the buyer',
    fields: { key, ...SELLER_FIELDS },
    schema: newSeller,
    path: () => '/sellers',
    act: (house, { issuer }, sent) => createSeller(catalogueDesk(house, issuer), issuer.key, sent),
  }),
  changeCommand({
    words: 'seller change',
    summary: 'Changes a seller',
    which: pick('seller'),
    fields: optional(SELLER_FIELDS),
    schema: sellerChange,
    path: (values) => `/sellers/${encodeURIComponent(values.needed('seller'))}/change`,
    act: (house, { issuer, values }, sent) => {
      const where = { issuer: issuer.key, seller: values.needed('seller') };
      return changeSeller(catalogueDesk(house, issuer), where, sent);
    },
  }),
  listCommand({
    words: 'seller list',
    summary: 'Lists the sellers',
    name: 'sellers',
    columns: ['key', 'nameJa', 'nameEn', 'chainId'],
    path: () => '/sellers',
    read: async (house, { issuer }) =>
      accepted(ofIssuer(house.catalogue.current().sellers, issuer.issuerId)),
  }),
  changeCommand({
    words: 'merchant create',
    summary: 'Makes a merchant: who takes value as payment',
    fields: { key, ...NAMES },
    schema: newMerchant,
    path: () => '/merchants',
    act: (house, { issuer }, sent) =>
      createMerchant(catalogueDesk(house, issuer), issuer.key, sent),
  }),
  changeCommand({
    words: 'merchant change',
    summary: 'Changes a merchant',
    which: pick('merchant'),
    fields: optional(NAMES),
    schema: merchantChange,
    act: (house, { issuer, values }, sent) => {
      const where = { issuer: issuer.key, merchant: values.needed('merchant') };
      return changeMerchant(catalogueDesk(house, issuer), where, sent);
    },
  }),
  listCommand({
    words: 'merchant list',
    summary: 'Lists the merchants',
    name: 'merchants',
    columns: ['key', 'nameJa', 'nameEn'],
    path: () => '/merchants',
    read: async (house, { issuer }) =>
      accepted(ofIssuer(house.catalogue.current().merchants, issuer.issuerId)),
  }),
];

function ofIssuer<Thing extends { readonly issuerId: number }>(
  things: ReadonlyMap<number, Thing>,
  issuerId: number,
): readonly Thing[] {
  return [...things.values()].filter((thing) => thing.issuerId === issuerId);
}
