import type { FastifyPluginCallback } from 'fastify';
import {
  createGuessThrottle,
  keepGuesses,
  partnerDirectory,
  type GuessThrottle,
} from '../clients/index.ts';
import { agcodDoor } from '../doors/agcod/index.ts';
import {
  administration,
  cardBase,
  createHttpServer,
  suspensionRoutes,
  type HttpParts,
} from '../doors/http/index.ts';
import { readFeed } from '../feed/index.ts';
import { openActivity, type RunningEngine } from '../instruments/index.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { phaseAt } from '../suspensions/index.ts';
import { buySite, sendErrorPage, site } from '../web/index.ts';
import { judgeReadiness } from './readiness.ts';
import { administrationOf } from './administration-of.ts';
import { cardShare } from './open-cards.ts';
import { openChecks } from './open-checks.ts';
import { openConsole } from './open-console.ts';
import type { PublicStatus } from './open-incidents.ts';
import type { MemberServer } from './open-members.ts';
import { outboxOf } from './open-mail.ts';
import type { Rounds } from './every.ts';
import { openOrders } from './open-orders.ts';
import { openGiving } from './open-giving.ts';
import type { WalletServer } from './open-wallets.ts';
import { overviewShare } from './open-overview.ts';
import { openQuestions } from './open-questions.ts';
import { switchShare } from './open-switch.ts';
import type { TlsFiles } from './tls-files.ts';
import { atDoor } from './try-doors.ts';
import type { DoorWatch } from './watch-doors.ts';
import type { Foundation } from './foundation.ts';

/** What was opened before the HTTP door. */
export interface HttpBase extends Foundation {
  readonly tls: TlsFiles;
  readonly hasDemo: boolean;
  readonly status: PublicStatus;
  readonly watch: DoorWatch;
  readonly members: MemberServer;
  readonly wallets: WalletServer;
}

/** The HTTP door with all that is behind it: our API, AGCOD, the pages, the console. Answers its address. */
export async function openHttp(
  base: HttpBase,
  engine: RunningEngine,
  state: { readonly isStarting: boolean },
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  const { config, keys: keyRing, clock, log, catalogue, members, wallets, status } = base;
  const { publicUrl } = config;
  const current = () => catalogue.current();
  const guesses = await openGuesses(base, closers);
  const { orders, questions, giving, checks, staff, administrating } = await openWhatIsBehind(
    { ...base, engine, guesses },
    closers,
  );
  const parts = httpPartsOf(base, wallets.wallets.engineWithBarcodes(engine), state, guesses);
  const random = systemRandom;
  const http = await createHttpServer(parts, {
    ...(base.tls.http !== null && { tls: base.tls.http }),
    trustedProxies: config.trustedProxies,
    sendErrorPage,
    plugins: [
      site({ engine, guesses, keyRing, random, clock, log, publicUrl, catalogue: current }),
      agcodOver(base, engine),
      staff.plugin,
      status.plugin(guesses),
      questions.plugin,
      members.plugin,
      ...giving.plugins,
      wallets.plugin({ ...giving.told, guesses, inbox: members.inbox }),
      checks.plugin,
      ...outboxOf(base),
      buySite(parts),
    ],
    keyedPlugins: [
      administration(administrating),
      cardBase({ ...administrating, engine }),
      suspensionRoutesOf(base),
      orders.plugin,
      ...questions.keyedPlugins,
      checks.keyedPlugin,
    ],
  });
  closers.push(() => http.drain());
  const httpUrl = await atDoor('http', config.http, () => http.listen(config.http));
  status.setOrigin(httpUrl);
  return httpUrl;
}

/** What the routes stand on, each with its rounds, and the console that shows all of it. */
async function openWhatIsBehind(
  base: HttpBase & { readonly engine: RunningEngine; readonly guesses: GuessThrottle },
  closers: (() => Promise<unknown>)[],
) {
  const { engine, members, wallets, status, config } = base;
  const goOn = <Part extends { readonly rounds: Rounds }>(part: Part): Part => {
    closers.push(() => part.rounds.stop());
    return part;
  };
  const administrating = administrationOf(base);
  const common = { ...base, administration: administrating, incidents: status.holder };
  const orders = goOn(openOrders(base, engine));
  const questions = goOn(await openQuestions(common));
  const { notices } = members;
  const people = { members: members.members, wallets: wallets.wallets, notices };
  const giving = goOn(await openGiving({ ...base, ...people }));
  wallets.whenMemberEnds({ end: giving.endMember, back: giving.letSend });
  const findMember = (cookie: string | undefined) => members.members.find(cookie);
  const addresses = (memberId: string) => members.members.addresses(memberId);
  const checks = goOn(await openChecks({ ...common, findMember, addresses }));
  const staff = goOn(
    openConsole(base, [
      overviewShare({ ...common, writers: config.writers }, engine),
      cardShare(base, engine),
      status.share,
      switchShare(base, orders.facts),
      questions.share,
      checks.share,
      members.share,
      giving.share,
      wallets.share,
    ]),
  );
  return { orders, questions, giving, checks, staff, administrating };
}

async function openGuesses(
  { database, keys, clock, log, metrics, watch }: Foundation & { readonly watch: DoorWatch },
  closers: (() => Promise<unknown>)[],
): Promise<GuessThrottle> {
  const guesses = createGuessThrottle({
    clock,
    log,
    metrics,
    hashAsker: (name) => Buffer.from(keys.askerHash(name)).toString('base64url'),
    isOutage: (visitor) => watch.isOutageFor(visitor),
  });
  const keeper = await keepGuesses({ throttle: guesses, database, clock, log });
  closers.push(() => keeper.close());
  return guesses;
}

/** What the HTTP door stands on. */
function httpPartsOf(
  base: Foundation & { readonly watch: DoorWatch; readonly status: PublicStatus },
  engine: RunningEngine,
  state: { readonly isStarting: boolean },
  guesses: GuessThrottle,
): HttpParts {
  const { database, clock, log, metrics, clients, catalogue } = base;
  const current = () => catalogue.current();
  return {
    engine,
    feed: { read: (query) => readFeed(database, current(), query) },
    clients,
    guesses,
    clock,
    log,
    metrics,
    catalogue: current,
    switchboard: () => base.switches.current(),
    outage: (client, at) => base.watch.outageAt(client, at),
    affecting: (attempt) => base.status.holder.current().affecting(attempt),
    readiness: async () =>
      state.isStarting
        ? [{ part: 'server', reason: 'it is still starting' }]
        : judgeReadiness(database, base.isTimeMoved ? null : clock, engine),
  };
}

function agcodOver(
  { database, keys, catalogue, switches, clients, clock, log, metrics }: Foundation,
  engine: RunningEngine,
): FastifyPluginCallback {
  const current = () => catalogue.current();
  const activity = openActivity({ database, keys, catalogue, laneCount: engine.laneCount });
  const answers = metrics.counter({
    name: 'kinken_agcod_answers_total',
    help: 'Answers of the AGCOD door',
    labels: ['operation', 'result'],
  });
  return agcodDoor({
    engine: { ...engine, ...activity },
    directory: partnerDirectory(clients, current),
    clock,
    log,
    findProduct: (productId) => current().products.get(productId),
    findSuspensionText(suspensionId, at) {
      const suspension = switches.current().find(suspensionId);
      return suspension && phaseAt(suspension, at)?.textEn;
    },
    countAnswer: (operation, result) => answers.inc({ operation, result }),
  });
}

function suspensionRoutesOf(base: Foundation): FastifyPluginCallback {
  const { database: connection, clock, switches, catalogue } = base;
  return suspensionRoutes({ connection, clock, switches, catalogue: () => catalogue.current() });
}
