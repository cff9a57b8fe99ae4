import type { FastifyPluginCallback } from 'fastify';
import { reportPhishing } from '../checks/index.ts';
import { houseClientId, type DirectoryHolder, type GuessThrottle } from '../clients/index.ts';
import { isAbusive, openGifts, type Gifts } from '../gifts/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Members } from '../members/index.ts';
import type { Notices } from '../notices/index.ts';
import { openPayments, sandboxProvider, type Payments } from '../payments/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import type { Wallets } from '../wallets/index.ts';
import { giftSite, openPictureReader } from '../web/index.ts';
import { every, type Rounds } from './every.ts';

export interface GiftServerParts {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notices: Notices;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly clients: DirectoryHolder;
  readonly hasDemo: boolean;
  readonly engine: RunningEngine;
  readonly members: Members;
  readonly wallets: Wallets;
  readonly guesses: GuessThrottle;
}

export interface GiftServer {
  readonly gifts: Gifts;
  readonly payments: Payments;
  readonly plugin: FastifyPluginCallback;
  readonly rounds: Rounds;
}

const FORGET_EVERY_MS = 60 * 60_000;

/** Gifts with the payments behind them and their pages, and what goes on by itself. */
export async function openGiftServer(parts: GiftServerParts): Promise<GiftServer> {
  const { database, keys, clock, log, notices, config, engine, members, wallets } = parts;
  const random = systemRandom;
  const base = { database, keys, clock, log, random };
  const hasSandbox = parts.hasDemo || config.payments === 'sandbox';
  const providers = hasSandbox ? [sandboxProvider(base)] : [];
  const payments = openPayments({ ...base, providers });
  const gifts = await openGifts({
    ...base,
    engine,
    catalogue: parts.catalogue,
    switches: parts.switches,
    payments,
    wallets,
    members,
    notices,
    guesses: parts.guesses,
    isAbusive,
    houseClientId: housesOf(parts),
  });
  notices.onUnreached(async (on, { number }) => void (await gifts.noteBounced(on, number)));
  const running = [
    payments.start(),
    gifts.start(),
    every(FORGET_EVERY_MS, log, 'payments: forgetting', async () => {
      await payments.forgetRemoved();
    }),
  ];
  return {
    gifts,
    payments,
    plugin: giftSite({
      gifts,
      payments,
      members,
      wallets,
      keyRing: keys,
      random,
      clock,
      log,
      readPicture: openPictureReader(),
      publicUrl: parts.config.publicUrl,
      report: (report) => reportPhishing({ connection: database, keys, clock, random }, report),
      catalogue: () => parts.catalogue.current(),
    }),
    rounds: {
      async stop() {
        await Promise.all(running.map((each) => each.stop()));
      },
    },
  };
}

/** The issuers' own clients, in whose name value is issued; each is made when it is first needed. */
function housesOf(parts: GiftServerParts): (issuerId: number) => Promise<number> {
  const { database: connection, keys: keyRing, clock } = parts;
  const houses = new Map<number, number>();
  return async (issuerId) => {
    const known = houses.get(issuerId);
    if (known !== undefined) return known;
    const catalogue = parts.catalogue.current();
    const refresh = () => parts.clients.refresh();
    const desk = { connection, keyRing, clock, random: systemRandom, catalogue, issuerId };
    const clientId = await houseClientId({ ...desk, actor: 'server', refresh });
    houses.set(issuerId, clientId);
    return clientId;
  };
}
