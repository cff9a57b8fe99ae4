import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** What came to somebody. `file`: the bytes of a mail as text, which people save and hand on; `base64`: the same for a machine. */
export interface Received {
  readonly number: string; // of the notice
  readonly subject: string | null;
  readonly from: string | null;
  readonly text: string;
  readonly code: string | null; // of eight digits, where one stands in it
  readonly claimCode: string | null; // of a gift
  readonly file: string;
  readonly base64: string;
}

/** Whose mail is looked for, a part of its subject and a part of its text. */
export interface WantedMail {
  readonly address: string;
  readonly about: string;
  readonly saying: string;
}

/** The newest such mail where the server of a replay leaves its mail: a folder. */
export async function newestMail(
  folder: string,
  { address, about, saying }: WantedMail,
): Promise<Received> {
  for (const { name, bytes } of await newestFirst(join(folder, 'outbox'), '.eml')) {
    const { to, from, subject = null, text = '' } = await new PostalMime().parse(bytes);
    const isTo = to?.some((each) => each.address?.toLowerCase() === address.toLowerCase());
    if (isTo !== true || !(subject ?? '').includes(about) || !text.includes(saying)) continue;
    const file = bytes.toString('latin1');
    const sent = {
      subject,
      from: from?.address ?? null,
      text,
      code: codeIn(text),
      claimCode: claimCodeIn(text),
      file,
    };
    return { number: name, ...sent, base64: bytes.toString('base64') };
  }
  throw new Error(`no mail has come to ${address} ${about} ${saying}`.trim());
}

/** The newest SMS to a number, from the folder of the file sink. */
export async function newestSms(folder: string, number: string): Promise<Received> {
  for (const { name, bytes } of await newestFirst(join(folder, 'sms'), '.txt')) {
    const file = bytes.toString('utf8');
    if (!file.startsWith(`To: ${number}\n`)) continue;
    const text = file.slice(file.indexOf('\n\n') + 2).trimEnd();
    const sent = {
      subject: null,
      from: null,
      text,
      code: codeIn(text),
      claimCode: claimCodeIn(text),
      file,
    };
    return { number: name, ...sent, base64: bytes.toString('base64') };
  }
  throw new Error(`no SMS has come to ${number}`);
}

function claimCodeIn(text: string): string | null {
  return /\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}\b/.exec(text)?.[0] ?? null;
}

function codeIn(text: string): string | null {
  return /(?<!\d)\d{8}(?!\d)/.exec(text)?.[0] ?? null;
}

async function newestFirst(
  folder: string,
  kind: string,
): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(kind));
  const files = await Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -kind.length),
      at: (await stat(join(folder, name), { bigint: true })).mtimeNs,
      bytes: await readFile(join(folder, name)),
    })),
  );
  return files.toSorted((one, other) => (one.at > other.at ? -1 : 1));
}
