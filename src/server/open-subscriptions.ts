import {
  confirmWebhooks,
  deliverTellings,
  forgetUnanswered,
  tellOfSuspensions,
  tellPage,
  type IncidentHolder,
  type TellingParts,
} from '../incidents/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { post, signatureOf, type AddressPolicy } from '../kernel/outbound/index.ts';
import type { Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import { every, type Rounds } from './every.ts';

interface SubscriptionBase {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly notices: Notices;
}

const TELL_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;
const TIMEOUT_MS = 10_000;
const PAGES_AT_ONCE = 20;

/** Those who want to be told: what telling them takes, and the rounds in which they are told. */
export function openSubscriptions(
  base: SubscriptionBase,
  at: {
    readonly holder: IncidentHolder;
    readonly zone: string;
    readonly addresses: AddressPolicy;
    origin(): string;
  },
): { readonly parts: TellingParts; readonly rounds: Rounds } {
  const { database, keys, clock, log, catalogue, switches, notices } = base;
  const send = async (url: string, secret: string, body: object, id: string): Promise<void> => {
    const text = JSON.stringify(body);
    const status = await post({
      url,
      body: text,
      headers: {
        'kinken-signature': signatureOf(secret, clock.now(), text),
        'kinken-delivery': id,
      },
      policy: at.addresses,
      timeoutMs: TIMEOUT_MS,
    });
    if (status < 200 || status > 299) throw new Error(`answered ${status}`);
  };
  const parts: TellingParts = {
    connection: database,
    clock,
    keyRing: keys,
    random: systemRandom,
    notices,
    addresses: at.addresses,
    zone: at.zone,
    origin: () => at.origin(),
    record: () => at.holder.current(),
    names: () => catalogue.current(),
    // Whether it was taken is not told to whoever asked: that would say what answers there.
    confirmWebhook: ({ url, secret, body }) =>
      send(url, secret, body, 'confirmation').then(
        () => true,
        (error: unknown) => {
          log.info({ error }, 'a webhook of the status was not reached to confirm');
          return false;
        },
      ),
    deliver: ({ url, secret, body, id }) => send(url, secret, body, id),
  };
  const rounds = [
    every(TELL_EVERY_MS, log, 'status subscribers', async () => {
      await tellOfSuspensions(parts, switches.current().all(null));
      for (let page = 0; page < PAGES_AT_ONCE; page += 1) if (!(await tellPage(parts))) break;
      await deliverTellings(parts);
    }),
    // A round of their own: who waits for a slow one is nobody who is to be told.
    every(TELL_EVERY_MS, log, 'webhooks to confirm', () => confirmWebhooks(parts)),
    every(FORGET_EVERY_MS, log, 'unanswered subscriptions', async () => {
      await forgetUnanswered(parts);
    }),
  ];
  return {
    parts,
    rounds: {
      async stop() {
        await Promise.all(rounds.map((round) => round.stop()));
      },
    },
  };
}
