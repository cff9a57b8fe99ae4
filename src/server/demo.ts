import {
  gatherSandbox,
  isDemoUnfinished,
  makeDemoParties,
  makeDemoValue,
  writeSandbox,
  type DemoTools,
  DEMO_ISSUER,
} from '../demo/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import { findIssuer } from '../programmes/index.ts';

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

/** An empty embedded database gets the demo; another one only when it is asked for. */
export async function finishDemo(place: DemoPlace, isAsked: boolean): Promise<DemoUnderWay> {
  const { tools } = place;
  const isWanted = (place.isEmbedded || isAsked) && (await isDemoUnfinished(tools));
  if (isWanted) {
    await makeDemoParties(tools);
    await tools.refreshClients();
  }
  return {
    isHere: findIssuer(tools.catalogue.current(), DEMO_ISSUER.key) !== undefined,
    async finish(engine, { httpUrl, till }) {
      if (!isWanted) return null;
      const secrets = await makeDemoValue(tools, engine);
      await tools.refreshClients();
      const { host, port } = till;
      const doors = { httpUrl, agcodUrl: httpUrl, region: place.region, till: { host, port } };
      return writeSandbox(place.dataFolder, await gatherSandbox(tools, secrets, doors));
    },
  };
}
