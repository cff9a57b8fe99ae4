import { HOST_MAX, LABEL_MAX } from './channel.ts';

/** In place of a host: something that may lead on, and cannot be read. */
export const UNREADABLE = '';

/**
 * The hosts of all addresses that stand in a link behind its own host: in its path, its question or its fragment, plain
 * or encoded however often, and written as badly as programs still follow.
 */
export function leadingOn(path: string): readonly string[] {
  const hosts = new Set<string>();
  let text = path;
  let left = ADDRESSES_MAX;
  for (let times = 0; times < ENCODED_MAX; times += 1) {
    text = text.replaceAll(/[\t\n\r]/g, ''); // as browsers do
    for (const match of text.matchAll(BEGINNING)) {
      left -= 1;
      if (left < 0) return [...hosts, UNREADABLE];
      for (const host of hostsAt(text.slice(match.index + match[0].length), match[1] ?? '')) {
        hosts.add(host);
      }
    }
    const next = decodedOnce(text);
    if (next === text) return [...hosts];
    text = next;
  }
  return [...hosts, UNREADABLE];
}

/** Where a name and password may stand before the host, `&` ends a parameter or does not: it is read both ways. */
function hostsAt(rest: string, scheme: string): readonly string[] {
  const whole = /^[^/\\?#]*/.exec(rest)?.[0] ?? '';
  const plain = whole.split('&', 1)[0] ?? '';
  const written = whole.includes('@') ? [plain, whole] : [plain];
  return written
    .filter((each) => each !== '')
    .map((each) => ({ each, host: hostOf(each) }))
    .filter(({ each, host }) => scheme !== '' || /[.@[]/.test(host || each)) // `a//b` is a path
    .map(({ host }) => host);
}

function hostOf(written: string): string {
  const url = written.length > HOST_MAX ? null : readUrl(`https://${written}`);
  return url?.hostname.replace(/\.$/, '') ?? UNREADABLE;
}

export function readUrl(whole: string): URL | null {
  return isNameTooLong(whole) ? null : URL.parse(whole);
}

/** A browser asks no name server for it, and to write it in plain letters takes time by its square. */
function isNameTooLong(whole: string): boolean {
  const named = /^https?:[/\\]*([^/\\?#]*)/i.exec(whole)?.[1]?.split('@').at(-1) ?? '';
  if (/^[\w.:[\]-]*$/.test(named)) return false;
  const seen = named.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  return seen.length > HOST_MAX || seen.split(/[.。．｡]/).some((label) => label.length > LABEL_MAX);
}

function decodedOnce(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
}

const BEGINNING = /(https?:|ftp:|javascript:)[/\\]*|[/\\]{2,}/gi;
const ENCODED_MAX = 8;
const ADDRESSES_MAX = 50;
