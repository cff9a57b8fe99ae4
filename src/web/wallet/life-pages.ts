import { html } from '../../kernel/html.ts';
import { moneyText, textOf } from '../../kernel/locale.ts';
import { timeText } from '../../members/index.ts';
import type { Closing, Holding } from '../../wallets/index.ts';
import type { Page } from '../layout.ts';
import { stoppedNotice } from '../members/change-parts.ts';
import { buttonForm, memberAddress } from '../members/member-forms.ts';
import { walletPage, type WalletShown } from './wallet-parts.ts';

/** A copy of one's data, and what is kept how long. */
export function copyPage(shown: WalletShown): Page {
  const { locale } = shown;
  return walletPage(
    shown,
    { place: '/account/copy', nav: '/account', heading: textOf(locale, 'life.copy') },
    html`<p class="lead">${textOf(locale, 'life.copyLead')}</p>
      <ul class="plain-list">
        <li>${textOf(locale, 'life.copyWhat1')}</li>
        <li>${textOf(locale, 'life.copyWhat2')}</li>
        <li>${textOf(locale, 'life.copyNot')}</li>
      </ul>
      ${buttonForm(shown, { action: '/account/copy', submit: 'life.copySubmit' })}
      <p><a href="${memberAddress(locale, '/account')}">${textOf(locale, 'life.back')}</a></p>`,
  );
}

export function closePage(
  shown: WalletShown & {
    readonly closing: Closing | undefined;
    readonly holdings: readonly Holding[];
    readonly isStopped: boolean; // by a case: it is lifted first
  },
): Page {
  const { locale, closing, holdings, isStopped } = shown;
  const left = holdings.filter(({ spendableMinor, heldMinor }) => spendableMinor + heldMinor > 0n);
  return walletPage(
    shown,
    { place: '/account/close', nav: '/account', heading: textOf(locale, 'life.close') },
    html`${isStopped && stoppedNotice(locale)}
      ${
        closing !== undefined &&
        html`<div class="notice" role="status">
          <p>
            <strong
              >${textOf(locale, 'life.closesAt', { at: timeText(locale, closing.dueAt) })}</strong
            >
          </p>
          ${buttonForm(shown, { action: '/account/keep', submit: 'life.keep' })}
        </div>`
      }
      <h2>${textOf(locale, 'life.valueTitle')}</h2>
      <p>${textOf(locale, left.length === 0 ? 'life.valueNone' : 'life.valueLeft')}</p>
      ${
        left.length > 0 &&
        html`<ul class="plain-list">
          ${left.map(
            ({ spendableMinor, unit }) => html`<li>${moneyText(locale, spendableMinor, unit)}</li>`,
          )}
        </ul>`
      }
      <ul class="plain-list">
        <li>${textOf(locale, 'life.value1')}</li>
        <li>${textOf(locale, 'life.value2')}</li>
        <li>${textOf(locale, 'life.value3')}</li>
      </ul>
      <h2>${textOf(locale, 'life.giftsTitle')}</h2>
      <ul class="plain-list">
        <li>${textOf(locale, 'life.gifts1')}</li>
        <li>${textOf(locale, 'life.gifts2')}</li>
        <li>${textOf(locale, 'life.gifts3')}</li>
      </ul>
      <h2>${textOf(locale, 'life.eraseTitle')}</h2>
      <ul class="plain-list">
        <li>${textOf(locale, 'life.erase1')}</li>
        <li>${textOf(locale, 'life.erase2')}</li>
        <li>${textOf(locale, 'life.erase3')}</li>
      </ul>
      ${
        closing === undefined &&
        !isStopped &&
        html`<h2>${textOf(locale, 'life.closeHow')}</h2>
          <p>${textOf(locale, 'life.closeWait')}</p>
          ${buttonForm(shown, { action: '/account/close', submit: 'life.closeSubmit' })}`
      }
      <p>
        <a href="${memberAddress(locale, '/account/copy')}">${textOf(locale, 'life.copyFirst')}</a>
      </p>
      <p><a href="${memberAddress(locale, '/account')}">${textOf(locale, 'life.back')}</a></p>`,
  );
}
