import type { FastifyPluginCallback } from 'fastify';
import {
  checkMessage,
  erasePhishingReports,
  holdOwners,
  limitAsking,
  loadMailLibrary,
  openResolver,
  reportPhishing,
  readChannelValue,
  type Channel,
  type ChannelKind,
  type MessageQuestion,
  type NewPhishingReport,
  type Owner,
} from '../checks/index.ts';
import { hostListRoutes, phishingRoutes } from '../console/index.ts';
import { checkRoutes, type AdminParts } from '../doors/http/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { textOf } from '../kernel/locale.ts';
import { refused } from '../kernel/result.ts';
import type { Logger } from '../kernel/log.ts';
import { readDkimKey } from '../kernel/mail-settings.ts';
import type { Member, MemberSession } from '../members/index.ts';
import { openSentRegister, type Held, type Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import { checkSite, openPictureReader } from '../web/index.ts';
import { every, once, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';

export interface CheckServerParts {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly administration: AdminParts;
  readonly notices: Notices;
  /** Who has signed in at a browser, by its cookies. */
  findMember(cookie: string | undefined): Promise<MemberSession | undefined>;
  /** Which addresses and telephone numbers were a member's, and when. */
  addresses(memberId: string): Promise<readonly Held[]>;
}

export interface CheckServer {
  /** The page. */
  readonly plugin: FastifyPluginCallback;
  /** The API, and the register that administration writes. */
  readonly keyedPlugin: FastifyPluginCallback;
  /** The reports, for the console. */
  readonly share: ConsoleShare;
  readonly rounds: Rounds;
}

/** What another process has written of senders is known to this one within this time. */
const LOOK_EVERY_MS = 5_000;
const ERASE_EVERY_MS = 10 * 60_000;
const LOAD_AFTER_MS = 30_000;

/** "Is this from you?" with all that it is answered from. */
export async function openChecks(parts: CheckServerParts): Promise<CheckServer> {
  const { config, database, keys, clock, log } = parts;
  const owners = await holdOwners(database, [ownOwner(config)]);
  const { dkim } = config.mail;
  const checking = {
    connection: database,
    sent: openSentRegister(database, keys),
    owners: () => owners.current(),
    resolver: config.asksDns ? openResolver() : null,
    ownKey: dkim && { ...dkim, privateKey: readDkimKey(dkim.keyFile) },
    now: () => clock.now(),
  };
  const waitMs = limitAsking(clock);
  const person = async (
    question: MessageQuestion,
    asking: { network: string; member: Member | null },
  ) =>
    waitMs(asking.network, 'person') > 0
      ? refused('too_many' as const)
      : checkMessage(checking, question, {
          issuerId: null,
          recipients: asking.member === null ? [] : await parts.addresses(asking.member.memberId),
        });
  const client = async (
    question: MessageQuestion,
    asking: { issuerId: number; clientId: number },
  ) =>
    waitMs(`client ${asking.clientId}`, 'client') > 0
      ? refused('too_many' as const)
      : checkMessage(checking, question, { issuerId: asking.issuerId, recipients: [] });
  const phishing = { connection: database, keys, random: systemRandom, clock };
  const catalogue = () => parts.catalogue.current();
  return {
    plugin: checkSite({
      keyRing: keys,
      random: systemRandom,
      clock,
      log,
      catalogue,
      check: person,
      readPicture: openPictureReader(),
      findMember: async (cookie) => (await parts.findMember(cookie))?.member ?? null,
      async report(report) {
        const issuerId = issuerOf(parts.catalogue, report);
        return issuerId === null ? null : reportPhishing(phishing, { ...report, issuerId });
      },
    }),
    keyedPlugin: checkRoutes({
      ...parts.administration,
      notices: parts.notices,
      check: client,
      refreshOwners: (on) => owners.refresh(on),
    }),
    share: {
      routes: () => [
        phishingRoutes({ ...phishing, findSuspension: (id) => parts.switches.current().find(id) }),
        hostListRoutes({ owners: () => owners.current() }),
      ],
    },
    rounds: roundsOf(log, {
      look: () => owners.refresh(database),
      erase: async () => {
        while ((await erasePhishingReports(phishing)) > 0);
      },
    }),
  };
}

/** What this server itself sends by: nobody need enter it, and every message by it has a number. */
export function ownOwner({ mail, publicUrl }: Config): Owner {
  const channels: Channel[] = [];
  if (mail.from !== null) {
    channels.push({ kind: 'mail_address', value: mail.from.toLowerCase(), isNumbered: true });
  }
  const smsKind = mail.smsFrom === null ? undefined : smsKindOf(mail.smsFrom);
  const sms = smsKind && readChannelValue(smsKind, mail.smsFrom ?? '');
  if (smsKind && sms) channels.push({ kind: smsKind, value: sms, isNumbered: true });
  if (publicUrl !== null) {
    channels.push({ kind: 'web_host', value: new URL(publicUrl).hostname, isNumbered: false });
  }
  return {
    ownerId: 0,
    issuerId: null,
    key: 'self',
    nameJa: textOf('ja', 'check.self'),
    nameEn: textOf('en', 'check.self'),
    words: mail.name === null ? [] : [mail.name.normalize('NFKC').toLowerCase()],
    channels,
  };
}

function smsKindOf(from: string): ChannelKind {
  if (!/^\+?[0-9]+$/.test(from)) return 'sender_name';
  return from.length <= SHORT_CODE_MAX ? 'short_code' : 'phone';
}

const SHORT_CODE_MAX = 8;

/** Whose fraud desk it is: the issuer of what the message names, else the first that there is. */
function issuerOf(
  holder: CatalogueHolder,
  { productId, sellerId }: Omit<NewPhishingReport, 'issuerId'>,
): number | null {
  const { products, sellers, issuers } = holder.current();
  const named = products.get(productId ?? 0) ?? sellers.get(sellerId ?? 0);
  return named?.issuerId ?? [...issuers.keys()].toSorted((one, other) => one - other)[0] ?? null;
}

function roundsOf(
  log: Logger,
  { look, erase }: { look: () => Promise<unknown>; erase: () => Promise<void> },
): Rounds {
  const rounds = [
    once(LOAD_AFTER_MS, log, 'reading of mail', async () => void (await loadMailLibrary())),
    every(LOOK_EVERY_MS, log, 'senders', async () => void (await look())),
    every(ERASE_EVERY_MS, log, 'phishing reports: forgetting', erase),
  ];
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
    },
  };
}
