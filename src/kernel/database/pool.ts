import type { Session } from './session.ts';

interface Waiting {
  readonly taken: (session: Session) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Sessions lent in the order they are asked for. An idle session is lent at once, within the call, so
 * that what is sent behind it leaves in the same flush. A lost session is replaced by the next asker's.
 */
export class Pool {
  readonly #open: () => Promise<Session>;
  readonly #sessionsMax: number;
  readonly #idle: Session[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #lent = new Set<Session>();
  #opening = 0;
  #isClosed = false;
  #whenEmpty: (() => void) | undefined;

  constructor(open: () => Promise<Session>, sessionsMax: number) {
    this.#open = open;
    this.#sessionsMax = sessionsMax;
  }

  take(taken: (session: Session) => void, failed: (error: Error) => void): void {
    if (this.#isClosed) {
      failed(new Error('the database is closed'));
      return;
    }
    let session = this.#idle.pop();
    while (session?.isLost) session = this.#idle.pop();
    if (session) this.#lend(session, taken);
    else {
      this.#waiting.push({ taken, failed });
      this.#openMore();
    }
  }

  give(session: Session): void {
    this.#lent.delete(session);
    const next = session.isLost ? undefined : this.#waiting.shift();
    if (next) this.#lend(session, next.taken);
    else if (!session.isLost) this.#idle.push(session);
    this.#openMore();
    if (this.#lent.size === 0) this.#whenEmpty?.();
  }

  /** Refuses new work, waits for what is lent, then closes the sessions. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0))
      waiting.failed(new Error('the database is closed'));
    if (this.#lent.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }

  #lend(session: Session, taken: (session: Session) => void): void {
    this.#lent.add(session);
    taken(session);
  }

  #openMore(): void {
    const room = this.#sessionsMax - this.#lent.size - this.#opening - this.#idle.length;
    if (room <= 0 || this.#waiting.length <= this.#opening) return;
    this.#opening += 1;
    this.#open().then(
      (session) => {
        this.#opening -= 1;
        if (this.#isClosed) void session.close();
        else this.give(session);
      },
      (error: Error) => {
        this.#opening -= 1;
        this.#waiting.shift()?.failed(error);
        this.#openMore();
      },
    );
  }
}
