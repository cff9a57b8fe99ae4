import type { Carrier } from './carrier.ts';
import { keepFile } from './file-sink.ts';

/**
 * Where no mail server is set: each mail becomes a file that any mail program opens, for the owner of the
 * folder only. The newest thousand are kept.
 */
export function outboxCarrier(folder: string): Carrier {
  return {
    carry: ({ number, from, bytes }) => {
      // As a mailbox notes it: where the mail would come back to.
      const head = Buffer.from(`Return-Path: <${from}>\r\n`);
      return keepFile(folder, `${number}.eml`, Buffer.concat([head, bytes]));
    },
    close: () => undefined,
  };
}
