import type { FastifyRequest } from 'fastify';
import type { Caller, Visitor } from '../../clients/index.ts';
import type { Outcome } from '../../instruments/index.ts';
import type { Acting, PlacedAct } from './acts.ts';
import { isGuessable, visitorOf } from './guessing.ts';
import type { HttpParts } from './parts.ts';

/** What the door answers for one operation: what the engine said, or that it was not even asked. */
export type Submitted = Outcome | { readonly outcome: 'throttled'; readonly retryAfterMs: number };

/** Sends operations of one request to the engine, each as its caller's and with the instant it came in. */
export interface Submitter {
  readonly acting: Acting;
  readonly visitor: Visitor;
  submit(requestId: string, act: PlacedAct): Promise<Submitted>;
}

export function submitterFor(parts: HttpParts, request: FastifyRequest, caller: Caller): Submitter {
  const { clientId, issuerId } = caller.client;
  const visitor = visitorOf(request, clientId);
  const { arrivedAt } = request;
  const { clients, engine, guesses } = parts;
  return {
    visitor,
    acting: {
      client: caller.client,
      scopes: caller.scopes,
      catalogue: parts.catalogue(),
      findClient: (ofIssuer, key) => clients.findClient(ofIssuer, key),
    },
    async submit(requestId, act) {
      const operation = { clientId, issuerId, requestId, arrivedAt, ...act };
      if (!isGuessable(act)) return engine.submit(operation);
      const retryAfterMs = guesses.admit(visitor);
      if (retryAfterMs > 0) return { outcome: 'throttled', retryAfterMs };
      let isMiss = false;
      try {
        const outcome = await engine.submit(operation);
        // A repeat of a wrong try is told the same again and is no new try.
        isMiss = isUnknownCard(outcome) && !outcome.isRepeated;
        return outcome;
      } finally {
        guesses.settle(visitor, isMiss);
      }
    },
  };
}

function isUnknownCard(outcome: Outcome): outcome is Outcome & { outcome: 'refused' } {
  return outcome.outcome === 'refused' && outcome.refusal === 'instrument_not_found';
}
