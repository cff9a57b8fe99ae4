import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A script of this folder in a process of its own; it gets one JSON argument. */
export function startScript(
  name: string,
  argument: object,
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, [path, JSON.stringify(argument)], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Runs a script to its end and reads the JSON that it prints last. */
export async function runScript<Answer>(name: string, argument: object): Promise<Answer> {
  const child = startScript(name, argument);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? 'null') as Answer;
}
