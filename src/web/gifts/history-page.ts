import { whyRefused, type GiftEvent, type GiftTotals } from '../../gifts/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { giftAddress, giftPage, moneyText, timeText, type GiftShown } from './gift-parts.ts';

/** All that happened to all gifts of a sender. */
export function historyPage(
  shown: GiftShown & {
    readonly events: readonly GiftEvent[];
    readonly totals: readonly GiftTotals[];
    readonly pageSize: number;
  },
): Page {
  const { locale, events, totals, pageSize } = shown;
  const last = events.length === pageSize ? events.at(-1) : undefined;
  const body = html`<p class="lead">${textOf(locale, 'gifts.historyLead')}</p>
    ${totals.map((each) => totalsPart(locale, each))}
    ${
      events.length === 0
        ? html`<p>${textOf(locale, 'gifts.historyEmpty')}</p>`
        : historyTable(locale, events, true)
    }
    ${
      last !== undefined &&
      html`<p>
        <a href="${giftAddress(locale, `/gifts/history?before=${last.eventId}`)}"
          >${textOf(locale, 'gifts.more')}</a
        >
      </p>`
    }
    <p><a href="${giftAddress(locale, '/gifts')}">${textOf(locale, 'gifts.back')}</a></p>`;
  const title = textOf(locale, 'gifts.history');
  return giftPage(shown, { place: '/gifts/history', title, body, isWide: true });
}

function totalsPart(locale: Locale, { unit, chargedMinor, givenBackMinor }: GiftTotals): Html {
  const lines = [
    ['gifts.totals.charged', chargedMinor],
    ['gifts.totals.givenBack', givenBackMinor],
    ['gifts.totals.paid', chargedMinor - givenBackMinor],
  ] as const;
  return html`<dl class="result">
    ${lines.map(
      ([name, minor]) =>
        html`<dt>${textOf(locale, name)}</dt>
          <dd>${moneyText(locale, minor, unit)}</dd>`,
    )}
  </dl>`;
}

export function historyTable(locale: Locale, events: readonly GiftEvent[], hasGift = false): Html {
  const columns: readonly TextKey[] = ['gifts.at', 'gifts.what', 'gifts.by', 'gifts.amount'];
  return html`<div
    class="scrolls"
    tabindex="0"
    role="region"
    aria-label="${textOf(locale, 'gifts.history')}"
  >
    <table class="events">
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${textOf(locale, column)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${events.map((event) => historyRow(locale, event, hasGift))}
      </tbody>
    </table>
  </div>`;
}

function historyRow(locale: Locale, event: GiftEvent, hasGift: boolean): Html {
  const { noticeNumber } = event;
  const { to } = event.facts;
  const why = whyRefused(event.facts);
  const what = textOf(locale, `gifts.event.${event.kind}`);
  return html`<tr>
    <td>${timeText(locale, event.at)}</td>
    <td>
      ${
        hasGift
          ? html`<a href="${giftAddress(locale, `/gifts/sent/${event.giftId}`)}">${what}</a>`
          : what
      }
      ${
        (to === 'sender' || to === 'recipient') &&
        html`<br /><span class="hint">${textOf(locale, `gifts.told.${to}`)}</span>`
      }
      ${why !== null && html`<br /><span class="hint">${textOf(locale, why)}</span>`}
      ${noticeNumber !== null && html`<br /><span class="hint">${noticeNumber}</span>`}
    </td>
    <td class="by">${textOf(locale, `gifts.actor.${event.actor}`)}</td>
    <td class="figure">${moneyText(locale, event.amountMinor, event.unit)}</td>
  </tr>`;
}
