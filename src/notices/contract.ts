import { z } from 'zod';
import { readMailAddress } from './mail-address.ts';
import { readPhoneNumber } from './phone-number.ts';

/** An official request to customers: to whom, by which way, and the day that each has. */
export const customerRequests = z.strictObject({
  to: z
    .array(
      z
        .strictObject({
          channel: z.enum(['mail', 'sms', 'inbox']).describe('inbox: on the site alone'),
          address: z
            .string()
            .max(254)
            .describe('A mail address; for sms a telephone number, +819012345678'),
          locale: z.enum(['ja', 'en']).default('ja'),
          until: z.iso.date().describe('The day up to which this customer is asked to answer'),
        })
        .refine(
          ({ channel, address }) =>
            (channel === 'sms' ? readPhoneNumber(address) : readMailAddress(address)) !== null,
          { error: 'it is no address of that channel', path: ['address'] },
        ),
    )
    .min(1)
    .max(500),
});

export type CustomerRequests = z.output<typeof customerRequests>;
