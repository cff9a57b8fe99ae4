import { isoInstant } from '../kernel/clock.ts';
import {
  describeScope,
  holdSwitchboard,
  stateOfSuspension,
  throwSuspension,
  type NewSuspension,
  type SwitchDesk,
} from '../suspensions/index.ts';
import { readOrder, scopeByKeys, suspensionOrder } from '../suspensions/contract.ts';
import { serverOf } from './ask-server.ts';
import { NotDone, SERVER_OPTIONS, WrongUse, type Command, type Invocation } from './command.ts';
import { list, optionsOf, readFields, type Field, type Fields } from './fields.ts';
import { catalogueDesk, inHouse, issuerOf, type House } from './open-house.ts';

const named = (word: string, describe: string): Field => ({
  path: `scope.${word}`,
  value: 'KEY',
  describe,
});

const SCOPE_FIELDS: Fields = {
  programme: named('programme', 'Only this programme'),
  product: named('product', 'Only this product'),
  seller: named('seller', 'Only sales and uses at this seller'),
  chain: named('chain', 'Only at the sellers of this chain'),
  aggregator: named('aggregator', 'Only what comes in by this aggregator'),
  tender: named('tender', 'Only sales that are paid by this tender'),
  merchant: named('merchant', 'Only uses at this merchant'),
  'sold-by': named('soldBy', 'Only cards that this seller has sold'),
  operations: {
    path: 'scope.operations',
    value: 'WORD,...',
    describe: 'Only these: sell, activate, load, redeem, earn, use (every one)',
    read: list,
  },
};

const ORDER_FIELDS: Fields = {
  ...SCOPE_FIELDS,
  'starts-at': {
    path: 'startsAt',
    value: 'INSTANT',
    describe: 'As 2018-02-07T12:00:00+09:00 (now, which is a second after it is written)',
  },
  announced: {
    path: 'announcedText',
    value: 'TEXT',
    describe: 'When, as it was announced; without --starts-at it is read as the beginning',
  },
  'expected-end': {
    path: 'expectedEnd',
    value: 'INSTANT',
    describe: 'As told to the public; nothing happens by itself then',
  },
  reason: {
    path: 'internalReason',
    value: 'TEXT',
    describe: 'Why, for the staff',
    isRequired: true,
  },
  'text-ja': {
    path: 'textJa',
    value: 'TEXT',
    describe: 'What the public is told, in Japanese',
    isRequired: true,
  },
  'text-en': {
    path: 'textEn',
    value: 'TEXT',
    describe: 'What the public is told, in English',
    isRequired: true,
  },
  criteria: { path: 'criteria', value: 'TEXT', describe: 'What must be so before it is resumed' },
};

/** Stopping, and seeing what is stopped. Lifting needs two people, and so the console. */
export const SWITCH_COMMANDS: readonly Command[] = [
  {
    words: 'suspend',
    summary: 'Stops a part of what is sold and used, now or from an instant on',
    options: {
      ...SERVER_OPTIONS,
      ...optionsOf(ORDER_FIELDS),
      everything: { describe: 'Says that all of the issuer is meant, where nothing is named' },
    },
    notes:
      'It is lifted in the console, by two people: docs/operations/switch.md.\nOver --server the key needs the scope suspend.',
    run: suspend,
  },
  {
    words: 'suspensions',
    summary: 'Lists what is stopped and what will be, the newest first',
    options: {
      ...SERVER_OPTIONS,
      all: { describe: 'Also what was lifted (on the database only)' },
    },
    run: listSuspensions,
  },
];

/** Where everything is meant there is no option of the scope. */
const anyOrder = suspensionOrder.extend({ scope: scopeByKeys.prefault({}) });

async function suspend(invocation: Invocation): Promise<void> {
  const { values, print, environment } = invocation;
  const isNarrowed = Object.keys(SCOPE_FIELDS).some((name) => values.text(name) !== undefined);
  if (isNarrowed === values.isSet('everything')) {
    throw new WrongUse('Name what is meant, or say --everything');
  }
  const order = readFields(ORDER_FIELDS, values, anyOrder);
  const server = serverOf(invocation);
  if (server !== undefined) {
    print.thing(await server.ask('POST', '/suspensions', order));
    return;
  }
  await inHouse(environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const read = readOrder(house.catalogue.current(), issuerId, order);
    if (!read.ok) throw notDone(read.refusal);
    print.thing(await throwOn(house, read.value));
  });
}

async function throwOn(house: House, wanted: NewSuspension): Promise<object> {
  const { database: connection, clock, catalogue } = house;
  const { actor, record } = catalogueDesk(house, wanted.scope);
  const switches = await holdSwitchboard(connection);
  const current = () => catalogue.current();
  const desk: SwitchDesk = { connection, clock, switches, actor, record, catalogue: current };
  const thrown = await throwSuspension(desk, wanted);
  if (!thrown.ok) throw notDone(thrown.refusal);
  return { ...thrown.value, startsAt: isoInstant(thrown.value.startsAt) };
}

function notDone(refusal: string): NotDone {
  return new NotDone(`Nothing was stopped: ${refusal.replaceAll('_', ' ')}`);
}

const COLUMNS = ['suspensionId', 'state', 'startsAt', 'expectedEnd', 'what', 'textEn'];

async function listSuspensions(invocation: Invocation): Promise<void> {
  const { print, values, environment } = invocation;
  const server = serverOf(invocation);
  if (server !== undefined) {
    const { suspensions } = await server.ask('GET', '/suspensions');
    const rows = (suspensions as { scope: object }[]).map((each) => ({
      ...each,
      what: Object.entries(each.scope)
        .map(([name, key]) => `${name} ${String(key)}`)
        .join(', '),
    }));
    print.list('suspensions', rows, COLUMNS);
    return;
  }
  await inHouse(environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const now = house.clock.now();
    const switches = await holdSwitchboard(house.database);
    const found = switches
      .current()
      .all(issuerId)
      .map((each) => ({ each, state: stateOfSuspension(each, now), phase: each.phases.at(-1) }))
      .filter(({ state }) => values.isSet('all') || state !== 'lifted')
      .toReversed();
    const rows = found.map(({ each, state, phase }) => ({
      suspensionId: each.suspensionId,
      state,
      startsAt: phase?.startsAt,
      expectedEnd: phase?.expectedEnd == null ? null : isoInstant(phase.expectedEnd),
      what: describeScope(house.catalogue.current(), each.scope, 'en'),
      textEn: phase?.textEn,
    }));
    print.list('suspensions', rows, COLUMNS);
  });
}
