import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  addKnownHosts,
  hostsOf,
  LIST_ROWS_MAX,
  readUrlList,
  type ListedHost,
  type ToldList,
} from '../checks/index.ts';
import { present } from '../kernel/assert.ts';
import { readConfig } from '../kernel/config.ts';
import { BOUNCE_BYTES_MAX, BOUNCE_FOLDER, leaveBounce } from '../notices/index.ts';
import { doneOr } from './administration.ts';
import { serverOf } from './ask-server.ts';
import { NotDone, SERVER_OPTIONS, type Command, type Invocation } from './command.ts';
import { catalogueDesk, inHouse, issuerOf } from './open-house.ts';

/** What comes from outside about messages: those that came back, and lists of forged addresses. */
export const MESSAGE_COMMANDS: readonly Command[] = [
  {
    words: 'bounce',
    summary: 'Takes a mail that came back from its standard input, for a mail server to pipe to',
    options: {},
    notes:
      'Leaves it in the folder bounces/ of the data folder, where the server looks; it needs neither key nor database.\n' +
      'In Postfix: bounces: "|kinken bounce" (docs/operations/mail.md).',
    run: leaveFromInput,
  },
  {
    words: 'import-phishing-hosts',
    summary: 'Adds the hosts of a CSV of phishing addresses (date, URL, brand)',
    arguments: ['FILE'],
    options: SERVER_OPTIONS,
    notes:
      'A first line may name the columns, in any order (date,url,brand). Lines that cannot be read are told by their\n' +
      'number and left out. Cut off, it is run again from the beginning: what is there stays as it is.',
    run: importHosts,
  },
];

async function leaveFromInput({ environment, print }: Invocation): Promise<void> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BOUNCE_BYTES_MAX) throw new NotDone('It is longer than a mail that comes back');
    chunks.push(chunk);
  }
  const mail = Buffer.concat(chunks);
  if (!/^[!-9;-~]+:/.test(mail.toString('latin1'))) throw new NotDone('This is no mail');
  const folder = join(readConfig(environment).dataFolder, BOUNCE_FOLDER);
  if (!(await leaveBounce(folder, mail))) {
    throw new NotDone(`${folder} is full: no server takes the mails out of it`);
  }
  print.note(`It is in ${folder}`);
}

const FILE_BYTES_MAX = 256_000_000;
const HOSTS_AT_ONCE = 2_000;
const WRONG_SHOWN = 100;

async function importHosts(invocation: Invocation): Promise<void> {
  const { print } = invocation;
  const [path = ''] = invocation.arguments;
  const { urls, wrong, isCut } = readUrlList(await textOf(path));
  for (const { line, sentence } of wrong.slice(0, WRONG_SHOWN)) {
    print.note(`${path}:${line}: ${sentence}`);
  }
  if (wrong.length > WRONG_SHOWN) print.note(`and ${wrong.length - WRONG_SHOWN} more lines`);
  if (isCut) print.note(`Only the first ${LIST_ROWS_MAX} rows are read: divide the file.`);
  const hosts = hostsOf(urls);
  if (hosts.length === 0) throw new NotDone(`There is no line in ${path} that can be read`);
  const days = urls.map(({ on }) => on).toSorted();
  await addAll(invocation, hosts, {
    source: basename(path).slice(0, 200),
    urls: urls.length,
    hosts: hosts.length,
    refused: wrong.length,
    firstOn: present(days.at(0), 'a host has a line'),
    lastOn: present(days.at(-1), 'a host has a line'),
  });
  print.thing({ urls: urls.length, hosts: hosts.length, refusedLines: wrong.length });
}

async function textOf(path: string): Promise<string> {
  const missing = (error: NodeJS.ErrnoException): never => {
    throw new NotDone(`${path} cannot be read: ${error.code ?? error.message}`);
  };
  const { size } = await stat(path).catch(missing);
  if (size > FILE_BYTES_MAX) throw new NotDone(`${path} is longer than ${FILE_BYTES_MAX} bytes`);
  return readFile(path, 'utf8').catch(missing);
}

/** The list is told with its last part: by then all of it is in. */
async function addAll(
  invocation: Invocation,
  hosts: readonly ListedHost[],
  list: ToldList,
): Promise<void> {
  const parts = Array.from({ length: Math.ceil(hosts.length / HOSTS_AT_ONCE) }, (_, at) =>
    hosts.slice(at * HOSTS_AT_ONCE, (at + 1) * HOSTS_AT_ONCE),
  ).map((part, at, all) => ({ hosts: part, ...(at === all.length - 1 && { list }) }));
  const server = serverOf(invocation);
  if (server !== undefined) {
    for (const part of parts) await server.ask('POST', '/admin/phishing-hosts', part);
    return;
  }
  await inHouse(invocation.environment, async (house) => {
    const issuer = issuerOf(house, invocation);
    const catalogue = house.catalogue.current();
    for (const part of parts) {
      doneOr(await addKnownHosts(catalogueDesk(house, issuer), catalogue, issuer.key, part));
    }
  });
}
