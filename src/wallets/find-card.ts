import type { Balance, CardReference, Engine } from '../instruments/index.ts';

/** A reading asker: no row has this id. */
const READER_CLIENT_ID = 0;

export interface FoundCard {
  readonly balance: Balance;
  readonly issuerId: number;
}

/** Every issuer is asked, whoever answers: how long it takes tells nothing. */
export async function findCardAnywhere(
  engine: Pick<Engine, 'inquireBalance'>,
  issuerIds: Iterable<number>,
  card: CardReference,
): Promise<FoundCard | undefined> {
  const answers = await Promise.all(
    [...issuerIds].map(async (issuerId) => {
      const found = await engine.inquireBalance({ clientId: READER_CLIENT_ID, issuerId }, card);
      return found.ok ? { balance: found.value, issuerId } : undefined;
    }),
  );
  return answers.find((answer) => answer !== undefined);
}
