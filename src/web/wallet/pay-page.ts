import { html } from '../../kernel/html.ts';
import { moneyText, textOf, type Locale } from '../../kernel/locale.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Barcode, Holding } from '../../wallets/index.ts';
import type { Page } from '../layout.ts';
import { memberAddress } from '../members/member-forms.ts';
import { barsOf } from './bars.ts';
import { productName, walletPage, type WalletShown } from './wallet-parts.ts';

/** How often a page that lies open makes a new one by itself: a forgotten one stops. */
export const PAY_TURNS = 5;

export function payPage(
  shown: WalletShown & {
    readonly catalogue: Catalogue;
    readonly holding: Holding;
    readonly barcode: Barcode;
    readonly place: string; // with the amount
    readonly back: string;
    readonly goodForMinor: bigint;
    readonly isOfDay: boolean; // that is all that is left of the day
  },
): Page {
  const { locale, catalogue, holding, barcode, place, back, goodForMinor, isOfDay } = shown;
  const name = productName(locale, catalogue, holding.productId);
  const heading = textOf(locale, 'wallet.payTitle');
  return walletPage(
    shown,
    { place, nav: '/wallet', heading },
    html`<p class="lead">${name}</p>
      <figure class="paying">
        ${barsOf(barcode.digits, textOf(locale, 'wallet.barcodeLabel'))}
        <figcaption class="digits">${barcode.digits.match(/\d{1,4}/g)?.join(' ')}</figcaption>
      </figure>
      <p>
        <strong
          >${textOf(locale, 'wallet.goodUntil', { time: secondText(locale, barcode.expiresAt) })}</strong
        ><br />
        ${textOf(locale, 'wallet.goodFor', { amount: moneyText(locale, goodForMinor, holding.unit) })}
        ${isOfDay && textOf(locale, 'wallet.goodForDay')}
      </p>
      <p>
        <a class="button" href="${memberAddress(locale, place)}"
          >${textOf(locale, 'wallet.payNew')}</a
        >
      </p>
      <ul class="plain-list">
        <li>${textOf(locale, 'wallet.payOnce')}</li>
        <li>${textOf(locale, 'wallet.payNobody')}</li>
        <li>${textOf(locale, 'wallet.payOnline')}</li>
      </ul>
      <p><a href="${memberAddress(locale, back)}">${textOf(locale, 'wallet.payDone')}</a></p>`,
  );
}

function secondText(locale: Locale, at: number): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'Asia/Tokyo',
    timeStyle: 'medium',
  }).format(at);
}
