import { z } from 'zod';
import { CHANNEL_KINDS, readChannelValue } from './channel.ts';

/** What administration and callers send. */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 40 at most');
const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, 'one line');

/** A company and everything that it sends by: written anew as a whole. */
export const newOwner = z.strictObject({
  key: key.describe('Key of the owner: one that is there is written anew'),
  nameJa: line(100),
  nameEn: line(100),
  words: z
    .array(line(40).transform((word) => word.normalize('NFKC').toLowerCase()))
    .max(50)
    .default([])
    .describe('Its brands, as they stand in the names of forged hosts'),
  channels: z
    .array(
      z
        .strictObject({
          kind: z.enum(CHANNEL_KINDS),
          value: line(254),
          isNumbered: z
            .boolean()
            .default(false)
            .describe('Every message by it carries a notice number: one without is forged'),
        })
        .refine(({ kind, value }) => readChannelValue(kind, value) !== null, {
          error: 'the value is none of its kind',
          path: ['value'],
        }),
    )
    .max(500),
});

/** Hosts of phishing, from a list of others: what is there already stays, and counts on. */
export const newKnownHosts = z.strictObject({
  hosts: z
    .array(
      z
        .strictObject({
          host: line(253).regex(/^[a-z0-9.:[\]-]+$/, 'a host in lower-case ASCII'),
          firstOn: z.iso.date(),
          lastOn: z.iso.date(),
          brand: z
            .string()
            .max(200)
            .regex(/^\P{Cc}*$/u, 'one line'),
          urlCount: z.int().min(1).max(1_000_000_000),
        })
        .refine(({ firstOn, lastOn }) => firstOn <= lastOn, 'firstOn is not behind lastOn'),
    )
    .min(1)
    .max(2_000),
  list: z
    .strictObject({
      source: line(200).describe('What it is called, for the desk: the name of its file'),
      urls: z.int().min(1).max(1_000_000_000),
      hosts: z.int().min(1).max(1_000_000_000),
      refused: z.int().min(0).max(1_000_000_000),
      firstOn: z.iso.date(),
      lastOn: z.iso.date(),
    })
    .refine(
      ({ firstOn, lastOn, urls, hosts }) => firstOn <= lastOn && hosts <= urls,
      'firstOn is not behind lastOn, and a host has an address',
    )
    .optional()
    .describe('The list that they came from, told once with the last of its hosts'),
});

export const messageQuestion = z
  .strictObject({
    number: line(64).optional().describe('Notice number, as it stands in the message'),
    text: z.string().max(20_000).optional().describe('The message, whole, as it was received'),
    sender: line(300).optional().describe('Mail address, number or name that it came from'),
    link: z.string().trim().min(1).max(2_048).optional(),
    mail: z
      .base64()
      .max(1_400_000)
      .optional()
      .describe('The file of the mail (.eml), in base64: 1,000,000 bytes at most'),
  })
  .refine(
    ({ number, text, sender, link, mail }) =>
      [number, text, sender, link, mail].some((each) => (each ?? '') !== ''),
    'give at least one of number, text, sender, link and mail',
  );

export type NewOwner = z.output<typeof newOwner>;
export type SentMessageQuestion = z.output<typeof messageQuestion>;
