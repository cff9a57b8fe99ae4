import { assert } from '../../kernel/assert.ts';

/** How messages are told apart in a stream: each is preceded by its length. */
export interface Framing {
  /** Two or four bytes big-endian, or four ASCII digits. The length does not count itself. */
  readonly length: 'binary2' | 'binary4' | 'ascii4';
  /** Bytes between the length and the message type; sent back as they came. They are counted. */
  readonly headerBytes: number;
  /** A message that says it is longer ends its connection. */
  readonly bodyMaxBytes: number;
}

const PREFIX_BYTES: Readonly<Record<Framing['length'], number>> = {
  binary2: 2,
  binary4: 4,
  ascii4: 4,
};

export function prefixBytes(framing: Framing): number {
  return PREFIX_BYTES[framing.length];
}

/** Writes the length of what follows at the start of `target`. */
export function writePrefix(framing: Framing, target: Buffer, bodyBytes: number): void {
  assert(bodyBytes <= framing.bodyMaxBytes, 'an answer is not longer than a message may be');
  if (framing.length === 'binary2') target.writeUInt16BE(bodyBytes, 0);
  else if (framing.length === 'binary4') target.writeUInt32BE(bodyBytes, 0);
  else target.write(String(bodyBytes).padStart(4, '0'), 0, 'latin1');
}

export type Taken =
  | { readonly is: 'message'; readonly body: Buffer }
  | { readonly is: 'incomplete' } // more bytes are needed
  | { readonly is: 'unreadable' }; // the stream cannot be told apart any more

const INCOMPLETE: Taken = { is: 'incomplete' };
const UNREADABLE: Taken = { is: 'unreadable' };

/**
 * Cuts a stream into messages, however it was glued or cut on its way. Chunks are kept as they come
 * and joined once when a message is whole, so a byte at a time costs no more than all at once. It
 * holds at most one unfinished message and what came glued behind it; the caller stops reading
 * while it cannot take more.
 */
export class Deframer {
  readonly #framing: Framing;
  readonly #prefixBytes: number;
  #parts: Buffer[] = [];
  #size = 0; // bytes in #parts, without those before #start
  #start = 0; // of what is not taken yet, in the first part
  #wanted = 0; // bytes of the next message with its prefix; 0: the prefix has not come

  constructor(framing: Framing) {
    this.#framing = framing;
    this.#prefixBytes = prefixBytes(framing);
  }

  /** Whether a message has begun and not ended. */
  get isMidMessage(): boolean {
    return this.#size > 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#parts.push(chunk);
    this.#size += chunk.length;
  }

  /** The next whole message. A message of no bytes is a sign of life and comes out as such. */
  take(): Taken {
    if (this.#wanted === 0) {
      if (this.#size < this.#prefixBytes) return INCOMPLETE;
      const bodyBytes = this.#readPrefix();
      if (!(bodyBytes <= this.#framing.bodyMaxBytes)) return UNREADABLE;
      this.#wanted = this.#prefixBytes + bodyBytes;
    }
    if (this.#size < this.#wanted) return INCOMPLETE;
    const whole = this.#first(this.#wanted);
    const end = this.#start + this.#wanted;
    const body = whole.subarray(this.#start + this.#prefixBytes, end);
    this.#size -= this.#wanted;
    this.#start = end;
    this.#wanted = 0;
    if (this.#start === whole.length) {
      this.#parts.shift();
      this.#start = 0;
    }
    return { is: 'message', body };
  }

  /** NaN for a length that is no number, which no bound lets through. */
  #readPrefix(): number {
    const part = this.#first(this.#prefixBytes);
    if (this.#framing.length === 'binary2') return part.readUInt16BE(this.#start);
    if (this.#framing.length === 'binary4') return part.readUInt32BE(this.#start);
    const digits = part.toString('latin1', this.#start, this.#start + 4);
    return /^[0-9]{4}$/.test(digits) ? Number(digits) : Number.NaN;
  }

  /** The first part, joined with those behind it if it holds less than `bytes`. */
  #first(bytes: number): Buffer {
    const first = this.#parts[0] as Buffer;
    if (first.length - this.#start >= bytes) return first;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }
}
