import { closeItem, type Operation, readCards, readItems } from '../instruments/index.ts';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listClients } from '../clients/index.ts';
import {
  gatherSandbox,
  hasDemo,
  renewDemoKeys,
  SANDBOX_FILE,
  writeSandbox,
  type DemoTools,
  type Sandbox,
} from '../demo/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import { newSecret, systemRandom } from '../kernel/crypto.ts';
import { doneOr } from './administration.ts';
import { serverOf } from './ask-server.ts';
import {
  type Command,
  HOUSE_OPTIONS,
  type Invocation,
  NotDone,
  SERVER_OPTIONS,
  WrongUse,
} from './command.ts';
import {
  catalogueDesk,
  clientDesk,
  houseClientId,
  inHouse,
  issuerOf,
  type House,
} from './open-house.ts';

const ROWS_MAX = 1_000;

/** What a person at a desk does: settle items, pay funds in, look at cards, and keep keys. */
export const DESK_COMMANDS: readonly Command[] = [
  {
    words: 'items list',
    summary: 'Lists open items, the oldest first: what the engine could not settle by itself',
    options: SERVER_OPTIONS,
    run: listItems,
  },
  {
    words: 'items close',
    summary: 'Closes an item that has been settled',
    options: {
      ...SERVER_OPTIONS,
      item: { value: 'ID', describe: 'As items list shows it', isRequired: true },
      note: {
        value: 'TEXT',
        describe: 'What was found and done, 500 characters at most',
        isRequired: true,
      },
    },
    run: closeOneItem,
  },
  {
    words: 'fund',
    summary: 'Pays into the funds of a client, or out of them',
    options: {
      ...SERVER_OPTIONS,
      client: { value: 'KEY', describe: 'Whose funds', isRequired: true },
      amount: { value: 'MINOR', describe: 'In minor units', isRequired: true },
      unit: { value: 'UNIT', describe: 'Currency or points', isRequired: true },
      out: { describe: 'Out instead of in' },
      'request-id': {
        value: 'ID',
        describe: 'Names this payment: the same id again does nothing twice',
      },
    },
    run: payFunds,
  },
  {
    words: 'cards list',
    summary: `Lists cards of a product, ${ROWS_MAX} at most`,
    options: {
      ...HOUSE_OPTIONS,
      product: { value: 'KEY', describe: 'Of which product', isRequired: true },
      state: { value: 'STATE', describe: 'blank, active, used, expired or voided (blank)' },
      limit: { value: 'COUNT', describe: 'How many (20)' },
    },
    besideServer: 'the console, page "Cards", by number, code or id',
    run: listSomeCards,
  },
  {
    words: 'master-key create',
    summary: 'Makes a new master key, for KINKEN_MASTER_KEY_FILE',
    options: {
      file: {
        value: 'FILE',
        describe: 'Where to: a new file, readable by you only; none: printed',
      },
    },
    notes: 'docs/operations/keys.md says what is lost with it.',
    run: createMasterKey,
  },
  {
    words: 'sandbox',
    summary: "Makes new keys for the demo's company and writes sandbox.json anew",
    options: {
      renew: { describe: 'Says that the old keys shall stop working', isRequired: false },
    },
    run: renewSandbox,
  },
];

async function createMasterKey({ values, print }: Invocation): Promise<void> {
  const key = `${Buffer.from(systemRandom.bytes(32)).toString('base64')}\n`;
  const file = values.text('file');
  if (file === undefined) print.text(key);
  else await writeNewFile(file, key);
  print.note(
    'Keep it where the backups of the database are not. Without it no code can be looked up.',
  );
}

async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new NotDone(
      `${file} is there already and stays as it is: a master key is never written over.`,
    );
  }
}

async function listItems(invocation: Invocation): Promise<void> {
  const server = serverOf(invocation);
  const items =
    server === undefined
      ? await readOpenItems(invocation)
      : ((await server.ask('GET', '/admin/items'))['items'] as object[]);
  const columns = [
    'itemId',
    'openedAt',
    'cause',
    'client',
    'requestId',
    'instrumentId',
    'amountMinor',
  ];
  invocation.print.list('items', items, columns);
}

function readOpenItems(invocation: Invocation): Promise<object[]> {
  return inHouse(invocation.environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const clients = await listClients(clientDesk(house, issuerId));
    const keys = new Map(clients.map(({ clientId, key }) => [clientId, key]));
    const rows = await readItems(house.database, { issuerId, most: ROWS_MAX });
    return rows.map((row) => ({ ...row, client: keys.get(row.clientId) }));
  });
}

async function closeOneItem(invocation: Invocation): Promise<void> {
  const { values, environment, print } = invocation;
  const text = values.needed('item');
  if (!/^[0-9]{1,18}$/.test(text)) throw new WrongUse(`--item is a number, not "${text}"`);
  const itemId = BigInt(text);
  const note = values.needed('note').trim();
  if (note.length < 1 || note.length > 500) throw new WrongUse('--note has 1 to 500 characters');
  const server = serverOf(invocation);
  if (server !== undefined) {
    print.thing(await server.ask('POST', `/admin/items/${itemId}/closing`, { note }));
    return;
  }
  await inHouse(environment, async (house) => {
    const issuer = issuerOf(house, invocation);
    const { connection, clock, record } = catalogueDesk(house, issuer);
    const desk = { connection, clock, record, engine: await house.engine() };
    const clientId = await houseClientId(house, issuer.issuerId);
    const wanted = { itemId, issuerId: issuer.issuerId, clientId, note };
    print.thing({
      itemId,
      lane: laneOfId(itemId),
      closedAt: doneOr(await closeItem(desk, wanted)),
    });
  });
}

async function payFunds(invocation: Invocation): Promise<void> {
  const { values, print } = invocation;
  const amountMinor = wholeOf('amount', values.needed('amount'));
  const direction = values.isSet('out') ? 'out' : 'in';
  const requestId = values.text('request-id') ?? `cli-${newSecret()}`;
  const unit = values.needed('unit');
  const server = serverOf(invocation);
  if (server !== undefined) {
    const sent = { clientId: values.needed('client'), direction, amountMinor, unit };
    print.thing(await server.ask('POST', '/funds', sent, requestId));
    return;
  }
  await inHouse(invocation.environment, async (house) => {
    const desk = clientDesk(house, issuerOf(house, invocation).issuerId);
    const client = (await listClients(desk)).find(({ key }) => key === values.needed('client'));
    if (client === undefined) throw new NotDone(`There is no client "${values.needed('client')}"`);
    const done = await submitAsHouse(house, invocation, {
      kind: 'fund',
      requestId,
      fundsOfClientId: client.clientId,
      direction,
      amountMinor: BigInt(amountMinor),
      unit,
    });
    print.thing({
      requestId,
      direction,
      amountMinor: done.amountMinor,
      unit,
      decidedAt: done.decidedAt,
    });
  });
}

type Sent<Act> = Act extends Operation ? Omit<Act, 'clientId' | 'issuerId' | 'arrivedAt'> : never;

/** In the name of the issuer itself; anything but an accepted answer is told with its id. */
async function submitAsHouse(house: House, invocation: Invocation, act: Sent<Operation>) {
  const { issuerId } = issuerOf(house, invocation);
  const clientId = await houseClientId(house, issuerId);
  const engine = await house.engine();
  const operation = { ...act, issuerId, clientId, arrivedAt: house.clock.now() } as Operation;
  const outcome = await engine.submit(operation);
  if (outcome.outcome === 'accepted') return outcome.done;
  if (outcome.outcome === 'refused')
    throw new NotDone(`Refused: ${outcome.refusal.replaceAll('_', ' ')}`);
  throw new NotDone(`${outcome.outcome}: do it again with --request-id ${act.requestId}`);
}

async function listSomeCards(invocation: Invocation): Promise<void> {
  const { values, environment, print } = invocation;
  const most = Math.min(wholeOf('limit', values.text('limit') ?? '20'), ROWS_MAX);
  const cards = await inHouse(environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const product = house.catalogue.current().findProduct(issuerId, values.needed('product'));
    if (product === undefined)
      throw new NotDone(`There is no product "${values.needed('product')}"`);
    const { productId } = product;
    return readCards(house.database, {
      productId,
      state: values.text('state') ?? 'blank',
      faceMinor: null,
      most,
    });
  });
  const shown = cards.map(({ instrumentId, ...card }) => ({
    ...card,
    instrument: `ins_${instrumentId}`,
  }));
  print.list('cards', shown, ['instrument', 'number', 'faceMinor', 'state', 'openFreezes']);
}

/** R34: the file is written once; to write it anew is to make new keys. */
async function renewSandbox({ environment, values, print }: Invocation): Promise<void> {
  if (!values.isSet('renew'))
    throw new WrongUse('--renew is missing: the old keys will stop working');
  await inHouse(environment, async (house) => {
    const { config } = house;
    const tools: DemoTools = {
      ...house,
      connection: house.database,
      random: systemRandom,
      refreshClients,
    };
    if (!(await hasDemo(tools))) throw new NotDone('There is no demo in this database');
    const file = join(config.dataFolder, SANDBOX_FILE);
    const before = await readSandbox(file);
    const secrets = await renewDemoKeys(tools, before?.agcod.accessKeyId);
    const url = `${config.http.tls === null ? 'http' : 'https'}://${config.http.host}:${config.http.port}`;
    const doors = {
      httpUrl: before?.http.baseUrl ?? url,
      agcodUrl: before?.agcod.baseUrl ?? url,
      region: before?.agcod.region ?? 'us-west-2',
      till: { host: config.till.host, port: config.till.port },
    };
    const sandbox = await gatherSandbox(tools, secrets, doors);
    await rm(file, { force: true });
    print.thing({ file: await writeSandbox(config.dataFolder, sandbox) });
  });
}

const refreshClients = async (): Promise<void> => undefined; // no door of this process reads the directory

async function readSandbox(file: string): Promise<Sandbox | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Sandbox;
  } catch {
    return undefined; // lost or spoilt: what it held is made anew
  }
}

function wholeOf(name: string, text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new WrongUse(`--${name} is a whole number, not "${text}"`);
}
