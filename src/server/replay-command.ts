import { NotDone, type Command } from '../cli/index.ts';
import { readConfig } from '../kernel/config.ts';
import { silentLog } from '../kernel/log.ts';
import { replay, ScenarioWrong, type Played, type ReplayOptions } from '../replay/index.ts';
import { startServer } from './start-server.ts';

/** `kinken replay FILE`: an old incident, through the doors of today. */
export const REPLAY: Command = {
  words: 'replay',
  summary: 'Plays a scenario through a server of its own and checks what everybody is told',
  arguments: ['FILE'],
  options: { quiet: { describe: 'Shows only what is not as expected' } },
  notes:
    'The scenarios of the project are in scenarios/. Ends with 1 when something is not as expected.\nThe format: docs/operations/replay.md.',
  async run({ arguments: [file = ''], values, print }) {
    const isQuiet = values.isSet('quiet');
    let zone = 'UTC';
    const played = await playFile(file, {
      startServer: startReplayServer,
      onBegin(scenario) {
        zone = scenario.zone;
        print.note(scenario.title);
      },
      onStep(step) {
        if (!isQuiet || step.faults.length > 0) print.note(storyLine(step, zone));
      },
    });
    const failed = played.filter(({ faults }) => faults.length > 0);
    print.thing({ steps: played.length, asExpected: played.length - failed.length });
    if (failed.length > 0) {
      throw new NotDone(`${failed.length} of ${played.length} steps are not as expected.`);
    }
  },
};

async function playFile(file: string, options: ReplayOptions): Promise<readonly Played[]> {
  try {
    return await replay(file, options);
  } catch (error) {
    if (error instanceof ScenarioWrong) throw new NotDone(`${file}:\n${error.message}`);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new NotDone(`There is no file ${file}`);
    }
    throw error;
  }
}

/** Ports of its own and a folder of its own: nothing of the environment but what the machine is. */
export const startReplayServer: ReplayOptions['startServer'] = ({ folder, masterKey, clock }) => {
  const config = readConfig({
    KINKEN_DATA: folder,
    KINKEN_MASTER_KEY: Buffer.from(masterKey).toString('base64'),
    PORT: '0',
    TILL_PORT: '0',
    // Whatever happens in the story comes from these, and stays in the folder.
    KINKEN_MAIL_FROM: 'no-reply@kinken.example',
    KINKEN_SMS_FROM: '21061',
    KINKEN_PAYMENTS: 'sandbox',
  });
  return startServer({ config, log: silentLog(), isDemoAsked: false, clock });
};

/** `15:03:00  buyer             A sale that arrives in the second of the stop is refused.  as expected` */
export function storyLine({ step, faults }: Played, zone: string): string {
  const at = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(step.at);
  const mark = faults.length === 0 ? '✓' : '✗';
  const line = `${mark} ${at}  ${step.who.padEnd(30)} ${step.says ?? ''}`;
  return [line.trimEnd(), ...faults.map((fault) => `    line ${step.line}: ${fault}`)].join('\n');
}
