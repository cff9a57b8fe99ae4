import type { Socket } from 'node:net';

import type { TillLog } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { Deframer } from './framing.ts';
import type { Framing } from './framing.ts';
import type { Peer } from './peer.ts';

const LINGER_MS = 1_000;

/** Bounds of one connection. */
export interface ConnectionBounds {
  readonly inFlightMax: number; // messages being answered; beyond that we stop reading
  readonly idleMs: number; // without a whole message
  readonly partialMs: number; // from the first byte of a message to its last
  readonly writeMs: number; // for the other side to take what we wrote
}

export interface ConnectionParts {
  readonly socket: Socket;
  readonly framing: Framing;
  readonly exchange: Exchange;
  readonly peer: Peer;
  readonly bounds: ConnectionBounds;
  readonly log: TillLog;
  onClosed(connection: Connection): void;
}

/**
 * One line with many tills on it. Messages are answered as they are decided, in any order; when too
 * many are under way, or the other side does not take our answers, it stops reading, and TCP makes
 * the tills wait. Whatever is wrong here ends this line only.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #deframer: Deframer;
  #inFlight = 0;
  #isWriteBlocked = false;
  #isCorked = false;
  #isInputOver = false; // the other side says no more, and still listens
  #isEnding = false; // no more messages are taken; what is under way is answered
  #isOver = false; // the last answer is written
  #messagesTaken = 0;
  #partialTimer: NodeJS.Timeout | null = null;
  #partialSince = -1; // #messagesTaken when that timer was set
  #writeTimer: NodeJS.Timeout | null = null;
  #lingerTimer: NodeJS.Timeout | null = null;
  readonly #idleTimer: NodeJS.Timeout;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#deframer = new Deframer(parts.framing);
    const { socket, bounds } = parts;
    this.#idleTimer = setTimeout(() => this.#onIdle(), bounds.idleMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onBytes(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('end', () => this.#onInputOver());
    socket.on('error', () => socket.destroy()); // a line that breaks is news to nobody but itself
    socket.on('close', () => this.#onClose());
  }

  /** Takes no more messages, answers what is under way, then ends the line. */
  drain(): void {
    this.#isEnding = true;
    this.#clearPartial();
    this.#endIfDone();
  }

  /**
   * Cuts the line. What is under way is still decided; its answers are lost, as on any bad line.
   */
  cut(): void {
    this.#parts.socket.destroy();
  }

  #onInputOver(): void {
    this.#isInputOver = true;
    this.#pump();
  }

  #onBytes(chunk: Buffer): void {
    if (this.#isEnding) return; // also what comes while the line lingers
    this.#deframer.push(chunk);
    this.#pump();
  }

  /** Takes messages while it may, then decides whether to read on. */
  #pump(): void {
    const { socket } = this.#parts;
    while (!this.#isEnding && !this.#isFull()) {
      const taken = this.#deframer.take();
      if (taken.is === 'incomplete') break;
      if (taken.is === 'unreadable') {
        this.#parts.log.warn({ address: this.#parts.peer.address }, 'till: a message too long');
        this.cut();
        return;
      }
      this.#messagesTaken += 1;
      this.#idleTimer.refresh();
      if (taken.body.length > 0) this.#answer(taken.body);
    }
    if (this.#isFull() && !this.#isEnding) {
      socket.pause();
      this.#clearPartial(); // it is we who do not read
      return;
    }
    if (this.#isInputOver) this.#isEnding = true; // all that came whole is taken
    if (socket.isPaused()) socket.resume();
    this.#watchPartial();
    this.#endIfDone();
  }

  /** A message that has begun must end in time; bytes that trickle in do not give it more. */
  #watchPartial(): void {
    if (this.#isEnding || !this.#deframer.isMidMessage) this.#clearPartial();
    else if (this.#partialSince !== this.#messagesTaken) {
      this.#clearPartial();
      this.#partialSince = this.#messagesTaken;
      const { partialMs } = this.#parts.bounds;
      this.#partialTimer = setTimeout(() => this.#onPartial(), partialMs);
    }
  }

  /**
   * Ends our side and reads on without listening until the other side ends too, because closing
   * over unread bytes would reset the line and could take the last answers with it.
   */
  #endIfDone(): void {
    if (!this.#isEnding || this.#inFlight > 0 || this.#isOver) return;
    this.#isOver = true;
    const { socket } = this.#parts;
    socket.end();
    socket.resume();
    this.#lingerTimer = setTimeout(() => this.cut(), LINGER_MS);
  }

  #isFull(): boolean {
    return this.#isWriteBlocked || this.#inFlight >= this.#parts.bounds.inFlightMax;
  }

  #answer(body: Buffer): void {
    const { exchange, peer, socket } = this.#parts;
    this.#inFlight += 1;
    void exchange.answer(body, peer).then((answer) => {
      this.#inFlight -= 1;
      if (socket.destroyed) return;
      if (answer.is === 'reply') this.#write(answer.bytes);
      if (answer.is === 'close') this.drain();
      this.#pump();
    });
  }

  /** Answers that are ready in the same turn go out in one packet. */
  #write(bytes: Buffer): void {
    const { socket, bounds } = this.#parts;
    if (!this.#isCorked) {
      this.#isCorked = true;
      socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        socket.uncork();
      });
    }
    if (socket.write(bytes) || this.#isWriteBlocked) return;
    this.#isWriteBlocked = true;
    this.#writeTimer = setTimeout(() => {
      this.#parts.log.warn({ address: this.#parts.peer.address }, 'till: answers are not taken');
      this.cut();
    }, bounds.writeMs);
  }

  #onDrain(): void {
    this.#isWriteBlocked = false;
    if (this.#writeTimer !== null) clearTimeout(this.#writeTimer);
    this.#writeTimer = null;
    this.#pump();
  }

  #onIdle(): void {
    if (this.#inFlight > 0 || this.#isWriteBlocked) {
      this.#idleTimer.refresh();
      return;
    }
    this.#parts.log.info({ address: this.#parts.peer.address }, 'till: an idle line is closed');
    this.drain();
  }

  #onPartial(): void {
    this.#parts.log.warn({ address: this.#parts.peer.address }, 'till: a message never ended');
    this.cut();
  }

  #clearPartial(): void {
    if (this.#partialTimer !== null) clearTimeout(this.#partialTimer);
    this.#partialTimer = null;
    this.#partialSince = -1;
  }

  #onClose(): void {
    clearTimeout(this.#idleTimer);
    this.#clearPartial();
    if (this.#writeTimer !== null) clearTimeout(this.#writeTimer);
    if (this.#lingerTimer !== null) clearTimeout(this.#lingerTimer);
    this.#isEnding = true;
    this.#isOver = true;
    this.#parts.onClosed(this);
  }
}
