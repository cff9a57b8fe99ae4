import type { Client, ClientDirectory, GuessThrottle, Caller, Scope } from '../../clients/index.ts';
import type { Engine } from '../../instruments/index.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Result } from '../../kernel/result.ts';
import type { Facts } from '../../planner/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Switchboard } from '../../suspensions/index.ts';
import type { MetOutage } from './refusing-incident.ts';

/** What the HTTP door stands on. The server gives the real ones, tests small ones in memory. */
export interface HttpParts {
  readonly engine: Engine;
  readonly feed: Feed;
  readonly clients: ClientDirectory;
  readonly guesses: GuessThrottle;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  catalogue(): Catalogue;
  /** What is stopped, to say which suspension refused and why. */
  switchboard(): Switchboard;
  /** The outage that a client's customers meet now, as the public is told of it; absent: none is known. */
  readonly outage?: (
    client: Pick<Client, 'issuerId' | 'sellerId' | 'merchantId'>,
    at: Instant,
  ) => MetOutage | null;
  /** The same of any sale and use, for whoever asks what can be bought; absent: none is known. */
  readonly affecting?: Facts['affecting'];
  /** What keeps the server from being ready; empty: it is. */
  readiness(): Promise<readonly NotReady[]>;
}

export interface NotReady {
  readonly part: 'database' | 'clock' | 'writers' | 'server';
  readonly reason: string;
}

/** Everything that happened to an issuer's cards, in an order that never changes: `feed` gives it. */
export interface Feed {
  read(query: {
    readonly issuerId: number;
    readonly cursor: string | null; // null: from the very first event
    readonly limit: number;
  }): Promise<Result<FeedPage, 'cursor_invalid'>>;
}

export interface FeedPage {
  readonly events: readonly object[]; // ready for JSON
  readonly cursor: string; // to go on from; the same again when there was nothing
  readonly hasMore: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    arrivedAt: Instant;
    arrivedAtMonotonicMs: number;
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** The scope that a key needs for the route; every route behind a key has one. */
    scope?: Scope;
    /** It takes an Idempotency-Key: what it does is remembered with its outcome. */
    isRemembered?: boolean;
  }
}
