import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  holdOwners,
  MAIL_BYTES_MAX,
  MAIL_LABELS,
  measureChecks,
  openResolver,
  readUrlList,
  type CollectedMail,
  type MailLabel,
  type Rates,
} from '../checks/index.ts';
import { inHouse, NotDone, WrongUse, type Command, type Invocation } from '../cli/index.ts';
import { readDkimKey } from '../kernel/mail-settings.ts';
import { openSentRegister } from '../notices/index.ts';
import { ownOwner } from './open-checks.ts';

const MAILS_MAX = 20_000;
const RATES_MAX = 10;
const FILE_BYTES_MAX = 256_000_000;

/** `kinken measure-check`: how right the registers are, and how much the second opinions find, on a collection. */
export const MEASURE_CHECK: Command = {
  words: 'measure-check',
  summary: 'Measures the message check on mails and addresses whose truth is known',
  options: {
    mails: { value: 'FOLDER', describe: 'With the folders ours, forged and others of .eml files' },
    urls: { value: 'FILE', describe: 'CSV of forged addresses: date, URL, brand' },
    honest: { value: 'FILE', describe: 'Honest hosts or addresses, one a line' },
    rate: { value: 'PERCENT', describe: 'How much of what is honest may be accused (0.1,1)' },
  },
  notes:
    'Reads the register of this database and changes nothing in it. Ends with 1 when the register is wrong about\n' +
    'a mail: one in ours that it does not know, or another that it takes for ours. docs/operations/message-checks.md',
  run: measure,
};

async function measure(invocation: Invocation): Promise<void> {
  const { values, environment, print } = invocation;
  const rates = (values.text('rate') ?? '0.1,1').split(',').map((each) => Number(each) / 100);
  if (rates.length > RATES_MAX || !rates.every((rate) => rate >= 0 && rate < 1)) {
    throw new WrongUse('--rate is a percentage from 0 to 99, or several with commas between them');
  }
  const [folder, urls, honest] = [values.text('mails'), values.text('urls'), values.text('honest')];
  if ((folder ?? urls) === undefined) throw new WrongUse('Give --mails, or --urls with --honest');
  const list = urls === undefined ? null : readUrlList(await textOf(urls));
  for (const { line, sentence } of list?.wrong.slice(0, 20) ?? []) {
    print.note(`${urls}:${line}: ${sentence}`);
  }
  const collection = {
    mails: folder === undefined ? [] : await readMails(folder),
    urls: list?.urls ?? [],
    honest: honest === undefined ? [] : linesOf(await textOf(honest)),
  };
  const measured = await inHouse(environment, async ({ config, database, keys, clock }) => {
    const owners = await holdOwners(database, [ownOwner(config)]);
    const { dkim } = config.mail;
    const parts = {
      connection: database,
      sent: openSentRegister(database, keys),
      owners: () => owners.current(),
      resolver: config.asksDns ? openResolver() : null,
      ownKey: dkim && { ...dkim, privateKey: readDkimKey(dkim.keyFile) },
      now: () => clock.now(),
    };
    return measureChecks(parts, collection, rates);
  });
  const { register } = measured;
  for (const { name, verdict } of register.wrong)
    print.note(`${name}: the register says ${verdict}`);
  print.thing({
    registerRight: register.right,
    registerWrong: register.wrong.length,
    ...shown('mails', measured.mails),
    ...shown('urls', measured.urls),
    ...shown('urlsWithLists', measured.urlsWithLists),
  });
  if (register.wrong.length > 0) {
    throw new NotDone(`The register is wrong about ${register.wrong.length} mails.`);
  }
}

function shown(name: string, { forged, honest, atRates, asTold, opinions }: Rates): object {
  if (forged + honest === 0) return {};
  const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;
  const at = ({ bound, found, accused }: Rates['asTold']) =>
    `from ${bound} points: ${percent(found)} of ${forged} found, ${percent(accused)} of ${honest} honest accused`;
  return {
    [name]: atRates
      .map(
        ({ rate, at: bound }) =>
          `at most ${percent(rate)}: ${bound ? at(bound) : 'no bound accuses so few'}`,
      )
      .join('; '),
    [`${name}AsTold`]: at(asTold),
    [`${name}Opinions`]: opinions
      .map((each) => `${each.opinion} ${each.forged}/${each.honest}`)
      .join(', '),
  };
}

async function readMails(folder: string): Promise<readonly CollectedMail[]> {
  const mails: CollectedMail[] = [];
  for (const label of MAIL_LABELS) {
    for (const name of await namesIn(folder, label)) {
      if (mails.length >= MAILS_MAX) throw new NotDone(`More than ${MAILS_MAX} mails: divide them`);
      const file = join(folder, label, name);
      if ((await stat(file)).size > MAIL_BYTES_MAX) continue; // the page takes none so long
      mails.push({ name: `${label}/${name}`, label, bytes: await readFile(file) });
    }
  }
  if (mails.length === 0) throw new NotDone(`${folder} has no .eml file in ours, forged or others`);
  return mails;
}

async function namesIn(folder: string, label: MailLabel): Promise<readonly string[]> {
  const names = await readdir(join(folder, label)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith('.eml')).toSorted();
}

async function textOf(file: string): Promise<string> {
  const missing = (error: NodeJS.ErrnoException): never => {
    throw new NotDone(`${file} cannot be read: ${error.code ?? error.message}`);
  };
  const { size } = await stat(file).catch(missing);
  if (size > FILE_BYTES_MAX) throw new NotDone(`${file} is longer than ${FILE_BYTES_MAX} bytes`);
  return readFile(file, 'utf8').catch(missing);
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
