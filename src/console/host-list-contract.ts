/** Lists of phishing hosts that the desk brings in. */
import { z } from 'zod';
import { LIST_CHARACTERS_MAX } from '../checks/index.ts';

const instant = z.number(); // milliseconds

/** POST /phishing-lists/preview and /phishing-lists: a CSV, and what it is called. */
export const hostListFile = z.strictObject({
  source: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, 'one line'),
  text: z.string().min(1).max(LIST_CHARACTERS_MAX),
});

export const hostListReport = z.object({
  isDone: z.boolean(),
  hosts: z.int(),
  urls: z.int(),
  refused: z.int(),
  lines: z.array(z.object({ line: z.int(), why: z.enum(['date', 'address']) })),
  ours: z.array(z.string()), // hosts that are really used: left out
  sample: z.array(
    z.object({
      host: z.string(),
      firstOn: z.string(),
      lastOn: z.string(),
      brand: z.string(),
      urlCount: z.int(),
    }),
  ),
});

/** GET /phishing-lists */
export const hostListsAnswer = z.object({
  hosts: z.int(), // known of all lists
  lists: z.array(
    z.object({
      listId: z.string(),
      source: z.string(),
      hosts: z.int(),
      urls: z.int(),
      refused: z.int(),
      firstOn: z.string(),
      lastOn: z.string(),
      importedAt: instant,
      importedBy: z.string(),
    }),
  ),
});

export type ShownHostList = z.infer<typeof hostListReport>;
