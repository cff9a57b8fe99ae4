import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { readStoryCard, readStoryFreezes, readStoryRequests } from './card-story.sql.ts';
import { findCardRow } from './inquire.ts';
import { readLaneInstants } from './inquire.sql.ts';
import { nameCard } from './names.ts';
import type { CardReference, FreezeOwner } from './operation.ts';
import type { InstrumentState } from './outcome.ts';
import { readLots } from './read-batch.sql.ts';
import type { LotRow, RequestKind, RequestRowOutcome } from './rows.ts';

/** What happened to one card, for whoever may know: the question "why does it not work?" is answered from it. */
export interface CardStory {
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly state: InstrumentState;
  readonly cause: string | null; // deactivated, reversed ...
  readonly sellerId: number | null;
  readonly activatedAt: Instant | null;
  readonly freezes: readonly { readonly owner: FreezeOwner; readonly openedAt: Instant }[];
  readonly lots: readonly StoryLot[];
  readonly requests: readonly StoryRequest[]; // the first few and the newest, in order of decision
  readonly readAt: Instant;
}

export interface StoryLot {
  readonly remainingMinor: bigint;
  readonly heldMinor: bigint;
  readonly expiresAt: Instant | null;
  readonly isFrozen: boolean;
}

export interface StoryRequest {
  readonly requestId: string;
  readonly clientId: number;
  readonly kind: RequestKind;
  readonly arrivedAt: Instant;
  readonly outcome: RequestRowOutcome;
  readonly sellerId: number | null;
  readonly merchantId: number | null;
  readonly amountMinor: bigint | null;
  readonly undoneMinor: bigint;
  readonly isReversed: boolean;
}

export interface CardStories {
  /** Of whatever issuer: who asks must look at the product's. The same statements for a card that is not there. */
  read(card: CardReference): Promise<CardStory | undefined>;
}

const FIRST_SIZE = 10;
const NEWEST_SIZE = 30;

export function openCardStories(parts: {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly laneCount: number;
}): CardStories {
  const { database, keys, clock, laneCount } = parts;
  return {
    async read(reference) {
      const card = await findCardRow(database, nameCard(reference, keys, laneCount));
      const lane = card?.lane ?? 0;
      const instrumentId = card?.instrumentId ?? 0n;
      const sizes = { firstSize: FIRST_SIZE, newestSize: NEWEST_SIZE };
      const [rows, freezes, lots, requests, instants] = await Promise.all([
        readStoryCard(database, { lane, instrumentId }),
        readStoryFreezes(database, { lane, instrumentId }),
        readLots(database, { lanes: [lane], instrumentIds: [instrumentId], areWhole: [true] }),
        readStoryRequests(database, { instrumentId, ...sizes }),
        readLaneInstants(database, { lanes: [lane] }),
      ]);
      const [row] = rows;
      if (card === undefined || row === undefined) return undefined;
      return {
        instrumentId,
        productId: card.productId,
        state: card.state as InstrumentState,
        cause: row.cause,
        sellerId: row.sellerId,
        activatedAt: row.activatedAt,
        freezes: freezes.map(({ owner, openedAt }) => ({ owner: owner as FreezeOwner, openedAt })),
        lots: (lots as LotRow[]).map(storyLot),
        requests: requests.map((request) => ({
          ...request,
          kind: request.kind as RequestKind,
          outcome: request.outcome as RequestRowOutcome,
        })),
        readAt: Math.max(clock.now(), instants[0]?.lastAt ?? 0), // R24
      };
    },
  };
}

function storyLot({ remainingMinor, heldMinor, expiresAt, isFrozen }: LotRow): StoryLot {
  return { remainingMinor, heldMinor, expiresAt, isFrozen };
}
