import { readLink, type Link } from './find-contacts.ts';

export interface ReadMarkup {
  readonly text: string;
  readonly links: readonly Link[]; // with the words that they show
}

const MARKUP_MAX = 400_000;
const TEXT_MAX = 100_000;
const LINKS_MAX = 200;
const TAG_MAX = 5_000;
const STYLE_OVER = /<\/style[\s/>]/gi; // in any case, as a mail program reads it: what follows is shown
const SCRIPT_OVER = /<\/script[\s/>]/gi;

/** The words of a page and where its links lead: in one pass, whatever stands in it. */
export function readMarkup(whole: string): ReadMarkup {
  const markup = whole.slice(0, MARKUP_MAX);
  const links: Link[] = [];
  const words: string[] = [];
  let open: { href: string; from: number } | null = null;
  let at = 0;
  const close = (): void => {
    if (open === null || links.length >= LINKS_MAX) return;
    const link = readLink(open.href, words.slice(open.from).join(' ').slice(0, 500));
    if (link !== null) links.push(link);
    open = null;
  };
  while (at < markup.length) {
    const start = markup.indexOf('<', at);
    words.push(markup.slice(at, start === -1 ? undefined : start));
    if (start === -1) break;
    const end = markup.indexOf('>', start);
    if (end === -1) break;
    const tag = markup.slice(start + 1, Math.min(end, start + TAG_MAX));
    at = end + 1;
    const name = /^\/?[a-z0-9]*/i.exec(tag)?.[0].toLowerCase() ?? '';
    if (name === 'style' || name === 'script') {
      const over = name === 'style' ? STYLE_OVER : SCRIPT_OVER;
      over.lastIndex = at;
      at = over.exec(markup)?.index ?? markup.length;
    }
    if (name === 'a' || name === '/a') close();
    if (name === 'a') {
      const href = hrefOf(tag);
      open = /^https?:/i.test(href) ? { href, from: words.length } : null;
    }
  }
  close();
  return { text: unescaped(words.join(' ').slice(0, TEXT_MAX)), links };
}

function hrefOf(tag: string): string {
  const at = tag.search(/\bhref\s{0,20}=/i);
  if (at === -1) return '';
  const rest = tag.slice(tag.indexOf('=', at) + 1).trimStart();
  const quote = rest[0] === '"' || rest[0] === "'" ? rest[0] : null;
  const value = quote === null ? (rest.split(/\s/, 1)[0] ?? '') : (rest.split(quote, 2)[1] ?? '');
  return unescaped(value).trim();
}

function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|amp|lt|gt|quot|nbsp);/gi,
    (whole: string, hex?: string, decimal?: string) => {
      if (hex === undefined && decimal === undefined) return NAMED[whole.toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : ' ';
    },
  );
}

const NAMED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
};
