import { whyRefused, type GiftEvent, type OpenedGift, type SentGift } from '../../gifts/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { PaymentMethod } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import {
  giftAddress,
  giftForm,
  giftPage,
  lastDay,
  linesOf,
  moneyText,
  productName,
  stateMark,
  tenderName,
  timeText,
  type GiftShown,
} from './gift-parts.ts';
import { anewText } from './charge-parts.ts';
import { historyTable } from './history-page.ts';
import { motifPicture, readMotif } from './motifs.ts';
import { actsPart } from './sent-acts.ts';

interface ListShown extends GiftShown {
  readonly catalogue: Catalogue;
  readonly sent: readonly SentGift[];
  readonly received: readonly OpenedGift[];
  readonly pageSize: number;
}

export function giftsPage(shown: ListShown): Page {
  const { locale, sent, received, pageSize, catalogue } = shown;
  const last = sent.length === pageSize ? sent.at(-1) : undefined;
  const body = html`<p>
      <a class="button" href="${giftAddress(locale, '/gifts/send')}"
        >${textOf(locale, 'gifts.send')}</a
      >
    </p>
    <ul class="plain-list">
      <li><a href="${giftAddress(locale, '/gift')}">${textOf(locale, 'gifts.receive')}</a></li>
      <li>
        <a href="${giftAddress(locale, '/gifts/history')}">${textOf(locale, 'gifts.history')}</a>
      </li>
      <li>
        <a href="${giftAddress(locale, '/account/payment')}">${textOf(locale, 'gifts.methods')}</a>
      </li>
    </ul>
    <h2>${textOf(locale, 'gifts.sent')}</h2>
    ${sent.length === 0 && html`<p>${textOf(locale, 'gifts.sentEmpty')}</p>`}
    <ul class="gift-list">
      ${sent.map((gift) =>
        giftEntry(locale, `/gifts/sent/${gift.giftId}`, {
          gift,
          who: toText(locale, gift),
          at: timeText(locale, gift.madeAt),
          what: productName(locale, catalogue, gift.productId),
        }),
      )}
    </ul>
    ${
      last !== undefined &&
      html`<p>
        <a href="${giftAddress(locale, `/gifts?before=${last.giftId}`)}"
          >${textOf(locale, 'gifts.more')}</a
        >
      </p>`
    }
    <h2>${textOf(locale, 'gifts.received')}</h2>
    ${received.length === 0 && html`<p>${textOf(locale, 'gifts.receivedEmpty')}</p>`}
    <ul class="gift-list">
      ${received.map((gift) =>
        giftEntry(locale, `/gifts/received/${gift.giftId}`, {
          gift,
          who: textOf(locale, 'gifts.from', { name: gift.words?.senderName ?? '-' }),
          at: textOf(locale, 'gifts.until', { day: lastDay(locale, gift.expiresAt) }),
          what: productName(locale, catalogue, gift.productId),
        }),
      )}
    </ul>`;
  return giftPage(shown, { place: '/gifts', title: textOf(locale, 'gifts.title'), body });
}

function giftEntry(
  locale: Locale,
  place: string,
  {
    gift,
    who,
    at,
    what,
  }: {
    readonly gift: Pick<SentGift, 'amountMinor' | 'unit' | 'state'> & {
      readonly isAsked?: boolean;
    };
    readonly who: string;
    readonly at: string;
    readonly what: string;
  },
): Html {
  return html`<li>
    <a href="${giftAddress(locale, place)}"
      ><strong>${moneyText(locale, gift.amountMinor, gift.unit)}</strong> ${who}</a
    >
    <span class="hint">${what}, ${at}</span>
    ${stateMark(locale, gift)}
  </li>`;
}

function toText(locale: Locale, { to, words, channel }: SentGift): string {
  const name = words === null || words.recipientName === '' ? to : words.recipientName;
  return textOf(locale, 'gifts.for', {
    name: name ?? textOf(locale, channel === 'print' ? 'gift.to.print' : 'gift.to.link'),
  });
}

export interface SentShown extends GiftShown {
  readonly gift: SentGift;
  readonly events: readonly GiftEvent[];
  readonly methods: readonly PaymentMethod[];
  readonly catalogue: Catalogue;
  readonly code: string | null;
  readonly isCodeHidden: boolean; // until a factor is shown
  readonly origin: string | null; // null: nobody has said what this server is called
  readonly done: SentDone | null;
}
export const SENT_DONE = [
  'made',
  'cancelled',
  'resent',
  'corrected',
  'confirmed',
  'repaired',
] as const;
export type SentDone = (typeof SENT_DONE)[number];

/** One gift of the sender's: what it is, what happens next, what can be done, and all that happened. */
export function sentPage(shown: SentShown): Page {
  const { locale, gift, events, done } = shown;
  const place = `/gifts/sent/${gift.giftId}`;
  const title = textOf(locale, 'gifts.one', {
    amount: moneyText(locale, gift.amountMinor, gift.unit),
  });
  const isDeclined = events.some(({ kind }) => kind === 'declined_by_recipient');
  const body = html`${
      done !== null &&
      !isToldByState(gift, done) &&
      html`<div class="notice good" role="status">
        <p>${doneText(locale, gift, done)}</p>
      </div>`
    }
    ${stateMark(locale, gift)}
    <p class="lead">
      ${isDeclined ? textOf(locale, 'gifts.next.declined') : nextText(locale, gift)}
    </p>
    ${waitingPart(shown)} ${sharePart(shown)} ${factsPart(shown)} ${actsPart(shown)}
    <h2>${textOf(locale, 'gifts.history')}</h2>
    ${historyTable(locale, events)}
    <p><a href="${giftAddress(locale, '/gifts')}">${textOf(locale, 'gifts.back')}</a></p>`;
  return giftPage(shown, { place, title, body, isWide: true });
}

/** What was asked for, and has ended otherwise or with those very words, is not said to go well. */
function isToldByState({ state }: SentGift, done: SentDone): boolean {
  return state === 'refused' || done === 'cancelled';
}

function doneText(locale: Locale, { state }: SentGift, done: SentDone): string {
  const isAhead = done === 'corrected' && state === 'scheduled';
  return textOf(locale, isAhead ? 'gifts.done.correctedAhead' : `gifts.done.${done}`);
}

/** Every state says what happens next. */
function nextText(locale: Locale, gift: SentGift): string {
  if (gift.payment === 'not_refunded') return textOf(locale, 'gifts.next.notRefunded');
  if (gift.state === 'scheduled' && gift.isAsked) return textOf(locale, 'gifts.next.asked');
  if (gift.state === 'scheduled') {
    return textOf(locale, 'gifts.next.scheduled', { at: timeText(locale, gift.sendAt) });
  }
  if (gift.state === 'claimed' && gift.asksUntil !== null) {
    return textOf(locale, 'gifts.next.asks', { at: timeText(locale, gift.asksUntil) });
  }
  if (gift.state === 'claimed') {
    const at = gift.waitsUntil === null ? '' : timeText(locale, gift.waitsUntil);
    return textOf(locale, 'gifts.next.waits', { at });
  }
  if (gift.state === 'charging' && gift.payment === 'taken') {
    return textOf(locale, 'gifts.next.handing');
  }
  if (gift.state === 'refused') {
    const why = textOf(locale, whyRefused(gift) ?? 'gifts.next.refusedOther');
    if (gift.sentAt === null) return textOf(locale, 'gifts.next.notSent', { why });
    if (gift.repairUntil === null) {
      const isOver = gift.claimedAt !== null && gift.declined !== null;
      return textOf(locale, isOver ? 'gifts.next.notRepaired' : 'gifts.next.refused', { why });
    }
    return textOf(locale, 'gifts.next.repair', { why, at: timeText(locale, gift.repairUntil) });
  }
  if (gift.state === 'cancelled' && gift.caseNumber !== null) {
    return textOf(locale, 'gifts.next.voided', { case: gift.caseNumber });
  }
  if (gift.state === 'expired' && gift.claimedAt !== null) {
    return textOf(locale, 'gifts.next.unconfirmed');
  }
  return textOf(locale, `gifts.next.${gift.state}`, { day: lastDay(locale, gift.expiresAt) });
}

function waitingPart(shown: SentShown): Html | false {
  const { locale, gift } = shown;
  if (gift.state !== 'claimed') return false;
  const place = `/gifts/sent/${gift.giftId}`;
  return html`<div class="notice">
    <p>${textOf(locale, 'gifts.signs')}</p>
    <p>${gift.signs.map((sign) => html`${textOf(locale, `gift.sign.${sign}`)}<br />`)}</p>
    <p>
      <a class="button" href="${giftAddress(locale, `${place}/cancel`)}"
        >${textOf(locale, 'gifts.stop')}</a
      >
    </p>
    ${giftForm(shown, {
      action: `${place}/confirm`,
      submit: textOf(locale, 'gifts.sayYes'),
      isQuiet: true,
    })}
  </div>`;
}

function sharePart({ locale, code, isCodeHidden, stepUp, gift, origin }: SentShown): Html | false {
  if (isCodeHidden) {
    return html`<div class="result">
      <p>${textOf(locale, 'gifts.share.hidden')}</p>
      <p>
        <a class="button" href="${giftAddress(locale, stepUp ?? '/account/security')}"
          >${textOf(locale, 'gifts.toSecurity')}</a
        >
      </p>
    </div>`;
  }
  if (code === null) return false;
  const link = gift.channel === 'link' && origin !== null ? `${origin}/gift/${code}` : null;
  return html`<div class="result">
    <p>
      ${textOf(locale, `gifts.share.${gift.channel === 'print' ? 'print' : link === null ? 'code' : 'link'}`)}
    </p>
    <p class="gift-code">${code}</p>
    ${link !== null && html`<p class="gift-link">${link}</p>`}
    <p>
      <a href="${giftAddress(locale, `/gifts/sent/${gift.giftId}/paper`)}"
        >${textOf(locale, 'gifts.paper')}</a
      >
    </p>
  </div>`;
}

function factsPart({ locale, gift, catalogue }: SentShown): Html {
  const motif = readMotif(gift.motif);
  const { words, tenderId, plan } = gift;
  const at = gift.sentAt ?? gift.sendAt;
  const openMs = gift.expiresAt - at;
  const anew = isAhead(gift) ? anewText(locale, catalogue, { tenderId, plan, openMs, at }) : null;
  return html`<div class="result gift-card">
    ${
      gift.hasPicture
        ? html`<img
            class="gift-picture"
            src="/gifts/sent/${gift.giftId}/picture"
            alt="${textOf(locale, 'gifts.pictureOf')}"
          />`
        : motif !== null && motifPicture(locale, motif)
    }
    <dl>
      <dt>${textOf(locale, 'gifts.product')}</dt>
      <dd>${productName(locale, catalogue, gift.productId)}</dd>
      <dt>${textOf(locale, 'gifts.channel')}</dt>
      <dd>${textOf(locale, `gifts.channel.${gift.channel}`)}</dd>
      ${
        gift.to !== null &&
        html`<dt>${textOf(locale, 'gifts.to')}</dt>
          <dd>${gift.to}</dd>`
      }
      ${
        words === null
          ? html`<dt>${textOf(locale, 'gifts.message')}</dt>
              <dd>${textOf(locale, 'gifts.forgotten')}</dd>`
          : html`${
                words.recipientName !== '' &&
                html`<dt>${textOf(locale, 'gifts.recipient')}</dt>
                  <dd>${words.recipientName}</dd>`
              }
              <dt>${textOf(locale, 'gifts.senderName')}</dt>
              <dd>${words.senderName}</dd>
              ${
                words.helperName !== undefined &&
                html`<dt>${textOf(locale, 'gifts.helper')}</dt>
                  <dd>${words.helperName}</dd>`
              }
              ${
                words.message !== '' &&
                html`<dt>${textOf(locale, 'gifts.message')}</dt>
                  <dd>${linesOf(words.message)}</dd>`
              }`
      }
      <dt>${textOf(locale, 'gifts.expires')}</dt>
      <dd>${lastDay(locale, gift.expiresAt)}</dd>
      <dt>${textOf(locale, 'gifts.method')}</dt>
      <dd>${tenderName(locale, catalogue, gift.tenderId) ?? '-'}</dd>
      <dt>${textOf(locale, isAhead(gift) ? 'gifts.charge' : 'gifts.payment')}</dt>
      <dd>
        ${isAhead(gift) && html`${textOf(locale, `gifts.charge.${gift.plan}`)}<br />`}
        ${anew !== null && html`${anew}<br />`}
        ${gift.payment !== null && paymentText(locale, gift.payment, gift)}
      </dd>
    </dl>
  </div>`;
}

/** When it is charged is said until it is claimed; from then on, what has become of it. */
function isAhead({ state }: SentGift): boolean {
  return state === 'scheduled' || state === 'sent' || state === 'opened';
}

function paymentText(
  locale: Locale,
  payment: NonNullable<SentGift['payment']>,
  { isAsked, state }: SentGift,
): string {
  if (state === 'cancelled' || state === 'expired' || state === 'refused') {
    if (payment === 'prepared') return textOf(locale, 'gifts.payment.ending');
    if (payment === 'authorised') return textOf(locale, 'gifts.payment.releasing');
    if (payment === 'taken') return textOf(locale, 'gifts.payment.refunding');
  }
  const isWaited = payment === 'prepared' && isAsked;
  return textOf(locale, isWaited ? 'gifts.payment.asked' : `gifts.payment.${payment}`);
}
