/** A file of what is sold where, as the console brings it in: first what it would do, then all of it or nothing. */
import { z } from 'zod';

export const IMPORT_CHARACTERS_MAX = 1_000_000; // a larger one goes by the command line

/** POST /catalogue/file/preview and POST /catalogue/file. */
export const importFile = z.strictObject({ text: z.string().min(1).max(IMPORT_CHARACTERS_MAX) });

const count = z.int().nonnegative();

export const importReport = z.object({
  isDone: z.boolean(),
  changed: count,
  unchanged: count,
  /** The first of them, in the order of the file. */
  differences: z.array(
    z.object({
      kind: z.string(),
      key: z.string(),
      isNew: z.boolean(),
      fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
    }),
  ),
  /** With one of them nothing is taken. */
  problems: z.array(z.object({ line: z.int(), sentence: z.string() })),
});
