/**
 * A template tag that escapes by default: what is written in the template is markup, what is put into
 * it is text. There is no way to put in markup but another `html` template.
 */
const MARKUP = Symbol('markup');

export interface Html {
  readonly [MARKUP]: string; // a symbol: no text that comes from outside can look like markup
}

export type HtmlValue =
  | Html
  | string
  | number
  | bigint
  | false
  | null
  | undefined
  | readonly HtmlValue[];

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? '';
  for (const [at, value] of values.entries()) markup += render(value) + strings[at + 1];
  return { [MARKUP]: markup };
}

/** A whole page as it is sent. */
export function pageText(page: Html): string {
  return `<!doctype html>\n${page[MARKUP].trim()}\n`;
}

export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (sign) => ENTITIES[sign] ?? sign) : text;
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (MARKUP in value) return value[MARKUP];
  return value.map(render).join('');
}

const SPECIAL = /[&<>"'`]/;
const SPECIALS = /[&<>"'`]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
