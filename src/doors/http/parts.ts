import type { ClientDirectory } from '../../clients/directory.ts';
import type { GuessThrottle } from '../../clients/guess-throttle.ts';
import type { Caller } from '../../clients/client.ts';
import type { Scope } from '../../clients/scopes.ts';
import type { Engine } from '../../instruments/engine.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Catalogue } from '../../programmes/catalogue.ts';

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
  /** What keeps the server from being ready; empty: it is. */
  readiness(): Promise<readonly NotReady[]>;
}

export interface NotReady {
  readonly part: 'database' | 'clock' | 'writers' | 'server';
  readonly reason: string;
}

/** Everything that happened to an issuer's cards, in one order that never changes. */
export interface Feed {
  /** `null` reads from the beginning; `next` is always given, also when there is nothing new. */
  read(
    issuerId: number,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly events: readonly FeedEvent[]; readonly next: string } | 'cursor_not_known'>;
}

export interface FeedEvent {
  readonly id: string;
  readonly kind: string;
  readonly at: Instant;
  readonly data: Readonly<Record<string, unknown>>; // whatever JSON carries
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
