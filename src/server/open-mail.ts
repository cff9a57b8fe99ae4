import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { textOf } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import { readDkimKey } from '../kernel/mail-settings.ts';
import type { Metrics } from '../kernel/metrics.ts';
import {
  BOUNCE_FOLDER,
  openNotices,
  openOutbox,
  outboxCarrier,
  smsFileSink,
  smtpCarrier,
  takeBounces,
  type Notices,
} from '../notices/index.ts';
import { outboxSite } from '../web/index.ts';
import { every, type Rounds } from './every.ts';

export interface MailParts {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const OUTBOX_FOLDER = 'outbox';
const SMS_FOLDER = 'sms';
/** For mail that leaves this machine a sender of one's own is asked for; `.invalid` is nobody's (RFC 6761). */
const NOBODY = 'no-reply@kinken.invalid';

/** The register of notices, with the way out that the settings name. */
export async function openMail({ config, ...parts }: MailParts): Promise<Notices> {
  const { server, from, name, dkim, bounces } = config.mail;
  const outbox = join(config.dataFolder, OUTBOX_FOLDER);
  if (server === null) {
    parts.log.info({ folder: outbox }, 'no mail server is set: mail stays in a folder');
  }
  return openNotices({
    ...parts,
    random: systemRandom,
    carrier: server === null ? outboxCarrier(outbox) : smtpCarrier(server),
    sms: smsFileSink(join(config.dataFolder, SMS_FOLDER)),
    bounces,
    sender: { name: name ?? textOf('ja', 'site.name'), address: from ?? NOBODY },
    dkim: dkim && { ...dkim, privateKey: readDkimKey(dkim.keyFile) },
  });
}

/** The page of what would have been sent: in the demo only, and only where nothing is sent. */
export function outboxOf(
  parts: Pick<MailParts, 'database' | 'keys'> & Parameters<typeof showsOutbox>[0],
): readonly FastifyPluginCallback[] {
  return showsOutbox(parts) ? [outboxSite(openOutbox(parts.database, parts.keys))] : [];
}

export function showsOutbox({
  config,
  hasDemo,
}: {
  readonly config: Pick<Config, 'mail'>;
  readonly hasDemo: boolean;
}): boolean {
  return hasDemo && config.mail.server === null;
}

const SEND_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 3_000;
const ERASE_EVERY_MS = 10 * 60_000;

/** Sends what waits, a page after another while there is more and all goes well. */
export function startMail(notices: Notices, log: Logger, dataFolder: string): Rounds {
  const bounces = join(dataFolder, BOUNCE_FOLDER);
  const rounds = [
    every(SEND_EVERY_MS, log, 'mail', async () => {
      for (;;) {
        const { claimed, sent } = await notices.deliver();
        if (claimed === 0 || sent < claimed) return;
      }
    }),
    every(LOOK_EVERY_MS, log, 'mail that came back', async () => {
      while ((await takeBounces(notices, bounces, log)) > 0);
    }),
    every(ERASE_EVERY_MS, log, 'mail: forgetting', async () => {
      while ((await notices.erase()) > 0);
    }),
  ];
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
      notices.close();
    },
  };
}
