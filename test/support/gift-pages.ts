/** The pages of gifts over the world of gifts, and visitors who keep cookies and send forms as browsers do. */
import Fastify, { type FastifyInstance } from 'fastify';
import { reportPhishing } from '../../src/checks/index.ts';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { registerAssets } from '../../src/web/assets.ts';
import { giftSite, openPictureReader } from '../../src/web/index.ts';
import { openGiftWorld, type GiftWorld, type Sender } from './gift-world.ts';
import { PRODUCTS } from './house.ts';

export interface GiftPages {
  readonly world: GiftWorld;
  readonly server: FastifyInstance;
  visitor(sender?: Sender, address?: string): Visitor;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly place: string; // where it leads on to
  readonly text: string;
  readonly bytes: Buffer;
  header(name: string): string;
}

type Fields = Readonly<Record<string, string>>;

export async function openGiftPages(
  database: Database,
  options: Parameters<typeof openGiftWorld>[1] & { readonly publicUrl?: string } = {},
): Promise<GiftPages> {
  const world = await openGiftWorld(database, options);
  const { gifts, payments, members, house } = world;
  for (const tender of ['card', 'phone']) await house.offer({ product: 'code', tender });
  await house.catalogue.refresh(database);
  house.clock.advance(1_000);
  const server = Fastify();
  const log = silentLog();
  await server.register(
    giftSite({
      gifts,
      payments,
      members: members.members,
      wallets: world.wallets,
      keyRing: members.keys,
      random: systemRandom,
      clock: house.clock,
      log,
      readPicture: openPictureReader(),
      publicUrl: options.publicUrl ?? null,
      report: (report) =>
        reportPhishing(
          { connection: database, keys: members.keys, clock: house.clock, random: systemRandom },
          report,
        ),
      catalogue: () => house.catalogue.current(),
    }),
  );
  await server.register((scope, _options, done) => {
    registerAssets(scope);
    done();
  });
  return {
    world,
    server,
    visitor: (sender, address) => new Visitor(server, sender, address),
    async close() {
      await server.close();
      await world.close();
    },
  };
}

export class Visitor {
  readonly cookies: Map<string, string>;
  readonly #server: FastifyInstance;
  readonly #address: string;
  #token = '';

  constructor(server: FastifyInstance, sender?: Sender, address = '198.51.100.20') {
    this.#server = server;
    this.#address = address;
    this.cookies = new Map(sender?.browser.cookies);
  }

  get(url: string, headers: Fields = { 'sec-fetch-dest': 'document' }): Promise<Answer> {
    return this.#ask('GET', url, { headers });
  }

  /** With the token of the page that was looked at last, unless the fields say another. */
  post(url: string, fields: Fields = {}): Promise<Answer> {
    const form = new URLSearchParams({ token: this.#token, ...fields });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#ask('POST', url, { headers, payload: String(form) });
  }

  async upload(url: string, fields: Fields, file: Uint8Array): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ token: this.#token, ...fields })) {
      form.append(name, value);
    }
    form.append('picture', new Blob([new Uint8Array(file)]), 'photo.jpg');
    const sent = new Response(form);
    const headers = { 'content-type': sent.headers.get('content-type') ?? '' };
    return this.#ask('POST', url, { headers, payload: Buffer.from(await sent.arrayBuffer()) });
  }

  /** Whatever a page leads on to, to its end. */
  async follow(answer: Answer): Promise<Answer> {
    let last = answer;
    for (let steps = 0; last.status === 303 && steps < 5; steps += 1)
      last = await this.get(last.place);
    return last;
  }

  async #ask(
    method: 'GET' | 'POST',
    url: string,
    { headers, payload }: { readonly headers: Fields; readonly payload?: string | Buffer },
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#server.inject({
      method,
      url,
      headers: { ...headers, cookie, 'accept-language': 'en' },
      remoteAddress: this.#address,
      ...(payload !== undefined && { payload }),
    });
    for (const { name, value } of response.cookies) this.cookies.set(name, value);
    const text = response.body.replace(/^[\s\S]*?(<main)/, '$1'); // what is said, not the frame
    this.#token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? this.#token;
    return {
      status: response.statusCode,
      place: String(response.headers.location ?? ''),
      text,
      bytes: response.rawPayload,
      header: (name) => String(response.headers[name] ?? ''),
    };
  }
}

/** Markup, quotes and two lines: all of it is to be read as it stands. */
export const MESSAGE = '<script>alert(1)</script>\r\n<img src=x onerror=alert(2)> & "おめでとう"';

/** What a sender fills in. */
export function formOf({ methodId }: Sender): Record<string, string> {
  return {
    product: String(PRODUCTS.code),
    amount: '3,000',
    method: String(methodId),
    channel: 'mail',
    to: 'taro@example.jp',
    recipientName: '太郎',
    senderName: 'はな <b>',
    message: MESSAGE,
    motif: 'cake',
    locale: 'ja',
    when: 'now',
    sendAt: '',
    openDays: '30',
  };
}

/** The hidden fields of the confirmation, as the browser sends them back. */
export function hiddenOf(text: string): Record<string, string> {
  const found = text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, unescape(value)]));
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Through the form and its confirmation; answers the place of the gift. */
export async function sendByForm(
  visitor: Visitor,
  sender: Sender,
  change: Record<string, string> = {},
) {
  const form = hiddenOf((await visitor.get('/en/gifts/send')).text);
  const confirm = await visitor.post('/en/gifts/send', {
    ...formOf(sender),
    request: form['request'] ?? '',
    ...change,
  });
  const made = await visitor.post('/en/gifts/send/now', hiddenOf(confirm.text));
  return { confirm, made };
}
