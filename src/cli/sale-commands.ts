import { readFile } from 'node:fs/promises';
import { accepted } from '../kernel/result.ts';
import {
  importOffers,
  previewImport,
  readImportFile,
  type ImportReport,
  type Offer,
  type ReadFile,
} from '../programmes/index.ts';
import { doneOr, listCommand } from './administration.ts';
import { serverOf } from './ask-server.ts';
import { NotDone, SERVER_OPTIONS, type Command, type Invocation } from './command.ts';
import { catalogueDesk, inHouse, issuerOf, type House } from './open-house.ts';

/** What is sold where: brought in by file, and looked at. Single changes are made over HTTP or in the console. */
export const SALE_COMMANDS: readonly Command[] = [
  {
    words: 'import-offers',
    summary: 'Brings in a YAML file of what is sold where: all of it, or nothing',
    arguments: ['FILE'],
    options: {
      ...SERVER_OPTIONS,
      'dry-run': { describe: 'Shows what would change, and changes nothing' },
    },
    notes:
      'Sections: aggregators, chains, sellers, shops, tenders, offers (docs/operations/offers.md). What the file does\n' +
      'not name stays as it is; the same file again changes nothing.',
    run: bringIn,
  },
  listCommand({
    words: 'chain list',
    summary: 'Lists the chains',
    name: 'chains',
    columns: ['key', 'nameJa', 'nameEn', 'aggregatorId'],
    path: () => '/chains',
    read: async (house, { issuer }) =>
      accepted(ofIssuer(house.catalogue.current().chains, issuer.issuerId)),
  }),
  listCommand({
    words: 'tender list',
    summary: 'Lists the ways of paying, as they are now',
    name: 'tenders',
    columns: ['key', 'kind', 'carrier', 'nameJa', 'nameEn', 'sessionMinutes', 'canLoadPrepaid'],
    path: () => '/tenders',
    read: async (house, { issuer }) => {
      const catalogue = house.catalogue.current();
      const at = house.clock.now();
      const tenders = ofIssuer(catalogue.tenders, issuer.issuerId);
      return accepted(tenders.map((each) => catalogue.tenderAt(each.tenderId, at) ?? each));
    },
  }),
  listCommand({
    words: 'offer list',
    summary: 'Lists what is offered now: seller, product and tender',
    name: 'offers',
    columns: [
      'seller',
      'product',
      'tender',
      'amountMinMinor',
      'amountMaxMinor',
      'validFrom',
      'endsAt',
    ],
    besideServer: 'the console, page "Offers", or GET /v1/admin/offers',
    read: async (house, { issuer }) => accepted(offersOf(house, issuer.issuerId)),
  }),
];

async function bringIn(invocation: Invocation): Promise<void> {
  const [path = ''] = invocation.arguments;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new NotDone(`${path} cannot be read: ${error.code ?? error.message}`);
  });
  const read = readImportFile(text);
  if (!read.ok) {
    throw new NotDone(
      refusalOf(
        path,
        read.problems.map(({ line, sentence }) => `${path}:${line}: ${sentence}`),
      ),
    );
  }
  const isDryRun = invocation.values.isSet('dry-run');
  const report = await bringInFile(invocation, read.value, isDryRun);
  if (report.problems.length > 0) {
    const lines = report.problems.map(
      ({ path: place, sentence }) => `${path}:${read.value.lineOf(place)}: ${sentence}`,
    );
    throw new NotDone(refusalOf(path, lines));
  }
  tellOf(invocation, report, isDryRun);
}

async function bringInFile(
  invocation: Invocation,
  { content, file }: ReadFile,
  isDryRun: boolean,
): Promise<Told> {
  const server = serverOf(invocation);
  if (server !== undefined) {
    const sent = { file: content ?? {}, isDryRun };
    return (await server.ask('POST', '/admin/offers-import', sent)) as unknown as Told;
  }
  return inHouse(invocation.environment, async (house) => {
    const { key, issuerId } = issuerOf(house, invocation);
    const report = isDryRun
      ? previewImport(house.catalogue.current(), file, { issuerId, at: house.clock.now() })
      : doneOr(await importOffers(catalogueDesk(house, { issuerId }), key, file));
    return { ...report, changed: report.differences.length };
  });
}

/** As a server tells it too, which shows the first of the differences only. */
interface Told extends Pick<ImportReport, 'problems' | 'isDone' | 'unchanged'> {
  readonly changed: number;
  readonly differences: readonly Pick<
    ImportReport['differences'][number],
    'kind' | 'key' | 'isNew' | 'fields'
  >[];
}

function tellOf({ print }: Invocation, report: Told, isDryRun: boolean): void {
  const rows = report.differences.map(({ kind, key, isNew, fields }) => ({
    what: isNew ? 'new' : 'changed',
    kind,
    key,
    fields: isNew
      ? ''
      : Object.entries(fields)
          .map(([field, { before, after }]) => `${field}: ${shown(before)} -> ${shown(after)}`)
          .join('; '),
  }));
  print.list('differences', rows, ['what', 'kind', 'key', 'fields']);
  const { changed, unchanged } = report;
  print.note(
    isDryRun
      ? `${changed} would change, ${unchanged} are as the file says. Nothing was changed.`
      : `${changed} changed, ${unchanged} were as the file says.`,
  );
}

function refusalOf(path: string, lines: readonly string[]): string {
  const count = lines.length === 1 ? 'one mistake' : `${lines.length} mistakes`;
  return `Nothing of ${path} was taken: it has ${count}.\n${lines.join('\n')}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function offersOf(house: House, issuerId: number): object[] {
  const { sellers, products, tenders, offers } = house.catalogue.current();
  const rows: object[] = [];
  for (const offer of offers.inForce(house.clock.now())) {
    if (offer.issuerId === issuerId) rows.push({ ...offer, ...keysOf(offer) });
  }
  return rows;

  function keysOf({ sellerId, productId, tenderId }: Offer) {
    return {
      seller: sellers.get(sellerId)?.key,
      product: products.get(productId)?.key,
      tender: tenders.get(tenderId)?.key,
    };
  }
}

function ofIssuer<Thing extends { readonly issuerId: number }>(
  things: ReadonlyMap<number, Thing>,
  issuerId: number,
): readonly Thing[] {
  return [...things.values()].filter((thing) => thing.issuerId === issuerId);
}
