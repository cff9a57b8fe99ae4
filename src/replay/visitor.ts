/** Somebody at the HTTP door: a browser with its cookies, or a machine with its key. */
import type { Authenticator } from './authenticator.ts';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown; // JSON; null where the answer is none
  readonly text: string; // what a reader sees: of a page without its marks
  readonly number: string | null; // of a notice, the first that stands there
  readonly address: string; // where redirects have led
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown; // sent as JSON
  readonly form?: Readonly<Record<string, string>>;
  readonly upload?: FormData; // a form with files
}

/** What somebody fills into a page. */
export interface Filled {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>; // what they hold, by the name of the field
  readonly form: string | undefined; // which one, by a part of its address
  /** Whose device answers a form that asks for a passkey, as its script would. */
  readonly passkey: Authenticator | undefined;
}

const REDIRECTS_MAX = 5;

/** Keeps cookies and follows redirects, as a browser does; without scripts. */
export class Visitor {
  readonly #baseUrl: string;
  readonly #cookies = new Map<string, string>();

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  async ask(ask: Ask): Promise<Told> {
    return tell(await this.#fetch(ask, 0));
  }

  /** Opens a page, fills in one of its forms as a person would, and sends it; then what it answered, and so on. */
  async fill(page: Ask, filled: readonly Filled[]): Promise<Told> {
    let shown = await this.#fetch(page, 0);
    for (const each of filled) shown = await this.#send(shown, each, page);
    return tell(shown);
  }

  async #send(
    opened: Response,
    { fields, files, form: formPart, passkey }: Filled,
    { path: from, headers }: Ask,
  ): Promise<Response> {
    const form = findForm(await opened.text(), formPart);
    if (form === undefined) throw new Error(`${from} has no form ${formPart ?? ''}`);
    const typed = [...Object.keys(fields), ...Object.keys(files)];
    const strangers = typed.filter((field) => !form.fields.includes(field));
    if (strangers.length > 0) {
      throw new Error(`the form of ${from} has no field ${strangers.join(', ')}`);
    }
    const shown = passkey && credentialOf(form, passkey, new URL(opened.url).origin);
    const sent = { ...form.given, ...fields, ...shown };
    const to = new URL(form.action === '' ? opened.url : form.action, opened.url);
    const path = `${to.pathname}${to.search}`;
    const asked = { method: 'POST', path, headers: { ...headers } };
    if (form.isUpload) return this.#fetch({ ...asked, upload: uploadOf(sent, files) }, 0);
    if (form.method === 'POST') return this.#fetch({ ...asked, form: sent }, 0);
    to.search = String(new URLSearchParams(sent));
    return this.#fetch({ ...asked, method: 'GET', path: `${to.pathname}${to.search}` }, 0);
  }

  async #fetch(ask: Ask, redirects: number): Promise<Response> {
    const cookie = [...this.#cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    const response = await fetch(this.#addressOf(ask.path), {
      method: ask.method,
      redirect: 'manual',
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(ask.body !== undefined && { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      ...(ask.upload !== undefined && { body: ask.upload }),
      ...(ask.form !== undefined
        ? { body: new URLSearchParams(ask.form) }
        : ask.body !== undefined && { body: JSON.stringify(ask.body) }),
    });
    for (const set of response.headers.getSetCookie()) this.#keep(set);
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect || redirects >= REDIRECTS_MAX) return response;
    await response.arrayBuffer();
    const to = new URL(location, this.#addressOf(ask.path));
    if (to.origin !== new URL(this.#baseUrl).origin) return response;
    return this.#fetch(
      { method: 'GET', path: `${to.pathname}${to.search}`, headers: { ...ask.headers } },
      redirects + 1,
    );
  }

  /** A story speaks to its own server: `//another.example/` would be a path too. */
  #addressOf(path: string): URL {
    const address = new URL(path, this.#baseUrl);
    if (address.origin === new URL(this.#baseUrl).origin) return address;
    throw new Error(`${path} leads away from the server of the replay`);
  }

  #keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';');
    const [key = '', ...value] = pair.split('=');
    const isOver = attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
    if (isOver) this.#cookies.delete(key.trim());
    else this.#cookies.set(key.trim(), value.join('='));
  }
}

/** What the script of such a form fills in. */
function credentialOf(form: Form, device: Authenticator, origin: string): { credential: string } {
  const { passkey: use, options } = form;
  if ((use !== 'make' && use !== 'show') || options === undefined) {
    throw new Error(`the form ${form.action} asks for no passkey`);
  }
  return { credential: device.answer(use, JSON.parse(options) as never, origin) };
}

function uploadOf(
  fields: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): FormData {
  const upload = new FormData();
  for (const [name, value] of Object.entries(fields)) upload.set(name, value);
  for (const [name, text] of Object.entries(files))
    upload.set(name, new File([text], `${name}.eml`));
  return upload;
}

async function tell(response: Response): Promise<Told> {
  const answered = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const text = type.includes('html') ? readable(answered) : answered;
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: /\bjson\b/.test(type) && answered !== '' ? (JSON.parse(answered) as unknown) : null,
    text,
    number: /\bKN(?:-[2-9A-HJ-NP-Z]{4}){3}\b/.exec(text)?.[0] ?? null,
    address: new URL(response.url).pathname,
  };
}

/** The words of a page in their order, one space between them: what a person or a screen reader has. */
export function readable(markup: string): string {
  const main = /<main\b[\s\S]*<\/main>/i.exec(markup)?.[0] ?? markup;
  return unescaped(
    main
      .replaceAll(/<(script|style|svg)\b[\s\S]*?<\/\1>/gi, ' ')
      .replaceAll(/<\/?(?:span|strong|em|b|a|abbr|time|small)\b[^>]*>/gi, '')
      .replaceAll(/<[^>]*>/g, ' '),
  )
    .replaceAll(/\s+/g, ' ')
    .trim();
}

interface Form {
  readonly method: 'GET' | 'POST';
  readonly action: string;
  readonly fields: readonly string[];
  readonly isUpload: boolean;
  readonly given: Readonly<Record<string, string>>; // what stands in it already
  readonly passkey: string | undefined; // make or show
  readonly options: string | undefined; // what it asks of a passkey
}

/** The one whose address ends so, else the first that has it in its address. */
function findForm(markup: string, part: string | undefined): Form | undefined {
  const forms = formsOf(markup, part);
  return forms.find(({ action }) => part !== undefined && action.endsWith(part)) ?? forms[0];
}

function formsOf(markup: string, part: string | undefined): readonly Form[] {
  const found: Form[] = [];
  for (const [, attributes = '', content = ''] of markup.matchAll(
    /<form\b([^>]*)>([\s\S]*?)<\/form>/gi,
  )) {
    const action = attribute(attributes, 'action') ?? '';
    if (
      part !== undefined
        ? !action.includes(part)
        : !/<main\b[\s\S]*$/i.test(before(markup, content))
    )
      continue;
    const fields: string[] = [];
    const given: Record<string, string> = {};
    for (const [, single, ownOfSingle, whole, ownOfWhole, inside = ''] of content.matchAll(FIELD)) {
      const own = ownOfSingle ?? ownOfWhole ?? '';
      const name = attribute(own, 'name');
      if (name === undefined) continue;
      fields.push(name);
      const value = valueOf((single ?? whole ?? '').toLowerCase(), own, inside);
      if (value !== undefined) given[name] = value;
    }
    const method =
      (attribute(attributes, 'method') ?? 'get').toUpperCase() === 'POST' ? 'POST' : 'GET';
    const passkey = attribute(attributes, 'data-passkey');
    const options = attribute(attributes, 'data-options');
    const isUpload = attribute(attributes, 'enctype') === 'multipart/form-data';
    found.push({ method, action, isUpload, fields, given, passkey, options });
  }
  return found;
}

const FIELD = /<(input|button)\b([^>]*)>|<(select|textarea)\b([^>]*)>([\s\S]*?)<\/\3>/gi;

/** What a browser would send of a field that nobody has touched; undefined: nothing. */
function valueOf(kind: string, own: string, inside: string): string | undefined {
  if (kind === 'button') return undefined;
  if (kind === 'textarea') return unescaped(inside.replace(/^\n/, ''));
  if (kind === 'select') {
    const options = [...inside.matchAll(/<option\b([^>]*)>/gi)].map(([, each = '']) => each);
    const chosen = options.find((each) => /\sselected\b/.test(each)) ?? options[0];
    return chosen === undefined ? undefined : (attribute(chosen, 'value') ?? '');
  }
  const type = attribute(own, 'type') ?? 'text';
  if (type === 'file' || type === 'submit') return undefined;
  if (/^(radio|checkbox)$/.test(type) && !/\schecked\b/.test(own)) return undefined;
  return attribute(own, 'value') ?? '';
}

function before(markup: string, part: string): string {
  return markup.slice(0, markup.indexOf(part));
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    attributes,
  );
  const value = found?.[2] ?? found?.[3] ?? found?.[4];
  return value === undefined ? undefined : unescaped(value);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, named?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return NAMED[named ?? ''] ?? whole;
    },
  );
}
