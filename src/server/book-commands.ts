import { join } from 'node:path';
import { BackupRefused, restoreBackup, writeBackup } from '../backup/index.ts';
import {
  issuerOf,
  inHouse,
  NotDone,
  WrongUse,
  type Command,
  type Invocation,
  HOUSE_OPTIONS,
} from '../cli/index.ts';
import { verifyBooks } from '../instruments/index.ts';
import { dayIn, isZone, startOfDay } from '../kernel/calendar.ts';
import { databaseClock, type Instant, monotonicMs } from '../kernel/clock.ts';
import { readConfig } from '../kernel/config.ts';
import { migrate, openDatabase, type Database } from '../kernel/database/index.ts';
import { AUDIT_CHAIN, verifyAudit, type AuditReport } from '../operators/index.ts';
import { BEFORE_ALL_ROOTS, deliverRoots, makeDueRoots } from '../ledger/index.ts';
import { settleDay, SettlementDiffers, SettlementDisagrees } from '../settlement/index.ts';

/** Commands that read the books as a whole, or keep them safe. */
export const BOOK_COMMANDS: readonly Command[] = [
  {
    words: 'migrate',
    summary: 'Brings the database to this version',
    options: {},
    besideServer: 'a server brings its embedded database to its version when it starts',
    run: runMigrate,
  },
  {
    words: 'verify',
    summary: 'Proves the books from the tables alone and names the first row that is wrong',
    options: {
      roots: {
        value: 'FOLDER',
        describe: 'Where daily roots were delivered: holds the chain against them',
      },
    },
    notes: 'Ends with 1 when something is wrong. On PostgreSQL it may run beside the server.',
    besideServer: 'have the server copy its folder (POST /v1/admin/backups) and verify the copy',
    run: runVerify,
  },
  {
    words: 'root',
    summary: 'Signs the roots of the days that are over, and writes those a folder does not have',
    options: { folder: { value: 'FOLDER', describe: 'Where to; else roots in the data folder' } },
    besideServer: 'the server signs each day and writes it into roots in its data folder by itself',
    run: runRoot,
  },
  {
    words: 'settle',
    summary:
      'Writes the settlement files of a day: sellers, merchants, partners with paid-in funds',
    options: {
      ...HOUSE_OPTIONS,
      day: { value: 'YYYY-MM-DD', describe: 'A day that is over', isRequired: true },
      zone: { value: 'ZONE', describe: 'Where the day begins and ends; else Asia/Tokyo' },
      folder: { value: 'FOLDER', describe: 'Where to; else settlement in the data folder' },
    },
    besideServer: "the server writes each day's files by itself into settlement in its data folder",
    run: runSettle,
  },
  {
    words: 'backup',
    summary: 'Saves the whole database into one file',
    arguments: ['FILE'],
    options: {},
    notes:
      'On PostgreSQL it runs beside the server. Keep the master key apart from what it writes.',
    besideServer: 'the server copies its own folder: POST /v1/admin/backups (scope admin:backups)',
    run: runBackup,
  },
  {
    words: 'restore',
    summary: 'Puts a backup into a new database',
    arguments: ['FILE'],
    options: {},
    run: runRestore,
  },
];

/** Without the master key: for what needs only tables. */
async function withDatabase<Value>(
  { environment }: Invocation,
  work: (database: Database) => Promise<Value>,
): Promise<Value> {
  const { databaseUrl: url, dataFolder: folder } = readConfig(environment);
  const database = await openDatabase(url === null ? { folder } : { url });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function runMigrate(invocation: Invocation): Promise<void> {
  await withDatabase(invocation, async (database) => {
    const applied = await migrate(database);
    invocation.print.list(
      'applied',
      applied.map(({ name }) => ({ name })),
      ['name'],
    );
    if (applied.length === 0)
      invocation.print.note('Nothing to do: the database is at this version.');
  });
}

async function runVerify(invocation: Invocation): Promise<void> {
  const { print, values } = invocation;
  const folder = values.text('roots');
  const { report, trail } = await withDatabase(invocation, async (database) => ({
    report: await verifyBooks(database, {
      roots: { ...(folder !== undefined && { folder }), chains: [AUDIT_CHAIN] },
    }),
    trail: await database.transaction(verifyAudit, 'snapshot'),
  }));
  const { findings, ok: booksAgree, ...counts } = report;
  const ok = booksAgree && trail.finding === null;
  print.thing({ ok, ...counts, auditRows: trail.rows });
  if (ok) return;
  print.list(
    'findings',
    [...findings, ...findingsOfTrail(trail)],
    ['kind', 'lane', 'table', 'key', 'column', 'stands', 'expected'],
  );
  throw new NotDone('The books do not agree: the rows above are the first of each kind.');
}

/** The staff's trail is a chain of its own: told beside the books, in the same columns. */
function findingsOfTrail({ finding }: AuditReport): object[] {
  if (finding === null) return [];
  const { auditId, ...row } = finding;
  return [{ kind: 'audit_chain', lane: null, table: 'audit', key: String(auditId), ...row }];
}

async function runRoot({ environment, print, values }: Invocation): Promise<void> {
  await inHouse(environment, async ({ config, database, clock, keys }) => {
    const folder = values.text('folder') ?? join(config.dataFolder, 'roots');
    await makeDueRoots(database, clock, { ...keys, chains: [AUDIT_CHAIN] });
    const roots = await deliverRoots(database, folder, BEFORE_ALL_ROOTS);
    const written = roots.filter(({ isNew }) => isNew);
    print.list('roots', written, ['day', 'file']);
  });
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const JUST_ENDED_MS = 60_000; // its last batches may still be under way

async function runSettle(invocation: Invocation): Promise<void> {
  const { environment, values, print } = invocation;
  const day = values.needed('day');
  if (!DAY.test(day)) throw new WrongUse('--day is written YYYY-MM-DD');
  await inHouse(environment, async (house) => {
    const { issuerId } = issuerOf(house, invocation);
    const zone = values.text('zone') ?? 'Asia/Tokyo';
    const folder = values.text('folder') ?? join(house.config.dataFolder, 'settlement');
    checkIsOver(day, zone, house.clock.now());
    try {
      const order = { issuerId, day, zone, folder };
      const files = await settleDay(house.database, house.catalogue.current(), house.clock, order);
      print.list(
        'files',
        files.map(({ party, csv, lines }) => ({ party: party.key, csv, lines })),
        ['party', 'csv', 'lines'],
      );
    } catch (error) {
      if (error instanceof SettlementDiffers || error instanceof SettlementDisagrees) {
        throw new NotDone(error.message);
      }
      throw error;
    }
  });
}

function checkIsOver(day: string, zone: string, now: Instant): void {
  if (!isZone(zone)) throw new WrongUse(`--zone is a name like Asia/Tokyo, not "${zone}"`);
  if (startOfDay(day, zone) === null) throw new WrongUse(`There is no day ${day}`);
  if (day >= dayIn(now - JUST_ENDED_MS, zone)) {
    throw new NotDone(`${day} is not over in ${zone}, or has only just ended: try later`);
  }
}

async function runBackup(invocation: Invocation): Promise<void> {
  const [file = ''] = invocation.arguments;
  await withDatabase(invocation, async (database) => {
    const clock = databaseClock(await database.readNow(), monotonicMs());
    invocation.print.thing(await writeBackup(database, file, clock));
  });
}

async function runRestore(invocation: Invocation): Promise<void> {
  const [file = ''] = invocation.arguments;
  await withDatabase(invocation, async (database) => {
    await migrate(database);
    try {
      const { rows } = await restoreBackup(database, file);
      invocation.print.thing({ file, rows });
      invocation.print.note('Now run: kinken verify');
    } catch (error) {
      if (error instanceof BackupRefused) throw new NotDone(error.message);
      throw error;
    }
  });
}
