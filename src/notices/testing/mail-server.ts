/** A real mail server on this machine, that keeps what it takes and can be told to refuse. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SmtpServer } from '../smtp-carrier.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
  readonly isOverTls: boolean;
}

export interface MailServer extends AsyncDisposable {
  readonly place: SmtpServer;
  readonly received: ReceivedMail[];
  /** What is answered to the next recipients: a number of SMTP; none: taken. */
  refusal: number | null;
}

export async function openMailServer(
  options: SMTPServerOptions = {},
  place: Partial<SmtpServer> = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const state: { refusal: number | null } = { refusal: null };
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50, // a carrier keeps its connections open
    disabledCommands: options.cert === undefined ? ['STARTTLS'] : [],
    onRcptTo(address, _session, done) {
      if (state.refusal === null) return done();
      const words = `<${address.address}> is refused`;
      return done(Object.assign(new Error(words), { responseCode: state.refusal }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const bytes = Buffer.concat(chunks);
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          bytes,
          text: bytes.toString('latin1'),
          isOverTls: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined); // a client that hangs up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    place: {
      host: '127.0.0.1',
      port,
      isSecure: false,
      isTlsRequired: false,
      user: null,
      password: null,
      ...place,
    },
    received,
    get refusal() {
      return state.refusal;
    },
    set refusal(code) {
      state.refusal = code;
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
