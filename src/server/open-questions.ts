import type { FastifyPluginCallback } from 'fastify';
import { houseClientId, type DirectoryHolder, type GuessThrottle } from '../clients/index.ts';
import { reportRoutes } from '../console/index.ts';
import { deskRoutes, questionRoutes, type AdminParts } from '../doors/http/index.ts';
import type { IncidentHolder } from '../incidents/index.ts';
import { openCardStories, type RunningEngine } from '../instruments/index.ts';
import { isoInstant, type Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { publicId } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import type { Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import {
  askQuestion,
  findDesk,
  holdDesks,
  openProofCounter,
  reportNotMe,
  type Asking,
  type CodeQuestion,
  type DeskHolder,
  type OutageAttempt,
  type OutageSeen,
  type QuestionParts,
  type ReportParts,
  type ToldDesk,
} from '../questions/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import { whySite } from '../web/index.ts';
import { every, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';

export interface QuestionServerParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly clients: DirectoryHolder;
  readonly switches: SwitchboardHolder;
  readonly notices: Notices;
  readonly incidents: IncidentHolder;
  readonly engine: RunningEngine;
  readonly guesses: GuessThrottle;
  readonly administration: AdminParts;
}

export interface QuestionServer {
  /** The page. */
  readonly plugin: FastifyPluginCallback;
  /** The API, and the desks that administration writes. */
  readonly keyedPlugins: readonly FastifyPluginCallback[];
  /** The reports, for the console. */
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}

/** What another process has written of desks is known to this one within this time. */
const LOOK_EVERY_MS = 5_000;

/** "Why can't I use my code?" with all that it is answered from. */
export async function openQuestions(parts: QuestionServerParts): Promise<QuestionServer> {
  const { database, keys, clock, log, engine, guesses } = parts;
  const desks = await holdDesks(database);
  const catalogue = () => parts.catalogue.current();
  const proofs = openProofCounter(database, { keys, clock });
  const asking: QuestionParts = {
    proofs,
    stories: openCardStories({ database, keys, clock, laneCount: engine.laneCount }),
    clock,
    catalogue,
    switchboard: () => parts.switches.current(),
    outage: (attempt) => outageOf(parts.incidents, attempt),
    desks: () => desks.current(),
  };
  const reports: ReportParts = {
    connection: database,
    engine,
    keys,
    random: systemRandom,
    clock,
    log,
    houseClientId: (issuerId) =>
      houseClientId({
        connection: database,
        keyRing: keys,
        clock,
        random: systemRandom,
        catalogue: catalogue(),
        issuerId,
        actor: 'server',
        refresh: () => parts.clients.refresh(),
      }),
    tellDesk: (on, told) => tellDesk(parts, desks, on, told),
  };
  const ask = (question: CodeQuestion, who: Asking) => askQuestion(asking, question, who);
  return {
    plugin: whySite({
      guesses,
      keyRing: keys,
      random: systemRandom,
      clock,
      log,
      catalogue,
      ask,
      report: (report) => reportNotMe(reports, report),
    }),
    keyedPlugins: [
      questionRoutes({ guesses, catalogue, ask }),
      deskRoutes({ ...parts.administration, refreshDesks: (on) => desks.refresh(on) }),
    ],
    share: { routes: () => [reportRoutes(reports)] },
    rounds: every(LOOK_EVERY_MS, log, 'desks', async () => {
      await desks.refresh(database);
      await proofs.forget();
    }),
  };
}

/** As the public is told of it: the last word of the incident. */
function outageOf(incidents: IncidentHolder, attempt: OutageAttempt): OutageSeen | null {
  const outage = incidents.current().affecting(attempt);
  if (outage === null) return null;
  const { incident, since, nextLookAt } = outage;
  const last = incident.updates.at(-1);
  const said = (title: string, body: string | undefined) =>
    [title, body].filter(Boolean).join('\n');
  return {
    incidentId: incident.incidentId,
    since,
    lookAgainAt: nextLookAt,
    textJa: said(incident.titleJa, last?.bodyJa),
    textEn: said(incident.titleEn, last?.bodyEn),
  };
}

/** By mail, where the desk of the product has an address; else the desk finds it in its list. */
async function tellDesk(
  { notices, catalogue, log }: QuestionServerParts,
  desks: DeskHolder,
  on: Queryable,
  told: ToldDesk,
): Promise<string | null> {
  const { issuerId, productId, sellerId } = told;
  const { products } = catalogue.current();
  const wanted = { issuerId, productId, sellerId, responsible: 'value' as const };
  const desk = findDesk(desks.current(), catalogue.current(), wanted);
  if (desk?.mail == null) return null;
  const product = products.get(productId);
  const sent = await notices.sendNotice(on, {
    template: 'not_me_report',
    to: desk.mail,
    locale: 'ja',
    values: {
      report: told.number,
      card: `${product?.nameJa ?? ''} (${publicId('ins', told.instrumentId)})`,
      at: isoInstant(told.reportedAt),
      words: told.words?.slice(0, WORDS_TOLD_MAX) ?? '',
    },
  });
  if (sent.ok) return sent.value.number;
  log.warn({ report: told.number, refusal: sent.refusal }, 'a desk could not be told of a report');
  return null;
}

const WORDS_TOLD_MAX = 1_000;
