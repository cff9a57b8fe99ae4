import { createRequire } from 'node:module';

/** The npm codec `iso_8583`, which we did not write, with the little of it that the tests use. */
interface StrangerMessage {
  getBufferMessage(): Buffer | { error: string };
  getRawMessage(): Buffer | { error: string };
  getIsoJSON(buffer: Buffer, config?: object): Record<string, string>;
}
type StrangerCodec = new (message?: Record<string, string>) => StrangerMessage;

const require = createRequire(import.meta.url);
const Iso8583 = require('iso_8583') as StrangerCodec;

export interface StrangerFormat {
  readonly ContentType: string;
  readonly LenType: string;
  readonly MaxLen: number;
}
export const strangerFormats = require('iso_8583/lib/formats.js') as Record<string, StrangerFormat>;

/** A message with its two bytes of length, as a stranger's till puts it on the wire. */
export function strangerEncode(fields: Record<string, string>): Buffer {
  const encoded = new Iso8583(fields).getBufferMessage();
  if (!Buffer.isBuffer(encoded)) throw new Error(encoded.error);
  return encoded;
}

/** What a stranger's till reads of one message with its length before it. */
export function strangerDecode(framed: Buffer): Record<string, string> {
  return new Iso8583().getIsoJSON(framed);
}
