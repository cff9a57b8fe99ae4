import type { FastifyPluginCallback } from 'fastify';
import type { Rounds } from './every.ts';
import { openCaseServer } from './open-cases.ts';
import type { ConsoleShare } from './open-console.ts';
import { openGiftServer, type GiftServerParts } from './open-gifts.ts';

/** Gifts, and "that was not me", which stops them. */
export async function openGiving(parts: GiftServerParts): Promise<{
  readonly plugins: readonly FastifyPluginCallback[];
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}> {
  const giving = await openGiftServer(parts);
  const cases = openCaseServer({ ...parts, gifts: giving.gifts });
  return {
    plugins: [giving.plugin, cases.plugin],
    share: cases.share,
    rounds: {
      async stop() {
        await cases.rounds.stop();
        await giving.rounds.stop();
      },
    },
  };
}
