import { createTransport } from 'nodemailer';
import { NotCarried, type Carrier } from './carrier.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); else STARTTLS, which only a server on this machine may lack. */
  readonly isSecure: boolean;
  readonly isTlsRequired: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** PEM of the authority that signed the server's certificate, where it is not a public one. */
  readonly authority?: string;
}

const CONNECTIONS_MAX = 4;
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Gives mails to the next mail server over a few connections that stay open. */
export function smtpCarrier(server: SmtpServer): Carrier {
  const { host, port, isSecure, isTlsRequired, user, password, authority } = server;
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: 100,
    host,
    port,
    secure: isSecure,
    requireTLS: isTlsRequired && !isSecure,
    ...(authority !== undefined && { tls: { ca: authority } }),
    ...(user !== null && { auth: { user, pass: password ?? '' } }),
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async carry({ from, to, bytes }) {
      try {
        await transport.sendMail({ envelope: { from, to: [to] }, raw: Buffer.from(bytes) });
      } catch (error) {
        throw notCarried(error);
      }
    },
    close: () => transport.close(),
  };
}

/** `EENVELOPE 550`: the step of the conversation that failed, and the server's number. */
function notCarried(error: unknown): NotCarried {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const step = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'UNKNOWN';
  const answer = typeof responseCode === 'number' ? responseCode : null;
  // A wrong password is ours to mend, and a sender that is not allowed too: these are tried again.
  const isOfTheMail = step === 'EENVELOPE' || step === 'EMESSAGE';
  const isFinal = isOfTheMail && answer !== null && answer >= 500 && answer < 600;
  return new NotCarried(answer === null ? step : `${step} ${answer}`, isFinal);
}
