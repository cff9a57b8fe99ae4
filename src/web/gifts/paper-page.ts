import { html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { giftAddress, giftPage, lastDay, linesOf, moneyText, productName } from './gift-parts.ts';
import { motifPicture, readMotif } from './motifs.ts';
import type { SentShown } from './sent-pages.ts';

/** What is printed and handed over: the amount, the words, and how to get it. */
export function paperPage(shown: SentShown & { readonly code: string }): Page {
  const { locale, gift, code, catalogue, origin } = shown;
  const motif = readMotif(gift.motif);
  const { words } = gift;
  const body = html`<div class="result gift-card gift-paper">
      ${
        gift.hasPicture
          ? html`<img
              class="gift-picture"
              src="/gifts/sent/${gift.giftId}/picture"
              alt="${textOf(locale, 'gifts.pictureOf')}"
            />`
          : motif !== null && motifPicture(locale, motif)
      }
      <p class="amount">${moneyText(locale, gift.amountMinor, gift.unit)}</p>
      <p>${productName(locale, catalogue, gift.productId)}</p>
      ${
        words !== null &&
        html`${words.recipientName !== '' && html`<p>${textOf(locale, 'gifts.for', { name: words.recipientName })}</p>`}
          <p class="gift-words">${linesOf(words.message)}</p>
          <p>${textOf(locale, 'gifts.from', { name: words.senderName })}</p>`
      }
      <h2>${textOf(locale, 'gifts.paper.how')}</h2>
      <p>
        ${
          origin === null
            ? textOf(locale, 'gifts.paper.stepsHere')
            : textOf(locale, 'gifts.paper.steps', { site: `${origin}/gift` })
        }
      </p>
      <p class="gift-code">${code}</p>
      <p>${textOf(locale, 'gifts.until', { day: lastDay(locale, gift.expiresAt) })}</p>
    </div>
    <p class="no-print">
      <a href="${giftAddress(locale, `/gifts/sent/${gift.giftId}`)}"
        >${textOf(locale, 'gifts.backToOne')}</a
      >
    </p>`;
  const title = textOf(locale, 'gifts.paper.title');
  return giftPage(shown, { place: `/gifts/sent/${gift.giftId}/paper`, title, body });
}
