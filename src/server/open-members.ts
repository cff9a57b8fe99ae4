import type { FastifyPluginCallback } from 'fastify';
import { recoveryRoutes } from '../console/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { openMembers, type Members } from '../members/index.ts';
import { openInbox, openRequestDesk, type Inbox, type Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { memberSite } from '../web/index.ts';
import { every, type Rounds } from './every.ts';
import { showsOutbox } from './open-mail.ts';
import type { ConsoleShare } from './open-console.ts';

export interface MemberServer {
  readonly members: Members;
  readonly inbox: Inbox;
  /** The register for whoever writes to members: what matters goes to their telephones, too. */
  readonly notices: Notices;
  readonly plugin: FastifyPluginCallback;
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}

const FORGET_EVERY_MS = 10 * 60_000;
const SETTLE_EVERY_MS = 15_000;

/** Members with their pages, and what is forgotten when its time is over. */
export async function openMemberSite(parts: {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notices: Notices;
  readonly catalogue: CatalogueHolder;
  readonly metrics: Metrics;
  readonly config: Pick<Config, 'publicUrl' | 'mail'>;
  readonly hasDemo: boolean;
}): Promise<MemberServer> {
  const { database, keys: keyRing, clock, log, notices } = parts;
  const { publicUrl, mail } = parts.config;
  const hasOutbox = showsOutbox(parts);
  const heldBack = parts.metrics.counter({
    name: 'kinken_sms_held_back_total',
    help: 'SMS that did not go out because the day of the site was full, by what they were for',
    labels: ['why'],
  });
  const sms = {
    countries: mail.smsCountries,
    aDay: mail.smsADay,
    onHeldBack: (why: string, count: number) => heldBack.inc({ why }, count),
  };
  const random = systemRandom;
  const members = await openMembers({ database, keyRing, random, clock, log, notices, sms });
  const inbox = openInbox(database, keyRing);
  const catalogue = () => parts.catalogue.current();
  const site = { members, catalogue, inbox, keyRing, random, clock, log, publicUrl, hasOutbox };
  const requests = openRequestDesk({ database, clock, notices });
  return {
    members,
    inbox,
    notices: { ...notices, ...members.notices },
    plugin: memberSite({ ...site, requests }),
    share: { routes: () => [recoveryRoutes(members)] },
    rounds: together([
      every(FORGET_EVERY_MS, log, 'members: forgetting', () => members.forgetOld()),
      every(SETTLE_EVERY_MS, log, 'members: changes that have waited', async () => {
        await members.settleDueChanges();
      }),
    ]),
  };
}

function together(rounds: readonly Rounds[]): Rounds {
  return {
    async stop() {
      await Promise.all(rounds.map((each) => each.stop()));
    },
  };
}
