import { readLink, type Link } from './find-contacts.ts';

export interface ReadMarkup {
  readonly text: string;
  readonly links: readonly Link[]; // with the words that they show
}

const MARKUP_MAX = 400_000;
const TEXT_MAX = 100_000;
const LINKS_MAX = 200;
const HREF_MAX = 3_000; // more than is read of a link
const BLANK = String.raw`[\t\n\f\r ]`; // of markup: other spaces are letters there

// Each reads on from where the last one stopped: every character a bounded number of times.
const TAG = /<(\/?)([a-z][^\t\n\f\r />]*)/iy;
const ATTRIBUTE = new RegExp(
  String.raw`[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:${BLANK}*=${BLANK}*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r >]*)))?`,
  'y',
);
const COMMENT_OVER = /--!?>/g;
/** What stands in these is no markup, up to their own end. */
const RAW_OVER: ReadonlyMap<string, RegExp> = new Map(
  ['style', 'script', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes'].map((name) => [
    name,
    new RegExp(String.raw`</${name}[\t\n\f\r />]`, 'gi'),
  ]),
);
const UNSHOWN: ReadonlySet<string> = new Set(['style', 'script']);
/** In a drawing those are elements as all others; these end it, or hold a page within it. */
const DRAWINGS: ReadonlySet<string> = new Set(['svg', 'math']);
const IN_PAGE =
  /^(?:foreignobject|annotation-xml|desc|title|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|embed|font|h[1-6]|head|hr|i|img|li|listing|menu|meta|nobr|ol|p|pre|ruby|s|small|span|strike|strong|su[bp]|table|tt|u|ul|var)$/;
const LEADING: ReadonlySet<string> = new Set(['href', 'xlink:href', 'action', 'formaction']);

/**
 * The words of a page and where its links lead. No two programs agree on what is markup within a drawing or a style: it
 * is read once as a browser does, and once with nothing left out, and whatever either shows counts.
 */
export function readMarkup(whole: string): ReadMarkup {
  const markup = whole.slice(0, MARKUP_MAX);
  const { words, links, isPart } = readOnce(markup, true);
  const known = new Set(links.map(({ host, path }) => host + path));
  const all = isPart ? readOnce(markup, false).links : [];
  const more = all.filter(({ host, path }) => !known.has(host + path));
  return { text: unescaped(words.join(' ').slice(0, TEXT_MAX)), links: [...links, ...more] };
}

interface Reading {
  readonly words: string[];
  readonly links: Link[];
  readonly isPart: boolean; // something was left out
}

function readOnce(markup: string, hasRaw: boolean, isInComment = false): Reading {
  const links: Link[] = [];
  const words: string[] = [];
  let open: { href: string; from: number } | null = null;
  let isDrawing = false;
  let isPart = false;
  let at = 0;
  const add = (href: string, shown: string | null): void => {
    const link = links.length < LINKS_MAX ? readLink(href, shown) : null;
    if (link !== null) links.push(link);
  };
  const close = (): void => {
    if (open !== null) add(open.href, words.slice(open.from).join(' ').slice(0, 500));
    open = null;
  };
  while (at < markup.length) {
    const start = markup.indexOf('<', at);
    if (start !== at) words.push(markup.slice(at, start === -1 ? undefined : start));
    if (start === -1) break;
    const next = markup.charAt(start + 1);
    if (next === '!' && markup.startsWith('--', start + 2) && !isInComment) {
      const over = endOfComment(markup, start + 4);
      const body = markup.slice(start + 4, over);
      at = over;
      // Some programs show what stands in a condition.
      if (/^\s{0,20}\[if/i.test(body)) {
        const inside = readOnce(body, hasRaw, true);
        words.push(inside.words.join(' '));
        isPart ||= inside.isPart;
        links.push(...inside.links.slice(0, LINKS_MAX - links.length));
      }
      continue;
    }
    TAG.lastIndex = start;
    const tag = next === '<' ? null : TAG.exec(markup);
    if (tag === null) {
      const isOther = next === '!' || next === '?' || next === '/'; // a declaration, or the end of nothing
      const end = isOther ? markup.indexOf('>', start) : start;
      if (end === -1) break;
      at = end + 1;
      continue;
    }
    const name = (tag[2] ?? '').toLowerCase();
    const isEnd = tag[1] === '/';
    const { href, end } = readAttributes(markup, TAG.lastIndex);
    at = end;
    if (DRAWINGS.has(name)) isDrawing = !isEnd && markup.charAt(end - 2) !== '/';
    const isElement = isDrawing && !IN_PAGE.test(name);
    if (IN_PAGE.test(name)) isDrawing = false;
    const over = isEnd || isElement || !hasRaw ? undefined : RAW_OVER.get(name);
    if (over !== undefined) {
      isPart = true;
      over.lastIndex = at;
      const from = at;
      at = over.exec(markup)?.index ?? markup.length;
      if (!UNSHOWN.has(name)) words.push(markup.slice(from, at));
    }
    if (name === 'a') close();
    if (isEnd || name === 'link' || href === null) continue;
    if (/^(?:mailto|tel|sms):/i.test(href)) words.push(href.replace(':', ' '));
    else if (!/^https?:/i.test(href)) continue;
    else if (name === 'a') open = { href, from: words.length };
    else add(href, null);
  }
  close();
  return { words, links, isPart };
}

function endOfComment(markup: string, from: number): number {
  const [empty = ''] = /^-?>/.exec(markup.slice(from, from + 2)) ?? [];
  if (empty !== '') return from + empty.length;
  COMMENT_OVER.lastIndex = from;
  return COMMENT_OVER.exec(markup) === null ? markup.length : COMMENT_OVER.lastIndex;
}

/** Where its tag leads, and where that ends. Of two attributes of one name the first counts. */
function readAttributes(
  markup: string,
  from: number,
): { readonly href: string | null; readonly end: number } {
  let href: string | null = null;
  let end = from;
  ATTRIBUTE.lastIndex = from;
  for (;;) {
    const found = ATTRIBUTE.exec(markup);
    if (found === null) break;
    end = ATTRIBUTE.lastIndex;
    const [, name = '', double, single, bare = ''] = found;
    if (href === null && LEADING.has(name.toLowerCase())) href = hrefOf(double ?? single ?? bare);
  }
  const over = markup.indexOf('>', end);
  return { href, end: over === -1 ? markup.length : over + 1 };
}

/** As a browser takes it: without line ends within it, and one without a scheme is of the web. */
function hrefOf(value: string): string {
  const href = unescaped(value.slice(0, 4 * HREF_MAX))
    .replaceAll(/[\t\n\r]/g, '')
    .replace(/^[\p{Cc} ]+/u, '')
    .trimEnd();
  return /^[\\/]{2}/.test(href) ? `https:${href}` : href;
}

function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:#x0*([0-9a-f]{1,6});?|#0*(\d{1,7});?|([a-z]{2,7});)/gi,
    (whole: string, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : ' ';
    },
  );
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  sol: '/',
  bsol: '\\',
  period: '.',
  commat: '@',
  num: '#',
  quest: '?',
  equals: '=',
  tab: '\t',
  newline: '\n',
};
