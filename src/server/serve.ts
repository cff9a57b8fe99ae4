import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, NotDone } from '../cli/index.ts';
import {
  readSandboxConsole,
  readSandboxMember,
  SANDBOX_FILE,
  type DemoOperator,
} from '../demo/index.ts';
import { TillNotProtected } from '../doors/till/index.ts';
import { readConfig } from '../kernel/config.ts';
import { FolderInUse } from '../kernel/database/index.ts';
import { processLog, type Logger } from '../kernel/log.ts';
import { namedOrigin } from '../kernel/loopback.ts';
import { startServer, type RunningServer } from './start-server.ts';
import { CannotStart } from './try-doors.ts';

/** `kinken serve`: runs until it is told to stop, then drains. */
export const SERVE: Command = {
  words: 'serve',
  summary: 'Runs the server: HTTP, till and AGCOD',
  options: {
    demo: { describe: 'Makes the demo also in a database of DATABASE_URL' },
  },
  notes:
    'Settings: HOST, PORT, TILL_HOST, TILL_PORT, KINKEN_DATA, DATABASE_URL, KINKEN_MASTER_KEY_FILE,\n' +
    'KINKEN_TLS_CERT, KINKEN_TLS_KEY and more: see docs/operations/settings.md.',
  async run({ environment, values }) {
    const config = readConfig(environment);
    const log = processLog(config.logLevel);
    const stopAsked = listenForStop(log);
    const server = await start(() =>
      startServer({ config, log, isDemoAsked: values.isSet('demo') }),
    );
    await welcome(log, server, config.dataFolder);
    await stopAsked;
    await server.stop();
    log.info('stopped: everything that was answered is kept');
  },
};

async function start(starting: () => Promise<RunningServer>): Promise<RunningServer> {
  try {
    return await starting();
  } catch (error) {
    if (error instanceof CannotStart || error instanceof TillNotProtected)
      throw new NotDone(error.message);
    if (error instanceof FolderInUse) throw new NotDone(`${error.message}\n${FOR_ANOTHER}`);
    throw error;
  }
}

const FOR_ANOTHER =
  'Use the server that runs, or stop it. For a second one beside it set KINKEN_DATA to another folder, and PORT\n' +
  'and TILL_PORT to free ports.';

/** The first signal drains; a second one ends at once, and loses nothing that was answered. */
function listenForStop(log: Logger): Promise<unknown> {
  const first = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  void first.then(() => {
    log.info('stopping: finishing what is under way (once more to end at once)');
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => process.exit(130));
  });
  return first;
}

async function welcome(log: Logger, server: RunningServer, dataFolder: string): Promise<void> {
  const { httpUrl, till } = server;
  const doors = { http: httpUrl, till: `${till.host}:${till.port}` };
  const sandbox = resolve(dataFolder, SANDBOX_FILE); // also of an earlier start
  const hasSandbox = server.hasDemo && existsSync(sandbox);
  const known = {
    ...doors,
    database: server.database,
    ...(hasSandbox && { sandboxFile: sandbox }),
  };
  log.info(known, hasSandbox ? 'ready; keys and operators of the demo: sandboxFile' : 'ready');
  if (process.stdout.isTTY !== true || !server.hasDemo) return;
  const operators = (await readSandboxConsole(dataFolder))?.operators ?? [];
  const member = await readSandboxMember(dataFolder);
  const site = namedOrigin(httpUrl); // passkeys are made there
  process.stdout.write(`
  Kinken runs, with a demo in it.

  Page         ${site}/
  Status       ${site}/status
  What to buy  ${site}/buy
  Why not?     ${site}/why
  Mail         ${site}/demo/outbox
  API          ${site}/docs      (OpenAPI: ${site}/openapi.json)
  Console      ${site}/console
${operators.map(signInLine).join('')}  Member       ${site}/sign-in      (the code of a new browser: ${site}/demo/outbox)
${member === null ? '' : signInLine(member)}  Till         ${till.host}:${till.port}   (ISO 8583)
  Keys, cards  ${sandbox}

  Issue a code of 1,500 yen, then look it up on the page:

    KEY=$(node -p "require('${sandbox}').http.apiKey")
    curl -s ${httpUrl}/v1/instruments -H "Authorization: Bearer $KEY" -H "Idempotency-Key: first" \\
      -H 'Content-Type: application/json' \\
      -d '{"productId":"gift-code","amountMinor":1500,"unit":"JPY"}'

  Ctrl-C stops it; everything is there at the next start.

`);
}

/** Only at a terminal: whoever sees it has started the server. */
function signInLine({ email, password }: Pick<DemoOperator, 'email' | 'password'>): string {
  return `                 ${email.padEnd(32)} ${password}\n`;
}
