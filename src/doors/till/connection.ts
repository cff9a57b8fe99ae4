import type { Socket } from 'node:net';

import type { TillLog } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { Deframer } from './framing.ts';
import type { Framing } from './framing.ts';
import type { Peer } from './peer.ts';

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
  #isEnding = false; // no more messages are taken; what is under way is answered
  #messagesTaken = 0;
  #partialTimer: NodeJS.Timeout | null = null;
  #partialSince = -1; // #messagesTaken when that timer was set
  #writeTimer: NodeJS.Timeout | null = null;
  readonly #idleTimer: NodeJS.Timeout;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#deframer = new Deframer(parts.framing);
    const { socket, bounds } = parts;
    this.#idleTimer = setTimeout(() => this.#onIdle(), bounds.idleMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onBytes(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('end', () => this.drain());
    socket.on('error', () => socket.destroy()); // a line that breaks is news to nobody but itself
    socket.on('close', () => this.#onClose());
  }

  /** Takes no more messages, answers what is under way, then ends the line. */
  drain(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#parts.socket.pause();
    this.#clearPartial();
    if (this.#inFlight === 0) this.#parts.socket.end();
  }

  /** Cuts the line. What is under way is still decided; its answers are lost, as on any bad line. */
  cut(): void {
    this.#parts.socket.destroy();
  }

  #onBytes(chunk: Buffer): void {
    if (this.#isEnding) return;
    this.#deframer.push(chunk);
    this.#pump();
  }

  /** Takes messages while it may, then decides whether to read on. */
  #pump(): void {
    const { socket, bounds } = this.#parts;
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
    if (this.#isEnding || this.#isFull()) {
      socket.pause();
      this.#clearPartial(); // it is we who do not read
      return;
    }
    if (socket.isPaused()) socket.resume();
    if (!this.#deframer.isMidMessage) this.#clearPartial();
    else if (this.#partialSince !== this.#messagesTaken) {
      this.#clearPartial();
      this.#partialSince = this.#messagesTaken;
      this.#partialTimer = setTimeout(() => this.#onPartial(), bounds.partialMs);
    }
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
      if (this.#isEnding) {
        if (this.#inFlight === 0) socket.end();
      } else this.#pump();
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
    this.#parts.socket.end();
    this.cut();
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
    this.#isEnding = true;
    this.#parts.onClosed(this);
  }
}
