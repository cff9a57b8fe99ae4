import { present } from '../kernel/assert.ts';
import { newSecret } from '../kernel/crypto.ts';
import { paced } from '../kernel/pace.ts';
import type { PaymentParts } from './open-payments.ts';
import type { PaymentOwner, PaymentStep } from './payment.ts';
import { claimDue, type ClaimDueRow } from './payments.sql.ts';
import type { InquiryAnswer } from './provider.ts';
import type { WorkRound } from './payments.ts';
import { ownerOf, writeOutcomes, type Outcome, type Written } from './write-outcomes.ts';

export interface WorkPolicy {
  readonly callsMax: number; // at once, of this process
  readonly callTimeoutMs: number; // then the outcome is unknown
  readonly leaseMs: number; // longer than a call may take: then another may inquire
  readonly lookEveryMs: number; // for what nobody nudged about
  readonly firstPauseMs: number; // before the first inquiry; doubles each time
  readonly longestPauseMs: number;
}

export const WORK_POLICY: WorkPolicy = {
  callsMax: 256,
  callTimeoutMs: 10_000,
  leaseMs: 60_000,
  lookEveryMs: 500,
  firstPauseMs: 1_000,
  longestPauseMs: 3_600_000,
};

/** An owner that moves on each time it is asked is asked again when the lease is over. */
const ASKED_MAX = 5;

/** So many times as many as are called at once may be answered, and wait for their owners and to be written. */
const ANSWERED_MAX = 4;

/** Of one look: each brings a name for as many attempts as it may take up. */
const TAKEN_UP_MAX = 64;

/** So far apart are looks, and writings: what has come in between goes together. */
const TOGETHER_MS = 25;

/** A claimed payment with its open attempt. */
export type DueCall = ClaimDueRow & { readonly step: PaymentStep; readonly attemptId: string };

/**
 * Claims what is due, calls outside of any transaction, and writes outcomes as they come: all that has come while
 * the one before was written is written together, so a slow call holds up nobody.
 */
export class PaymentWork {
  readonly #parts: PaymentParts;
  readonly #owners: ReadonlyMap<string, PaymentOwner>;
  readonly #policy: WorkPolicy;
  readonly #underWay = new Map<string, Promise<boolean>>(); // by attempt
  #calling = 0; // of those under way: the others are answered, and wait to be written
  #arrived: { readonly outcome: Outcome; readonly written: (written: Written) => void }[] = [];
  #isWriting = false;
  #nudge: (() => void) | undefined;
  readonly #mayLook = paced(TOGETHER_MS);
  readonly #mayWrite = paced(TOGETHER_MS);
  #isNudged = false;
  /** The last look took up all that it might: there may be more, for whom there was no room. */
  #wasFull = false;

  constructor(parts: PaymentParts, owners: ReadonlyMap<string, PaymentOwner>) {
    this.#parts = parts;
    this.#owners = owners;
    this.#policy = { ...WORK_POLICY, ...parts.policy };
  }

  /** Until nothing is due at this instant any more. */
  async round(): Promise<WorkRound> {
    let calls = 0;
    let settled = 0;
    for (;;) {
      const due = await this.#claim();
      if (due.length === 0) return { calls, settled };
      calls += due.length;
      const results = await Promise.all(due.map((each) => this.#begin(each)));
      settled += results.filter(Boolean).length;
    }
  }

  start(): { stop(): Promise<void> } {
    let isStopped = false;
    const running = (async () => {
      while (!isStopped) {
        await this.#mayLook();
        const wasFull = await this.#look();
        if (!wasFull && !isStopped) await this.#waitForWork();
      }
      await Promise.allSettled(this.#underWay.values());
    })();
    return {
      stop: () => {
        isStopped = true;
        this.nudge();
        return running;
      },
    };
  }

  nudge(): void {
    this.#isNudged = true;
    this.#nudge?.();
  }

  /** One claim; its calls go on by themselves. True: there is more that can be begun now. */
  async #look(): Promise<boolean> {
    try {
      const due = await this.#claim();
      for (const each of due) {
        this.#begin(each).then(
          () => this.#wasFull && this.nudge(),
          (error: unknown) => this.#parts.log.error({ error }, 'a payment call broke'),
        );
      }
      return this.#wasFull && this.#free() > 0;
    } catch (error) {
      this.#parts.log.error({ error }, 'payments: a look for what is due failed');
      return false;
    }
  }

  #waitForWork(): Promise<void> {
    if (this.#isNudged) {
      this.#isNudged = false;
      if (this.#free() > 0) return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#nudge?.(), this.#policy.lookEveryMs);
      this.#nudge = () => {
        clearTimeout(timer);
        this.#nudge = undefined;
        this.#isNudged = false;
        resolve();
      };
    });
  }

  #free(): number {
    const { callsMax } = this.#policy;
    return Math.min(callsMax - this.#calling, callsMax * ANSWERED_MAX - this.#underWay.size);
  }

  async #claim(): Promise<readonly DueCall[]> {
    const { database, clock, random } = this.#parts;
    const now = clock.now();
    const size = Math.min(this.#free(), TAKEN_UP_MAX);
    this.#wasFull = true;
    if (size <= 0) return [];
    const rows = await claimDue(database, {
      now,
      leasedUntil: now + this.#policy.leaseMs,
      size,
      underWay: [...this.#underWay.keys()],
      attemptIds: Array.from({ length: size }, () => newSecret(random)),
    });
    this.#wasFull = rows.length === size;
    return rows as readonly DueCall[]; // what is due has a step, and by now an attempt
  }

  #begin(due: DueCall): Promise<boolean> {
    const { attemptId } = due;
    const carried = this.#carryOut(due).finally(() => this.#underWay.delete(attemptId));
    this.#underWay.set(attemptId, carried);
    return carried;
  }

  /** Resolves when the outcome is written: true when it changed what is known of the payment. */
  async #carryOut(due: DueCall): Promise<boolean> {
    const { paymentId, purpose } = due;
    this.#calling += 1;
    const answer = await this.#ask(due);
    this.#calling -= 1;
    if (this.#wasFull) this.nudge();
    const isTaken = answer.outcome === 'done' && (due.step === 'capture' || due.step === 'charge');
    const owner = isTaken ? ownerOf(this.#owners, purpose) : undefined;
    try {
      for (let tries = 0; tries < ASKED_MAX; tries += 1) {
        const ready = await owner?.taken({ paymentId, purpose });
        const { settled, moved } = await this.#told({ due, answer, ready });
        if (!moved.has(paymentId)) return settled.has(paymentId);
      }
    } catch (error) {
      const { log } = this.#parts;
      log.error(
        { error, paymentId: String(paymentId) },
        'money was taken; it is asked about again',
      );
    }
    return false;
  }

  #told(outcome: Outcome): Promise<Written> {
    return new Promise((written) => {
      this.#arrived.push({ outcome, written });
      void this.#write();
    });
  }

  /** Whatever goes wrong at the provider's is an unknown outcome. */
  async #ask(due: DueCall): Promise<InquiryAnswer> {
    const { providers, keys, log } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<InquiryAnswer>((resolve) => {
      timer = setTimeout(() => resolve({ outcome: 'unknown' }), this.#policy.callTimeoutMs);
    });
    try {
      const { attemptId, step, amountMinor, unit, reference } = due;
      const provider = present(
        providers.find(({ key }) => key === due.provider),
        `there is a way to the provider ${due.provider}`,
      );
      const asked = due.isInquiry
        ? provider.inquire(attemptId)
        : provider.call({
            attemptId,
            step,
            token: due.tokenSealed && keys.unseal(due.tokenSealed),
            amountMinor,
            unit,
            reference,
          });
      return await Promise.race([asked, tooLate]);
    } catch (error) {
      log.warn({ error, step: due.step }, 'a provider could not be asked; it is inquired about');
      return { outcome: 'unknown' };
    } finally {
      clearTimeout(timer);
    }
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#arrived.length > 0) {
      await this.#mayWrite();
      const batch = this.#arrived;
      this.#arrived = [];
      const done = await this.#writeBatch(batch.map(({ outcome }) => outcome));
      if (done.goesOn) this.nudge();
      for (const { written } of batch) written(done);
    }
    this.#isWriting = false;
  }

  /** What could not be written together is written one by one; what cannot be written at all is inquired about later. */
  async #writeBatch(outcomes: readonly Outcome[]): Promise<Written> {
    const { database, clock, log } = this.#parts;
    const tools = { database, clock, owners: this.#owners, policy: this.#policy };
    try {
      return await writeOutcomes(tools, outcomes);
    } catch (error) {
      if (outcomes.length === 1) {
        log.error({ error, paymentId: String(outcomes[0]?.due.paymentId) }, 'an outcome was lost');
        return { settled: new Set(), moved: new Set(), goesOn: false };
      }
    }
    const alone: Written[] = [];
    for (const outcome of outcomes) alone.push(await this.#writeBatch([outcome]));
    return {
      settled: new Set(alone.flatMap(({ settled }) => [...settled])),
      moved: new Set(alone.flatMap(({ moved }) => [...moved])),
      goesOn: alone.some(({ goesOn }) => goesOn),
    };
  }
}
