import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { present } from '../../kernel/assert.ts';
import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { emptyFields, encodeMessage, parseMessage } from './codec.ts';
import { FIELD, type Dialect } from './dialect.ts';
import { iso87 } from './dialects/iso87.ts';
import { Deframer } from './framing.ts';

/** The other end of the line: a till that asks as a shop's would. For replays and the demo. */
export interface TillSide {
  /** One message and its answer; with a line that fails, what a till then has to undo is kept. */
  ask(order: TillOrder): Promise<TillHeard>;
  /** Reverses what had no answer, until each is answered; returns how many there were. */
  settle(): Promise<number>;
  /** What it has come to so far. */
  readonly tally: TillTally;
  signOn(): Promise<TillHeard>;
  signOff(): Promise<TillHeard>;
  close(): void;
}

export interface TillOrder {
  readonly act: TillAsk;
  readonly number: string;
  readonly amountMinor?: number;
  /** Where the line is cut: before the message arrives, or behind it, with its answer lost. */
  readonly cut?: 'before' | 'behind';
  /** It tells what was done while the line was down; what is told cannot be refused to the buyer any more. */
  readonly isAdvice?: boolean;
}

/** Of everything but balances. What was asked is approved, refused, settled by a reversal, or not settled yet. */
export interface TillTally {
  asked: number;
  approved: number;
  refused: number;
  settled: number;
  unsettled: number;
}

export type TillAsk = 'redeem' | 'return' | 'reload' | 'balance' | 'activate' | 'deactivate';

export interface TillHeard {
  readonly response: string | null; // null: no answer
  readonly isApproved: boolean;
  readonly balanceMinor: number | null;
}

export interface TillPlace {
  readonly host: string;
  readonly port: number;
  readonly merchantCode: string;
  readonly terminalCode: string;
  readonly clock: Clock;
}

type Said = Readonly<Record<number, string>>;

const DIALECT: Dialect = iso87;
const YEN = '392';
const CODES: Readonly<Record<TillAsk, string>> = {
  redeem: '000000',
  return: '200000',
  reload: '210000',
  balance: '310000',
  activate: '900000',
  deactivate: '920000',
};
const SILENCE: TillHeard = { response: null, isApproved: false, balanceMinor: null };
/** How long a till waits for its answer in real time, whatever its clock says. */
const PATIENCE_MS = 10_000;

export function tillSide(place: TillPlace): TillSide {
  return new Till(place);
}

class Till implements TillSide {
  readonly #place: TillPlace;
  #line: Line | null = null;
  #stan = 0;
  readonly #unsettled: Said[] = [];

  constructor(place: TillPlace) {
    this.#place = place;
  }

  readonly tally: TillTally = { asked: 0, approved: 0, refused: 0, settled: 0, unsettled: 0 };

  async ask(order: TillOrder): Promise<TillHeard> {
    const { act, number, amountMinor, cut, isAdvice = false } = order;
    const type = act === 'balance' ? '0100' : isAdvice ? '0220' : '0200';
    const said: Said = {
      ...this.#common(),
      [DIALECT.card.numberField]: number,
      [FIELD.processingCode]: CODES[act],
      ...amountOf(amountMinor),
      [FIELD.currency]: YEN,
    };
    if (cut !== undefined) await this.#sayIntoTheDark(type, said, cut);
    const heard = cut === undefined ? await this.#say(type, said) : SILENCE;
    if (act === 'balance') return heard;
    this.tally.asked += 1;
    if (heard.response !== null) this.tally[heard.isApproved ? 'approved' : 'refused'] += 1;
    else this.tally.unsettled = this.#unsettled.push({ 0: type, ...said });
    return heard;
  }

  async settle(): Promise<number> {
    let settled = 0;
    for (let said = this.#unsettled[0]; said !== undefined; said = this.#unsettled[0]) {
      const { 0: type, ...fields } = said;
      const original = `${type}${fields[FIELD.stan]}${fields[DIALECT.identity.instantField]}${'0'.repeat(22)}`;
      const heard = await this.#say('0420', {
        ...fields,
        ...this.#common(),
        [DIALECT.originalField]: original,
      });
      if (heard.response === null) break; // the line is still down: again later
      this.#unsettled.shift();
      this.tally.unsettled -= 1;
      this.tally.settled += 1;
      settled += 1;
    }
    return settled;
  }

  signOn(): Promise<TillHeard> {
    return this.#say('0800', { ...this.#common(), [DIALECT.network.field]: '001' });
  }

  signOff(): Promise<TillHeard> {
    return this.#say('0800', { ...this.#common(), [DIALECT.network.field]: '002' });
  }

  close(): void {
    this.#line?.socket.destroy();
    this.#line = null;
  }

  #common(): Said {
    this.#stan = (this.#stan + 1) % 1_000_000;
    const { clock, merchantCode, terminalCode } = this.#place;
    return {
      [DIALECT.identity.instantField]: isoInstant(clock.now()).replaceAll(/\D/g, '').slice(4, 14),
      [FIELD.stan]: String(this.#stan).padStart(6, '0'),
      [FIELD.terminal]: terminalCode,
      [FIELD.merchant]: merchantCode,
    };
  }

  async #say(type: string, fields: Said): Promise<TillHeard> {
    this.#line ??= await openLine(this.#place);
    this.#line.socket.write(encoded(type, fields));
    const answer = await this.#line.next(PATIENCE_MS);
    if (answer !== null) return heardOf(answer);
    this.close();
    return SILENCE;
  }

  async #sayIntoTheDark(type: string, fields: Said, cut: 'before' | 'behind'): Promise<void> {
    this.close();
    if (cut === 'before') return;
    const { socket } = await openLine(this.#place);
    socket.end(encoded(type, fields)); // everything arrives, and nobody listens to the answer
    await once(socket, 'close');
  }
}

interface Line {
  readonly socket: Socket;
  next(timeoutMs: number): Promise<Buffer | null>;
}

async function openLine({ host, port }: TillPlace): Promise<Line> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const deframer = new Deframer(DIALECT.framing);
  let wake: () => void = () => undefined;
  socket.on('error', () => socket.destroy());
  socket.on('close', () => wake());
  socket.on('data', (chunk: Buffer) => {
    deframer.push(chunk);
    wake();
  });
  return {
    socket,
    async next(timeoutMs) {
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        wake();
      }, timeoutMs);
      try {
        for (;;) {
          const taken = deframer.take();
          if (taken.is === 'message') return taken.body;
          if (taken.is === 'unreadable' || socket.destroyed || isOver) return null;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function amountOf(minor: number | undefined): Said {
  return minor === undefined ? {} : { [FIELD.amount]: String(minor).padStart(12, '0') };
}

function encoded(type: string, said: Said): Buffer {
  const fields = emptyFields();
  for (const [field, value] of Object.entries(said)) fields[Number(field)] = value;
  return encodeMessage(DIALECT, { mti: type, header: '', fields });
}

function heardOf(body: Buffer): TillHeard {
  const parsed = parseMessage(DIALECT, body);
  const message = present(
    parsed.ok ? parsed.value : parsed.readable,
    'the host answers in its dialect',
  );
  const response = message.fields[FIELD.responseCode] ?? null;
  const amounts = message.fields[FIELD.amounts];
  return {
    response,
    isApproved: response === '00' || response === '10',
    balanceMinor: amounts === undefined ? null : Number(amounts.slice(-12)),
  };
}
