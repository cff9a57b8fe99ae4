/** Somebody at the HTTP door: a browser with its cookies, or a machine with its key. */

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown; // JSON; null where the answer is none
  readonly text: string; // what a reader sees: of a page without its marks
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

  /** Opens a page, fills in one of its forms as a person would, and sends it. */
  async fill(page: Ask, { fields, files, form: formPart }: Filled): Promise<Told> {
    const opened = await this.#fetch(page, 0);
    const form = findForm(await opened.text(), formPart);
    if (form === undefined) throw new Error(`${page.path} has no form ${formPart ?? ''}`);
    const typed = [...Object.keys(fields), ...Object.keys(files)];
    const strangers = typed.filter((field) => !form.fields.includes(field));
    if (strangers.length > 0) {
      throw new Error(`the form of ${page.path} has no field ${strangers.join(', ')}`);
    }
    const sent = { ...form.given, ...fields };
    const to = new URL(form.action === '' ? opened.url : form.action, opened.url);
    const path = `${to.pathname}${to.search}`;
    if (Object.keys(files).length > 0) {
      const upload = uploadOf(sent, files);
      return this.ask({ method: 'POST', path, upload, headers: { ...page.headers } });
    }
    if (form.method === 'POST') {
      return this.ask({ method: 'POST', path, form: sent, headers: { ...page.headers } });
    }
    to.search = String(new URLSearchParams(sent));
    return this.ask({
      method: 'GET',
      path: `${to.pathname}${to.search}`,
      headers: { ...page.headers },
    });
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
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: /\bjson\b/.test(type) && text !== '' ? (JSON.parse(text) as unknown) : null,
    text: type.includes('html') ? readable(text) : text,
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
  readonly given: Readonly<Record<string, string>>; // hidden ones, and what is chosen already
}

function findForm(markup: string, part: string | undefined): Form | undefined {
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
    for (const [, kind = '', own = ''] of content.matchAll(
      /<(input|select|textarea|button)\b([^>]*)>/gi,
    )) {
      const name = attribute(own, 'name');
      if (name === undefined) continue;
      fields.push(name);
      const type = attribute(own, 'type') ?? 'text';
      const isChosen =
        type === 'hidden' || (/^(radio|checkbox)$/.test(type) && /\bchecked\b/.test(own));
      if (kind.toLowerCase() === 'input' && isChosen) given[name] = attribute(own, 'value') ?? '';
    }
    const method =
      (attribute(attributes, 'method') ?? 'get').toUpperCase() === 'POST' ? 'POST' : 'GET';
    return { method, action, fields, given };
  }
  return undefined;
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
