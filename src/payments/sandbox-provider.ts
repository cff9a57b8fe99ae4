import { newSecret, type Random } from '../kernel/crypto.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import {
  answerOf,
  decideSandboxCall,
  type SandboxAttempt,
  type SandboxMoney,
} from './decide-sandbox-call.ts';
import type { InquiryAnswer, PaymentProvider, ProviderAnswer, ProviderCall } from './provider.ts';
import { SANDBOX_TOKENS } from './sandbox-tokens.ts';
import {
  findSandboxAttempts,
  findSandboxMoney,
  insertSandboxAttempts,
  keepSandboxMoney,
  listSandboxMoney,
  lockSandboxBooks,
} from './sandbox.sql.ts';

interface Asked {
  readonly attemptId: string;
  readonly call: ProviderCall | null; // null: an inquiry
  resolve(answer: InquiryAnswer): void;
  reject(error: unknown): void;
}

const STATEMENT_PAGE = 1_000;

/**
 * A provider to try things with: it takes no money, and behaves by the token's name as cards and carriers do. Its
 * books are tables of its own, so it survives a restart as the real ones do; it stands outside of ours, and is
 * called like any other. What arrives while a page of its books is written is the next page.
 */
export function sandboxProvider(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}): PaymentProvider {
  const tokens = new Map(SANDBOX_TOKENS.map((each) => [each.token, each]));
  let waiting: Asked[] = [];
  let isWriting = false;

  const ask = (attemptId: string, call: ProviderCall | null): Promise<InquiryAnswer> =>
    new Promise((resolve, reject) => {
      waiting.push({ attemptId, call, resolve, reject });
      void write();
    });

  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    await Promise.resolve(); // what is asked in one tick is one page
    while (waiting.length > 0) {
      const page = waiting;
      waiting = [];
      try {
        const answers = await parts.database.transaction((on) => writePage(on, page));
        for (const [place, asked] of page.entries()) asked.resolve(answers[place]!);
      } catch (error) {
        for (const asked of page) asked.reject(error);
      }
    }
    isWriting = false;
  }

  async function writePage(on: Queryable, page: readonly Asked[]): Promise<InquiryAnswer[]> {
    await lockSandboxBooks(on);
    const at = parts.clock.now();
    const attempts = await readAttempts(on, page);
    const money = await readMoney(on, page);
    const made = new Map<string, SandboxAttempt>();
    const changed = new Map<string, SandboxMoney>();
    const answers = page.map(({ attemptId, call }): InquiryAnswer => {
      const known = attempts.get(attemptId) ?? made.get(attemptId);
      if (known !== undefined) return call === null ? answerOf(known, at) : repeated(known, at);
      if (call === null) {
        made.set(attemptId, neverDone(attemptId, at));
        return { outcome: 'not_done' };
      }
      const found = call.reference === null ? null : (money.get(call.reference) ?? null);
      const asked = { call, token: tokens.get(call.token ?? found?.token ?? '') };
      const decided = decideSandboxCall(asked, found, at, () => newSecret(parts.random));
      made.set(attemptId, decided.attempt);
      if (decided.money !== null) {
        money.set(decided.money.reference, decided.money);
        changed.set(decided.money.reference, decided.money);
      }
      return decided.answer;
    });
    await keepAttempts(on, [...made.values()]);
    await keepMoney(on, [...changed.values()]);
    return answers;
  }

  return {
    key: 'sandbox',
    tokens: SANDBOX_TOKENS.map(({ token, kind, lastDigits }) => ({ token, kind, lastDigits })),
    readToken(token) {
      const found = tokens.get(token);
      return found === undefined ? null : { kind: found.kind, lastDigits: found.lastDigits };
    },
    call: (call) => ask(call.attemptId, call) as Promise<ProviderAnswer>, // `repeated` sees to it
    inquire: (attemptId) => ask(attemptId, null),
    statement: (after) =>
      listSandboxMoney(parts.database, { after: after ?? '', size: STATEMENT_PAGE }),
  };
}

/** A call that comes a second time, or behind an inquiry that found it nowhere. */
function repeated(known: SandboxAttempt, at: number): ProviderAnswer {
  const answer = answerOf(known, at);
  return answer.outcome === 'not_done' ? { outcome: 'unknown' } : answer;
}

/** Whoever asks about a call that has not come is promised that it will not be done any more. */
function neverDone(attemptId: string, at: number): SandboxAttempt {
  const nothing = { reason: null, reference: null, liveUntil: null };
  return { attemptId, step: 'none', fate: 'not_done', ...nothing, knownAt: at };
}

async function readAttempts(
  on: Queryable,
  page: readonly Asked[],
): Promise<ReadonlyMap<string, SandboxAttempt>> {
  const rows = await findSandboxAttempts(on, { attemptIds: page.map((each) => each.attemptId) });
  return new Map(rows.map((row) => [row.attemptId, row as SandboxAttempt]));
}

async function readMoney(
  on: Queryable,
  page: readonly Asked[],
): Promise<Map<string, SandboxMoney>> {
  const references = page.flatMap(({ call }) => call?.reference ?? []);
  if (references.length === 0) return new Map();
  const rows = await findSandboxMoney(on, { references });
  return new Map(rows.map((row) => [row.reference, row as SandboxMoney]));
}

async function keepAttempts(on: Queryable, made: readonly SandboxAttempt[]): Promise<void> {
  if (made.length === 0) return;
  await insertSandboxAttempts(on, {
    attemptIds: made.map(({ attemptId }) => attemptId),
    steps: made.map(({ step }) => step),
    fates: made.map(({ fate }) => fate),
    reasons: made.map(({ reason }) => reason),
    references: made.map(({ reference }) => reference),
    liveUntils: made.map(({ liveUntil }) => liveUntil),
    knownAts: made.map(({ knownAt }) => knownAt),
  });
}

async function keepMoney(on: Queryable, changed: readonly SandboxMoney[]): Promise<void> {
  if (changed.length === 0) return;
  await keepSandboxMoney(on, {
    references: changed.map(({ reference }) => reference),
    tokens: changed.map(({ token }) => token),
    units: changed.map(({ unit }) => unit),
    amountsMinor: changed.map(({ amountMinor }) => amountMinor),
    states: changed.map(({ state }) => state),
    liveUntils: changed.map(({ liveUntil }) => liveUntil),
    takenMinor: changed.map(({ takenMinor }) => takenMinor),
    givenBackMinor: changed.map(({ givenBackMinor }) => givenBackMinor),
  });
}
