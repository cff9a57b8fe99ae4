import { setTimeout as pause } from 'node:timers/promises';
import {
  gatherSandbox,
  hasDemo,
  isDemoUnfinished,
  makeDemoParties,
  makeDemoValue,
  writeSandbox,
  type DemoTools,
} from '../demo/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Config } from '../kernel/config.ts';
import { isLoopback } from '../kernel/loopback.ts';

export interface DemoPlace {
  readonly tools: DemoTools;
  readonly isEmbedded: boolean;
  readonly dataFolder: string;
  readonly region: string;
}

export interface DemoUnderWay {
  readonly isHere: boolean;
  /** The second half, when the doors have addresses: cards, funds, keys, and the sandbox file once (R34). */
  finish(
    engine: RunningEngine,
    doors: {
      readonly httpUrl: string;
      readonly till: { readonly host: string; readonly port: number };
    },
  ): Promise<string | null>;
}

/** A stop begins a second behind its commit. */
const STOP_BEGINS_WITHIN_MS = 1_000;

/** An empty embedded database gets the demo; another one only when it is asked for. */
export async function finishDemo(place: DemoPlace, isAsked: boolean): Promise<DemoUnderWay> {
  const { tools } = place;
  const isWanted = (place.isEmbedded || isAsked) && (await isDemoUnfinished(tools));
  let stopBegins = tools.clock.now();
  if (isWanted) {
    stopBegins = await makeDemoParties(tools);
    await tools.refreshClients();
  }
  return {
    isHere: await hasDemo(tools),
    async finish(engine, { httpUrl, till }) {
      if (!isWanted) return null;
      const secrets = await makeDemoValue(tools, engine);
      await tools.refreshClients();
      const leftMs = stopBegins - tools.clock.now(); // more than none on a quick machine only
      if (leftMs > 0) await pause(Math.min(leftMs, STOP_BEGINS_WITHIN_MS));
      const { host, port } = till;
      const doors = { httpUrl, agcodUrl: httpUrl, region: place.region, till: { host, port } };
      return writeSandbox(place.dataFolder, await gatherSandbox(tools, secrets, doors));
    },
  };
}

/** Why a server with the demo in it does not start: its keys lie in a file, and it asks for no second factors. */
export function whyDemoCannotStart(
  config: Pick<Config, 'http' | 'till' | 'trustedProxies' | 'publicUrl'>,
): string | null {
  const { http, till, trustedProxies, publicUrl } = config;
  const isOpen = !(isLoopback(http.host) && isLoopback(till.host));
  const host = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname;
  const isPublic = !isLoopback(host);
  if (!isOpen && trustedProxies.length === 0 && !isPublic) return null;
  return (
    'A database with the demo in it listens on this machine only: its keys lie in a file. ' +
    'Set HOST and TILL_HOST to 127.0.0.1 and leave KINKEN_TRUSTED_PROXIES and KINKEN_PUBLIC_URL away, ' +
    'or start with a database of your own (DATABASE_URL).'
  );
}
