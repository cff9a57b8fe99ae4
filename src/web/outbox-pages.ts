import type { FastifyInstance, FastifyRequest } from 'fastify';
import { html, type Html } from '../kernel/html.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { readNoticeNumber, type Outbox, type OutboxNotice } from '../notices/index.ts';
import { errorPage } from './balance-pages.ts';
import { sendPage, type Page } from './layout.ts';
import { HIDDEN, underEachHome } from './site-frame.ts';

export const OUTBOX_ADDRESS = '/demo/outbox';
const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/**
 * The mail that would have gone out, for the demo alone, which listens on this machine only and whose people are
 * made up: it shows what was written to anybody.
 */
export function outboxSite(outbox: Outbox) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    // By another name it is reached through somebody's proxy, or by a page that has its name changed under way.
    const isHere = (request: FastifyRequest) => HERE.test(request.hostname);
    underEachHome((home, language) => {
      server.get(`${home}${OUTBOX_ADDRESS}`, HIDDEN, async (request, reply) =>
        sendPage(
          reply,
          isHere(request)
            ? listPage(language(request), await outbox.list())
            : errorPage(language(request), 404),
        ),
      );
      server.get(`${home}${OUTBOX_ADDRESS}/:number`, HIDDEN, async (request, reply) => {
        const { number } = request.params as { number: string };
        const known = isHere(request) ? readNoticeNumber(number) : null;
        const notice = known === null ? undefined : await outbox.find(known);
        const locale = language(request);
        return sendPage(reply, notice ? noticePage(locale, notice) : errorPage(locale, 404));
      });
    });
    done();
  };
}

function listPage(locale: Locale, notices: readonly OutboxNotice[]): Page {
  const title = textOf(locale, 'outbox.title');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'outbox.lead')}</p>
    ${
      notices.length === 0
        ? html`<p>${textOf(locale, 'outbox.empty')}</p>`
        : html`<ul class="gift-list">
            ${notices.map((notice) => entryOf(locale, notice))}
          </ul>`
    }`;
  return { locale, title, body, otherAddress: other(locale, OUTBOX_ADDRESS) };
}

function entryOf(locale: Locale, notice: OutboxNotice): Html {
  const { number, to, channel, state } = notice;
  return html`<li>
    <a href="/${locale}${OUTBOX_ADDRESS}/${number}">${headOf(locale, notice)}</a>
    <span>${to ?? textOf(locale, 'outbox.erased')}</span>
    <span class="hint"
      >${timeText(locale, notice)} · ${textOf(locale, `outbox.channel.${channel}`)} ·
      ${textOf(locale, `outbox.state.${state}`)}</span
    >
  </li>`;
}

function noticePage(locale: Locale, notice: OutboxNotice): Page {
  const { number, content, to } = notice;
  const erased = textOf(locale, 'outbox.erased');
  const title = headOf(locale, notice);
  const body = html` <h1>${title}</h1>
    <dl class="desk">
      <dt>${textOf(locale, 'outbox.to')}</dt>
      <dd>${to ?? erased}</dd>
      <dt>${textOf(locale, 'outbox.channel')}</dt>
      <dd>${textOf(locale, `outbox.channel.${notice.channel}`)}</dd>
      <dt>${textOf(locale, 'outbox.writtenAt')}</dt>
      <dd>${timeText(locale, notice)}</dd>
      <dt>${textOf(locale, 'outbox.number')}</dt>
      <dd>${number}</dd>
      <dt>${textOf(locale, 'outbox.state')}</dt>
      <dd>${textOf(locale, `outbox.state.${notice.state}`)}</dd>
    </dl>
    <div class="mail">${lines(content?.text ?? erased)}</div>
    <p>
      <a class="button quiet" href="/${locale}${OUTBOX_ADDRESS}">${textOf(locale, 'outbox.all')}</a>
    </p>`;
  return { locale, title, body, otherAddress: other(locale, `${OUTBOX_ADDRESS}/${number}`) };
}

/** Of an SMS, which has no subject, the way that it begins. */
function headOf(locale: Locale, { content }: OutboxNotice): string {
  if (content === null) return textOf(locale, 'outbox.erased');
  return content.subject === '' ? `${content.text.slice(0, HEAD_LENGTH)}…` : content.subject;
}

const HEAD_LENGTH = 30;

/** As mail programs show plain text: addresses on the web can be followed. */
function lines(text: string): Html[] {
  return text.split('\n').map((line) => {
    const link = /^(.*?)(https?:\/\/[!-;=?-~]+)(.*)$/.exec(line);
    if (link === null) return html`${line}<br />`;
    const [, before = '', address = '', after = ''] = link;
    return html`${before}<a href="${address}">${address}</a>${after}<br />`;
  });
}

function other(locale: Locale, address: string): string {
  return `/${locale === 'ja' ? 'en' : 'ja'}${address}`;
}

function timeText(locale: Locale, { writtenAt }: OutboxNotice): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'Asia/Tokyo',
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(writtenAt);
}
