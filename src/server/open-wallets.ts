import type { FastifyPluginCallback } from 'fastify';
import { hasCaseWith } from '../cases/index.ts';
import { houseClientId, type DirectoryHolder } from '../clients/index.ts';
import { deathApproval, deathRoutes, livingApproval } from '../console/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Members } from '../members/index.ts';
import type { Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { openWallets, type MemberEnd, type Wallets } from '../wallets/index.ts';
import { walletSite, type WalletSiteParts } from '../web/index.ts';
import { every, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';

/** What other parts do when an account ends, and when it turns out that it did not. */
interface MemberEnds {
  end(on: Queryable, memberId: string, why: MemberEnd): Promise<void>;
  back(on: Queryable, memberId: string): Promise<void>;
}

export interface WalletServer {
  readonly wallets: Wallets;
  /** What else ends with an account: set once, before the server is open. Until then no account ends. */
  whenMemberEnds(ends: MemberEnds): void;
  /** The pages; guesses are counted with those of the site. */
  plugin(
    site: Pick<WalletSiteParts, 'copies' | 'gifts' | 'guesses' | 'inbox'>,
  ): FastifyPluginCallback;
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}

const ROUND_EVERY_MS = 30_000;

export function openWalletServer(
  base: {
    readonly database: Database;
    readonly keys: KeyRing;
    readonly clock: Clock;
    readonly log: Logger;
    readonly notices: Notices;
    readonly catalogue: CatalogueHolder;
    readonly clients: DirectoryHolder;
  },
  engine: RunningEngine,
  members: Members,
): WalletServer {
  const { database: connection, keys: keyRing, clock, log, notices } = base;
  const random = systemRandom;
  const catalogue = () => base.catalogue.current();
  let memberEnds: MemberEnds | null = null;
  const atEnd = () => present(memberEnds, 'whatever ends with an account is open');
  const houses = new Map<number, number>();
  const wallets = openWallets({
    connection,
    engine,
    keyRing,
    random,
    clock,
    log,
    notices,
    members,
    catalogue,
    onMemberEnd: (on, memberId, why) => atEnd().end(on, memberId, why),
    onMemberBack: (on, memberId) => atEnd().back(on, memberId),
    async houseClientId(issuerId) {
      const known = houses.get(issuerId);
      if (known !== undefined) return known;
      const desk = { connection, keyRing, clock, random, catalogue: catalogue(), issuerId };
      const refresh = () => base.clients.refresh();
      const clientId = await houseClientId({ ...desk, actor: 'server', refresh });
      houses.set(issuerId, clientId);
      return clientId;
    },
  });
  const hasCase = (asked: Parameters<typeof hasCaseWith>[1]) => hasCaseWith(connection, asked);
  return {
    wallets,
    whenMemberEnds(ends) {
      memberEnds = ends;
    },
    share: {
      handlers: [deathApproval(wallets, hasCase), livingApproval(wallets, hasCase)],
      routes: (approvals) => [
        deathRoutes({
          approvals,
          wallets,
          hasCaseWith: hasCase,
          members,
        }),
      ],
    },
    plugin: (site) =>
      walletSite({ ...site, wallets, members, keyRing, random, clock, log, catalogue }),
    rounds: every(ROUND_EVERY_MS, log, 'wallets: closing and forgetting', () => wallets.round()),
  };
}
