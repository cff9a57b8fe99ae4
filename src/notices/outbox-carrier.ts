import type { Carrier } from './carrier.ts';
import { keepFile } from './file-sink.ts';

/**
 * Where no mail server is set: each mail becomes a file that any mail program opens, for the owner of the
 * folder only. The newest thousand are kept.
 */
export function outboxCarrier(folder: string): Carrier {
  return {
    carry: ({ number, bytes }) => keepFile(folder, `${number}.eml`, bytes),
    close: () => undefined,
  };
}
