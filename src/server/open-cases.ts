import type { FastifyPluginCallback } from 'fastify';
import { openCases, type CaseParts, type Cases } from '../cases/index.ts';
import type { GuessThrottle } from '../clients/index.ts';
import { caseApprovals, caseRoutes } from '../console/index.ts';
import type { Gifts } from '../gifts/index.ts';
import { openCardStories, type RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Members } from '../members/index.ts';
import { openInbox, type Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { Wallets } from '../wallets/index.ts';
import { caseSite } from '../web/index.ts';
import { every, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';

export interface CaseServerParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notices: Notices;
  readonly catalogue: CatalogueHolder;
  readonly engine: RunningEngine;
  readonly members: Members;
  readonly wallets: Wallets;
  readonly gifts: Gifts;
  readonly guesses: GuessThrottle;
}

export interface CaseServer {
  readonly cases: Cases;
  /** "That was not me", and the cases of a member. */
  readonly plugin: FastifyPluginCallback;
  /** The desk's side, and what two of it decide. */
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}

const WORK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60 * 60_000;

export function openCaseServer(parts: CaseServerParts): CaseServer {
  const { database, keys, clock, log, members, guesses, engine } = parts;
  const random = systemRandom;
  const catalogue = () => parts.catalogue.current();
  const standing: CaseParts = {
    ...{ database, keys, clock, log, random, members },
    notices: parts.notices,
    wallets: parts.wallets,
    gifts: parts.gifts,
    inbox: openInbox(database, keys),
    stories: openCardStories({ database, keys, clock, laneCount: engine.laneCount }),
    issuerIds: () => [...catalogue().issuers.keys()],
  };
  const cases = openCases(standing);
  const rounds = [
    every(WORK_EVERY_MS, log, 'cases', async () => void (await cases.work())),
    every(FORGET_EVERY_MS, log, 'cases: forgetting', () => cases.forgetOld()),
  ];
  return {
    cases,
    plugin: caseSite({ cases, members, guesses, keyRing: keys, random, clock, log, catalogue }),
    share: {
      handlers: caseApprovals(cases.desk),
      routes: (approvals) => [caseRoutes({ cases, approvals })],
    },
    rounds: {
      async stop() {
        await Promise.all(rounds.map((each) => each.stop()));
        await cases.settled();
      },
    },
  };
}
