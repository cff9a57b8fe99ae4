import {
  ColumnsRefused,
  type ImportPart,
  type ImportUnderWay,
  type PartDone,
  type RefusedLine,
  type Run,
  acknowledgeExport,
  continueRun,
  exportRun,
  findRunById,
  importCards,
  importingHere,
  listRuns,
  openMint,
  shownRun,
  startRun,
} from '../instruments/index.ts';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { present } from '../kernel/assert.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Product } from '../programmes/index.ts';
import { doneOr } from './administration.ts';
import { type ServerDesk, serverOf } from './ask-server.ts';
import {
  type Command,
  HOUSE_OPTIONS,
  type Invocation,
  NotDone,
  type OptionSpec,
  SERVER_OPTIONS,
  WrongUse,
} from './command.ts';
import { catalogueDesk, houseClientId, inHouse, issuerOf, type House } from './open-house.ts';

const RUN: Readonly<Record<string, OptionSpec>> = {
  run: { value: 'ID', describe: 'As run list shows it', isRequired: true },
};

/** Cards by the thousand. What a printer is given leaves by a command on the database itself. */
export const STOCK_COMMANDS: readonly Command[] = [
  {
    words: 'stock',
    summary: 'Makes a run of blank cards for a printer',
    options: {
      ...SERVER_OPTIONS,
      product: { value: 'KEY', describe: 'Of which product', isRequired: true },
      count: { value: 'COUNT', describe: 'How many, 10,000,000 at most', isRequired: true },
      face: { value: 'MINOR', describe: 'Their face in minor units; without it they are variable' },
      recipient: {
        value: 'AGE1...',
        describe: 'Public key of the printer (age); needed where the cards have codes',
      },
    },
    notes: 'A run that was stopped goes on with: kinken run continue --run ID',
    run: makeStock,
  },
  {
    words: 'run list',
    summary: 'Lists the runs, the newest hundred',
    options: SERVER_OPTIONS,
    run: showRuns,
  },
  {
    words: 'run continue',
    summary: 'Makes what is missing of a run that was stopped',
    options: { ...SERVER_OPTIONS, ...RUN },
    run: goOnWithRun,
  },
  {
    words: 'export',
    summary: "Writes a run's cards to a file that only its printer can read",
    arguments: ['FILE'],
    options: { ...HOUSE_OPTIONS, ...RUN },
    notes:
      "The file is a CSV of number, code, face_minor and unit, encrypted to the run's recipient (age). The printer\n" +
      'decrypts it (age -d -i key.txt FILE > cards.csv) and names the SHA-256 of cards.csv, which is given to\n' +
      'kinken acknowledge. Until then it may be exported again; each time is in the audit trail.',
    run: writeExport,
  },
  {
    words: 'acknowledge',
    summary: 'Takes note that the printer has a run, and erases its codes',
    options: {
      ...HOUSE_OPTIONS,
      ...RUN,
      hash: {
        value: 'SHA256',
        describe: 'Of the CSV that the printer decrypted, in hexadecimal',
        isRequired: true,
      },
    },
    run: takeAcknowledgement,
  },
  {
    words: 'import',
    summary: 'Brings in a card base from a CSV',
    arguments: ['FILE'],
    options: {
      ...SERVER_OPTIONS,
      report: { value: 'FILE', describe: 'Where refused lines are written (FILE.refused.csv)' },
      'keep-codes': {
        describe:
          'Keeps the codes sealed, so that they can be shown again; else only hashes are kept',
      },
    },
    notes: 'Columns: docs/operations/import.md. The same file again goes on where it stopped.',
    run: bringIn,
  },
];

async function showRuns(invocation: Invocation): Promise<void> {
  const server = serverOf(invocation);
  const runs =
    server === undefined
      ? await inHouse(invocation.environment, async (house) => {
          const { issuerId } = issuerOf(house, invocation);
          return (await listRuns(house.database, issuerId)).map((run) => shown(house, run));
        })
      : ((await server.ask('GET', '/admin/runs'))['runs'] as object[]);
  const columns = [
    'runId',
    'product',
    'faceMinor',
    'cardCount',
    'state',
    'createdAt',
    'madeAt',
    'acknowledgedAt',
  ];
  invocation.print.list('runs', runs, columns);
}

async function makeStock(invocation: Invocation): Promise<void> {
  const { values, environment } = invocation;
  const cardCount = wholeOf('count', values.needed('count'));
  const face = values.text('face');
  const faceMinor = face === undefined ? null : BigInt(wholeOf('face', face));
  const server = serverOf(invocation);
  if (server !== undefined) {
    const recipient = values.text('recipient') ?? null;
    const wanted = { productId: values.needed('product'), cardCount, recipient };
    const sent = { ...wanted, faceMinor: faceMinor === null ? null : Number(faceMinor) };
    await finishAtServer(invocation, server, await server.ask('POST', '/admin/runs', sent));
    return;
  }
  await inHouse(environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const key = values.needed('product');
    const product = house.catalogue.current().findProduct(issuerId, key);
    if (product === undefined) throw new NotDone(`There is no product "${key}"`);
    const started = await startRun(catalogueDesk(house, product), {
      product,
      cardCount,
      faceMinor,
      clientId: await houseClientId(house, issuerId),
      recipient: values.text('recipient') ?? null,
    });
    const run = await findRunById(house.database, doneOr(started));
    await finishStock(invocation, house, present(run, 'a run that was started is there'));
  });
}

async function goOnWithRun(invocation: Invocation): Promise<void> {
  const server = serverOf(invocation);
  if (server === undefined) {
    await inRun(invocation, (house, run) => finishStock(invocation, house, run));
    return;
  }
  const runId = wholeOf('run', invocation.values.needed('run'));
  await finishAtServer(invocation, server, { runId, state: 'making' });
}

/** The server makes some ten thousand at a time; what was made stays, whenever this ends. */
async function finishAtServer(
  { print }: Invocation,
  server: ServerDesk,
  begun: Record<string, unknown>,
): Promise<void> {
  const path = `/admin/runs/${Number(begun['runId'])}/continuation`;
  let run = begun;
  let cardsMade = 0;
  while (run['state'] === 'making') {
    const { madeNow, ...after } = await server.ask('POST', path, {});
    run = after;
    cardsMade += Number(madeNow);
    print.note(`${cardsMade} cards`);
  }
  print.thing(run);
}

async function finishStock({ print }: Invocation, house: House, run: Run): Promise<void> {
  const engine = await house.engine();
  let cardsMade = 0;
  const onProgress = (more: number) => {
    const before = cardsMade;
    cardsMade += more;
    if (Math.floor(before / 10_000) < Math.floor(cardsMade / 10_000))
      print.note(`${cardsMade} cards`);
  };
  const mint = openMint(house.keys, systemRandom, engine.laneCount);
  const tools = { connection: house.database, engine, mint, clock: house.clock, onProgress };
  await continueRun(tools, run, productOf(house, run));
  const after = await findRunById(house.database, run.runId);
  print.thing(shown(house, present(after, 'a run that was made is there')));
}

async function writeExport(invocation: Invocation): Promise<void> {
  const [file = ''] = invocation.arguments;
  await inRun(invocation, async (house, run) => {
    const exported = doneOr(
      await exportRun(exportTools(house, run), run, productOf(house, run).unit),
    );
    const unfinished = `${file}.part`; // a file that stopped half way never has the name of a whole one
    await pipeline(exported.file, createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, file);
    invocation.print.thing({ runId: run.runId, file, csvSha256: await exported.hash });
  });
}

async function takeAcknowledgement(invocation: Invocation): Promise<void> {
  const text = invocation.values.needed('hash').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new WrongUse('--hash is a SHA-256 in hexadecimal: 64 characters');
  await inRun(invocation, async (house, run) => {
    doneOr(await acknowledgeExport(exportTools(house, run), run, Buffer.from(text, 'hex')));
    invocation.print.thing({ runId: run.runId, state: 'acknowledged' });
  });
}

async function bringIn(invocation: Invocation): Promise<void> {
  const { values, print } = invocation;
  const [file = ''] = invocation.arguments;
  const report = values.text('report') ?? `${file}.refused.csv`;
  const refused: RefusedLine[] = [];
  const onPart: OnPart = ({ firstLine, lines }, done) => {
    refused.push(...done.refused);
    print.note(`${firstLine + lines.length - 1} lines`);
  };
  const server = serverOf(invocation);
  const isCodeKept = values.isSet('keep-codes');
  const result = await (
    server === undefined
      ? bringInHere(invocation, { file, isCodeKept }, onPart)
      : importCards(file, importingAt(server, isCodeKept), onPart)
  ).catch(sayFault);
  await pipeline(reportLines(refused), createWriteStream(report, { mode: 0o600 }));
  print.thing({ ...result, report });
}

type OnPart = (part: ImportPart, done: PartDone) => void;

function bringInHere(
  invocation: Invocation,
  { file, isCodeKept }: { readonly file: string; readonly isCodeKept: boolean },
  onPart: OnPart,
) {
  return inHouse(invocation.environment, async (house) => {
    const issuer = issuerOf(house, invocation);
    const { issuerId } = issuer;
    const engine = await house.engine();
    const { keys, catalogue } = house;
    const tools = { ...catalogueDesk(house, issuer), engine, keys, laneCount: engine.laneCount };
    const clientId = await houseClientId(house, issuerId);
    const wanted = { issuerId, clientId, catalogue: catalogue.current(), isCodeKept };
    return importCards(file, importingHere(tools, wanted), onPart);
  });
}

function importingAt(server: ServerDesk, isCodeKept: boolean) {
  return async (fileHash: Uint8Array): Promise<ImportUnderWay> => {
    const fileSha256 = Buffer.from(fileHash).toString('hex');
    const begun = await server.ask('POST', '/admin/imports', { fileSha256 });
    const importId = Number(begun['importId']);
    const path = `/admin/imports/${importId}`;
    return {
      importId,
      async bringIn(part) {
        const done: unknown = await server.ask('POST', `${path}/parts`, { ...part, isCodeKept });
        return done as PartDone;
      },
      async end(refusedCount) {
        await server.ask('POST', `${path}/end`, { refusedCount });
      },
    };
  };
}

function* reportLines(refused: readonly RefusedLine[]): Generator<string> {
  yield 'line,cause\n';
  for (const { line, cause } of refused) yield `${line},${cause}\n`;
}

function sayFault(error: unknown): never {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  if (isMissing || error instanceof ColumnsRefused) throw new NotDone((error as Error).message);
  throw error;
}

/** The run that was named, of the issuer that was named: another's does not exist. */
async function inRun(
  invocation: Invocation,
  work: (house: House, run: Run) => Promise<void>,
): Promise<void> {
  const runId = wholeOf('run', invocation.values.needed('run'));
  await inHouse(invocation.environment, async (house) => {
    const run = await findRunById(house.database, runId);
    if (run === undefined || run.issuerId !== issuerOf(house, invocation).issuerId) {
      throw new NotDone(`There is no run ${runId}`);
    }
    await work(house, run);
  });
}

function exportTools(house: House, run: Run) {
  const { connection, record } = catalogueDesk(house, productOf(house, run));
  return { connection, record, keys: house.keys, clock: house.clock };
}

function productOf(house: House, run: Run): Product {
  return present(house.catalogue.current().products.get(run.productId), 'a run is of a product');
}

function shown(house: House, run: Run) {
  return shownRun(run, productOf(house, run));
}

function wholeOf(name: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new WrongUse(`--${name} is a whole number, not "${text}"`);
}
