import type { FastifyPluginCallback } from 'fastify';
import {
  approvalRoutes,
  auditRoutes,
  consoleOf,
  operatorRoutes,
  sessionRoutes,
  type ConsoleRoutes,
} from '../console/index.ts';
import { isoInstant, type Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Notices } from '../notices/index.ts';
import {
  openApprovals,
  openSignIn,
  operatorHandlers,
  noticesOfDisabling,
  readToTell,
  type Approval,
  type ApprovalHandler,
  type Approvals,
  type TellDisabled,
} from '../operators/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { every, type Rounds } from './every.ts';

interface Foundation {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly notices: Notices;
}

/** What the other parts bring to the console: their routes, and what of theirs needs a second person. */
export interface ConsoleShare {
  readonly handlers?: readonly ApprovalHandler[];
  readonly routes?: (approvals: Approvals) => readonly ConsoleRoutes[];
}

const FORGET_EVERY_MS = 10 * 60_000;

/** The staff's side of a server. `hasDemo`: on this machine only, and without second factors. */
export function openConsole(
  base: Foundation & { readonly hasDemo: boolean },
  shares: readonly ConsoleShare[],
): { readonly plugin: FastifyPluginCallback; readonly rounds: Rounds } {
  const { database, keys, clock, log, catalogue, hasDemo } = base;
  const signIn = openSignIn({ connection: database, keyRing: keys, clock, log });
  const tellDisabled: TellDisabled = async (on, disabled) =>
    tell(on, base, await noticesOfDisabling(on, clock, disabled));
  const approvals = openApprovals({
    connection: database,
    clock,
    log,
    handlers: [
      ...operatorHandlers({ connection: database, clock, random: systemRandom, tellDisabled }),
      ...shares.flatMap(({ handlers = [] }) => handlers),
    ],
    tellBrokenGlass: (on, approval) => tellBrokenGlass(on, base, approval),
  });
  const plugin = consoleOf(
    {
      connection: database,
      clock,
      log,
      keyRing: keys,
      sessions: signIn,
      isSecondFactorNeeded: !hasDemo,
      catalogue: () => catalogue.current(),
    },
    [
      sessionRoutes({ signIn, approvals }),
      approvalRoutes(approvals),
      operatorRoutes({ approvals, random: systemRandom, tellDisabled }),
      auditRoutes,
      ...shares.flatMap(({ routes }) => routes?.(approvals) ?? []),
    ],
  );
  const rounds = every(FORGET_EVERY_MS, log, 'sign-in', () => signIn.forgetOld());
  return { plugin, rounds };
}

type Told = Pick<Foundation, 'notices' | 'log' | 'clock'>;

/**
 * A mail to everybody who may act for that issuer or could until lately, in the transaction that breaks the
 * glass: whoever puts the others out first is told of all the same.
 */
async function tellBrokenGlass(on: Queryable, told: Told, approval: Approval): Promise<void> {
  const { issuerId, summary, decidedBy, decidedNote, decidedAt } = approval;
  const concerned = await readToTell(on, issuerId, told.clock.now());
  const wanted = concerned.map(({ email, locale }) => ({
    template: 'glass_broken' as const,
    to: email,
    locale,
    values: {
      operator: decidedBy?.name ?? '',
      act: summary[locale],
      reason: decidedNote ?? '',
      at: isoInstant(decidedAt ?? approval.askedAt),
    },
  }));
  await tell(on, told, wanted);
}

/** What is urgent enough to be done alone does not wait for the mail; console and log tell it too. */
async function tell(
  on: Queryable,
  { notices, log }: Told,
  wanted: Parameters<Notices['sendNotices']>[1],
): Promise<void> {
  const written = await notices.sendNotices(on, wanted);
  if (!written.ok) log.error({ refusal: written.refusal }, 'the staff was not told by mail');
}
