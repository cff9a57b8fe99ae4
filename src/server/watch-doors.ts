import type { Client, DirectoryHolder, Visitor } from '../clients/index.ts';
import type { MetOutage } from '../doors/http/index.ts';
import type { Terminal } from '../doors/till/index.ts';
import {
  createObserver,
  forgetObservations,
  keepObservations,
  proposeIncidents,
  publicIncidentId,
  type IncidentHolder,
  type SeenKind,
} from '../incidents/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { every, type Rounds } from './every.ts';
import { observedEngine } from './observe-engine.ts';

interface WatchParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly clients: DirectoryHolder;
  readonly holder: IncidentHolder;
}

/** What the doors tell of themselves, and what they are told of outages. */
export interface DoorWatch {
  observed(engine: RunningEngine): RunningEngine;
  /** For whoever asks about codes: he is not to blame for what fails now. */
  isOutageFor(visitor: Visitor): boolean;
  /** The same for shops: what to say beside a refusal that looks wrong. */
  outageAt(
    client: Pick<Client, 'issuerId' | 'sellerId' | 'merchantId'>,
    at: Instant,
  ): MetOutage | null;
  readonly till: {
    onLine(terminal: Terminal, what: 'sign_on' | 'sign_off' | 'reversed'): void;
    isOutage(terminal: Terminal): boolean;
  };
  readonly rounds: Rounds;
}

const KEEP_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 600_000;

export function watchDoors(parts: WatchParts): DoorWatch {
  const { database, clock, log, holder } = parts;
  const observer = createObserver();
  const catalogue = () => parts.catalogue.current();
  const chainOf = (sellerId: number) => catalogue().sellers.get(sellerId)?.chainId ?? 0;
  const keep = () => keepObservations(database, observer);
  const rounds = [
    every(KEEP_EVERY_MS, log, 'observations', keep),
    every(LOOK_EVERY_MS, log, 'jumps', async () => {
      const proposed = await proposeIncidents(database, holder.current(), clock.now());
      for (const { isNew, ...proposal } of proposed) {
        const facts = { ...proposal, alert: 'incident_proposed' };
        if (isNew) log.error(facts, 'something fails more than usual: a person has to look at it');
      }
    }),
    every(FORGET_EVERY_MS, log, 'old observations', () =>
      forgetObservations(database, clock.now()),
    ),
  ];
  return {
    observed: (engine) => observedEngine({ engine, observer, clock, catalogue }),
    isOutageFor: (visitor) => isOutageFor(parts, visitor),
    outageAt: ({ issuerId, sellerId, merchantId }, at) => {
      const where = { issuerId, sellerId: sellerId ?? 0, merchantId: merchantId ?? 0, at };
      const record = holder.current();
      const outage =
        record.affecting({ ...where, phase: 'redeem' }) ??
        record.affecting({ ...where, phase: 'activate' });
      if (outage === null) return null;
      const { incident, since, nextLookAt } = outage;
      const { titleJa, titleEn } = incident;
      const incidentId = publicIncidentId(incident.incidentId);
      return { incidentId, since, nextLookAt, titleJa, titleEn };
    },
    till: {
      onLine({ issuerId, sellerId }, what) {
        const seen = { issuerId, sellerId, chainId: chainOf(sellerId), at: clock.now() };
        observer.observe({ ...seen, phase: 'activate', ...KIND_OF_LINE[what] });
      },
      isOutage({ issuerId, sellerId, merchantId }) {
        const record = holder.current();
        const attempt = { issuerId, sellerId, merchantId, at: clock.now() };
        return (['activate', 'redeem'] as const).some(
          (phase) => record.affecting({ ...attempt, phase }) !== null,
        );
      },
    },
    rounds: {
      async stop() {
        await Promise.all(rounds.map((round) => round.stop()));
        await keep().catch((error: unknown) => log.warn({ error }, 'what was seen last is lost'));
      },
    },
  };
}

/** A till takes back what it was not answered in time. */
const KIND_OF_LINE: Readonly<
  Record<'sign_on' | 'sign_off' | 'reversed', { kind: SeenKind; cause?: string }>
> = {
  sign_on: { kind: 'signed_on' },
  sign_off: { kind: 'signed_off' },
  reversed: { kind: 'timed_out', cause: 'reversed' },
};

/** The site speaks for every issuer: an outage of any of them may be what its visitor meets. */
function isOutageFor({ clients, catalogue, clock, holder }: WatchParts, visitor: Visitor): boolean {
  if (visitor.clientId < 0) return false; // those who subscribe try no codes
  const record = holder.current();
  const client = clients.findClientById(visitor.clientId);
  const issuerIds =
    client === undefined ? [...catalogue.current().issuers.keys()] : [client.issuerId];
  const where = { sellerId: client?.sellerId ?? 0, merchantId: client?.merchantId ?? 0 };
  const at = clock.now();
  return issuerIds.some(
    (issuerId) => record.affecting({ issuerId, ...where, phase: 'redeem', at }) !== null,
  );
}
