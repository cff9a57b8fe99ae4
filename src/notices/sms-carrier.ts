import { keepFile } from './file-sink.ts';

/** A short message as it leaves. */
export interface Sms {
  readonly number: string; // of the notice: the gateway's own key against sending twice
  readonly to: string; // E.164
  readonly text: string;
}

/**
 * Takes a short message to the gateway. Rejects with NotCarried, as the carrier of mail does; what is not proved to
 * have failed may be carried twice, with the same number.
 */
export interface SmsCarrier {
  carry(sms: Sms): Promise<void>;
  close(): void;
}

/** Each short message becomes a text file, for the owner of the folder only; the newest thousand are kept. */
export function smsFileSink(folder: string): SmsCarrier {
  return {
    carry: ({ number, to, text }) =>
      keepFile(folder, `${number}.txt`, Buffer.from(`To: ${to}\n\n${text}\n`)),
    close: () => undefined,
  };
}
