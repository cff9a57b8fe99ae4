import type { Clock } from '../../kernel/clock.ts';
import type { Result } from '../../kernel/result.ts';
import type {
  CardReference,
  Operation,
  Balance,
  Outcome,
  Refusal,
} from '../../instruments/index.ts';
import type { Dialect } from './dialect.ts';

/** What the till needs of the value engine. */
export interface TillEngine {
  submit(operation: Operation): Promise<Outcome>;
  inquireBalance(
    asker: { readonly clientId: number; readonly issuerId: number },
    card: CardReference,
  ): Promise<Result<Balance, Refusal>>;
}

/** A till as the server knows it. Its codes are what DE42 and DE41 say, without the padding. */
export interface Terminal {
  readonly terminalId: number;
  readonly clientId: number;
  readonly issuerId: number;
  readonly merchantId: number; // who is paid for what is redeemed here
  readonly sellerId: number; // who owes for what is activated or loaded here
  readonly tenderId: number | null; // how is paid here: in cash; null: not known
  readonly merchantCode: string;
  readonly terminalCode: string;
  readonly dialect: string;
  /**
   * Plain addresses or CIDR blocks it may call from; empty: loopback, or anywhere with its
   * certificate.
   */
  readonly addresses: readonly string[];
  readonly certificateFingerprint: string | null; // SHA-256 of its certificate, hex (R30)
  readonly valueMaxMinor: bigint | null; // of one message (R30)
  readonly missesMax: number; // unknown cards in an hour, before it is stopped (R30, R32)
  readonly isActive: boolean;
}

export interface TerminalDirectory {
  find(merchantCode: string, terminalCode: string): Terminal | undefined;
  /** Those that are active: looked through when the host starts (R30). */
  active(): Iterable<Terminal>;
}

/** As pino writes: facts first. Facts never hold a card number but masked. */
export interface TillLog {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

export interface MessageMeasured {
  readonly dialect: string;
  readonly mti: string;
  readonly responseCode: string | null; // null: no answer was given, on purpose
  readonly ms: number;
}

/** What an exchange of messages stands on. */
export interface ExchangeParts {
  readonly dialects: readonly Dialect[]; // told apart by their message types
  readonly engine: TillEngine;
  readonly directory: TerminalDirectory;
  readonly clock: Clock;
  readonly log: TillLog;
  onMessage(measured: MessageMeasured): void;
  /** A terminal has named more unknown cards than it may (R32). */
  onMissesExceeded(terminal: Terminal): void;
  /** It came on the line or left it; or it took back what it had no answer to. */
  onLine?(terminal: Terminal, what: 'sign_on' | 'sign_off' | 'reversed'): void;
  /** The public was told that what this terminal does fails now: what looks wrong is not its clerk's fault. */
  isOutage?(terminal: Terminal): boolean;
}
