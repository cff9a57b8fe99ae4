import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { countGuess, type GuessStatements } from '../kernel/sign-in/count-guess.ts';
import type { Limits } from '../kernel/sign-in/slow-down.ts';
import {
  addAskers,
  forgetGuesses,
  keepGuesses,
  lockGuesses,
  readGuesses,
  takeBackGuess,
} from './guesses.sql.ts';

const MINUTE_MS = 60_000;

/**
 * How much guessing is allowed, by who asks. A member's own device stands under its own limit alone: what
 * strangers do, to this member or to all, never keeps it out.
 */
const OWN_DEVICE: Limits = {
  freeMisses: 10,
  delayMaxMs: 5 * MINUTE_MS,
  forgottenEveryMs: 5 * MINUTE_MS,
};
/** One address tried from one network: stopped first. */
const HERE: Limits = {
  freeMisses: 5,
  delayMaxMs: 15 * MINUTE_MS,
  forgottenEveryMs: 10 * MINUTE_MS,
};
/** One address tried from anywhere. */
const ACCOUNT: Limits = {
  freeMisses: 15,
  delayMaxMs: 10 * MINUTE_MS,
  forgottenEveryMs: 10 * MINUTE_MS,
};
/** One network, whoever is tried from it. */
const NETWORK: Limits = {
  freeMisses: 20,
  delayMaxMs: 15 * MINUTE_MS,
  forgottenEveryMs: 3 * MINUTE_MS,
};
/** Strange devices at the whole site: after a burst one a second, so that hashing stays affordable. */
const SITE: Limits = { freeMisses: 100, delayMaxMs: 1_000, forgottenEveryMs: 1_000 };
/**
 * Codes of a second factor: six digits are few. One count over all strange devices of a member; each known device
 * has its own, so that whoever has a password shuts nobody out of an authenticator.
 */
const CODES: Limits = {
  freeMisses: 10,
  delayMaxMs: 60 * MINUTE_MS,
  forgottenEveryMs: 60 * MINUTE_MS,
};
/** Answers of passkeys from one network: none can be guessed, so this bounds the work alone. */
const PASSKEYS: Limits = { freeMisses: 60, delayMaxMs: 10_000, forgottenEveryMs: 10_000 };
/** Mails that a stranger makes us write: to one address, from one network, of the whole site. */
const MAIL_TO: Limits = {
  freeMisses: 3,
  delayMaxMs: 60 * MINUTE_MS,
  forgottenEveryMs: 30 * MINUTE_MS,
};
const MAIL_FROM: Limits = {
  freeMisses: 10,
  delayMaxMs: 60 * MINUTE_MS,
  forgottenEveryMs: 10 * MINUTE_MS,
};
const MAIL_OWN: Limits = { ...MAIL_TO, freeMisses: 6, forgottenEveryMs: 10 * MINUTE_MS };
const MAIL_FIRST_TO: Limits = {
  freeMisses: 12,
  delayMaxMs: 10 * MINUTE_MS,
  forgottenEveryMs: 10 * MINUTE_MS,
};
const MAIL_FIRST_SITE: Limits = { freeMisses: 2_000, delayMaxMs: 1_000, forgottenEveryMs: 1_000 };
const MAIL_SITE: Limits = { freeMisses: 200, delayMaxMs: 5_000, forgottenEveryMs: 5_000 };

export interface Asker {
  readonly name: string;
  readonly limits: Limits;
}

export function strangeSignIn(email: string, network: string): readonly Asker[] {
  return [
    { name: `sign-in|${email}|${network}`, limits: HERE },
    { name: `sign-in|${email}`, limits: ACCOUNT },
    { name: `sign-in||${network}`, limits: NETWORK },
    { name: 'sign-in', limits: SITE },
  ];
}

export function ownSignIn(email: string, deviceId: string): readonly Asker[] {
  return [{ name: `device|${email}|${deviceId}`, limits: OWN_DEVICE }];
}

/** The password of whoever is signed in: a session that was left open is no way to guess it. */
export function signedIn(memberId: string): readonly Asker[] {
  return [{ name: `signed-in|${memberId}`, limits: OWN_DEVICE }];
}

/** Codes at a sign-in; null: at a strange device. */
export function signInCodes(memberId: string, deviceId: string | null): readonly Asker[] {
  const name = deviceId === null ? `codes|${memberId}` : `codes|${memberId}|${deviceId}`;
  return [{ name, limits: CODES }];
}

/** Codes of whoever is signed in: by the device, because a session is had anew with the password alone. */
export function stepUpCodes(memberId: string, deviceId: string): readonly Asker[] {
  return [{ name: `step-up|${memberId}|${deviceId}`, limits: CODES }];
}

export function passkeysFrom(network: string): readonly Asker[] {
  return [{ name: `passkeys||${network}`, limits: PASSKEYS }];
}

/** Numbers of notices, typed by whoever wants to stop something. */
export function cancelsFrom(network: string): readonly Asker[] {
  return [{ name: `cancels||${network}`, limits: NETWORK }];
}

/** Codes by mail for somebody who is signed in: what strangers ask for is not counted there. */
export function mailToOwn(memberId: string): readonly Asker[] {
  return [{ name: `mail-own|${memberId}`, limits: MAIL_OWN }];
}

/** Codes by SMS, which cost money: of a member, and of the whole site. A number has its own bound for a day. */
export function smsToOwn(memberId: string): readonly Asker[] {
  return [
    { name: `sms-own|${memberId}`, limits: MAIL_TO },
    { name: 'sms-own', limits: MAIL_SITE },
  ];
}

/**
 * Codes by mail for whoever comes without a password first. Each network has its own few, so that what strangers
 * elsewhere ask for leaves some for the member's own.
 */
export function mailFirst(email: string, network: string, region: string): readonly Asker[] {
  return [
    { name: `mail-first|${email}|${region}`, limits: MAIL_TO },
    { name: `mail-first|${email}`, limits: MAIL_FIRST_TO },
    { name: `mail-first||${network}`, limits: MAIL_FROM },
    { name: 'mail-first', limits: MAIL_FIRST_SITE },
  ];
}

/** A password behind a code that came by mail: whoever guesses it has the mailbox. */
export function behindMail(email: string): readonly Asker[] {
  return [{ name: `behind-mail|${email}`, limits: OWN_DEVICE }];
}

export function mailTo(email: string, network: string): readonly Asker[] {
  return [
    { name: `mail|${email}`, limits: MAIL_TO },
    { name: `mail||${network}`, limits: MAIL_FROM },
    { name: 'mail', limits: MAIL_SITE },
  ];
}

export interface GuessThrottle {
  /** 0: try it, and it counts as a miss until `forgive` says that it was none. Else milliseconds to wait. */
  begin(askers: readonly Asker[]): Promise<number>;
  forgive(askers: readonly Asker[]): Promise<void>;
  forgetOld(): Promise<void>;
}

const GUESSES: GuessStatements = {
  read: readGuesses,
  add: addAskers,
  lock: lockGuesses,
  keep: keepGuesses,
};
const KEPT_MS = 24 * 60 * MINUTE_MS;
const SHUT_MAX = 50_000;

/** Kept in the database: the count is one for all processes, and outlives each of them. */
export function openGuessThrottle(parts: {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly keyRing: KeyRing;
}): GuessThrottle {
  const { connection, clock, keyRing } = parts;
  const shut = new Map<string, Instant>(); // who was told to wait, until then: not asked of the database again
  const hashed = (askers: readonly Asker[]) =>
    askers.map(({ name, limits }) => ({ limits, asker: keyRing.askerHash(`member|${name}`) }));
  return {
    async begin(wanted) {
      const now = clock.now();
      const shutUntil = Math.max(...wanted.map(({ name }) => shut.get(name) ?? 0));
      if (shutUntil > now) return shutUntil - now;
      const askers = hashed(wanted);
      const waitsMs = await countGuess(connection, GUESSES, askers, now);
      for (const [place, waitMs] of waitsMs.entries()) {
        if (waitMs > 0) remember(shut, present(wanted[place], 'a wait each').name, now + waitMs);
      }
      return Math.max(...waitsMs);
    },
    async forgive(wanted) {
      await takeBackGuess(connection, { askers: hashed(wanted).map(({ asker }) => asker) });
    },
    async forgetOld() {
      await forgetGuesses(connection, { before: clock.now() - KEPT_MS });
    },
  };
}

function remember(shut: Map<string, Instant>, name: string, until: Instant): void {
  shut.delete(name);
  shut.set(name, until);
  for (const oldest of shut.keys()) {
    if (shut.size <= SHUT_MAX) return;
    shut.delete(oldest);
  }
}
