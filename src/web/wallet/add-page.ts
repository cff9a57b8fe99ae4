import { html, type Html } from '../../kernel/html.ts';
import { textOf, type TextKey } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { stoppedNotice } from '../members/change-parts.ts';
import { memberAddress } from '../members/member-forms.ts';
import { walletPage, type WalletShown } from './wallet-parts.ts';

/**
 * By its code; or by its number, with what only a buyer knows. What was typed of a code is not filled in again. Nothing
 * is asked for while the wallet is stopped, as it would be refused.
 */
export function addPage(shown: WalletShown & { readonly isStopped: boolean }): Page {
  const { locale, isStopped } = shown;
  const heading = textOf(locale, 'wallet.add');
  const at = { place: '/wallet/add', nav: '/wallet', heading } as const;
  if (isStopped) return walletPage(shown, at, stoppedNotice(locale));
  return walletPage(
    shown,
    at,
    html`<p class="lead">${textOf(locale, 'wallet.addLead')}</p>
      ${addForm(shown, [
        { name: 'code', label: 'wallet.code', hint: 'wallet.codeHint', lengthMax: 100 },
      ])}
      <h2>${textOf(locale, 'wallet.byNumberTitle')}</h2>
      <p>${textOf(locale, 'wallet.byNumberLead')}</p>
      ${addForm(shown, [
        { name: 'number', label: 'wallet.number', hint: null, lengthMax: 40, isDigits: true },
        {
          name: 'amount',
          label: 'wallet.paid',
          hint: 'wallet.paidHint',
          lengthMax: 12,
          isDigits: true,
        },
        { name: 'day', label: 'wallet.paidDay', hint: null, lengthMax: 10, isDay: true },
      ])}
      <p><a href="${memberAddress(locale, '/why')}">${textOf(locale, 'why.link')}</a></p>`,
  );
}

interface AddField {
  readonly name: string;
  readonly label: TextKey;
  readonly hint: TextKey | null;
  readonly lengthMax: number;
  readonly isDigits?: boolean;
  readonly isDay?: boolean;
}

function addForm({ locale, token }: WalletShown, fields: readonly AddField[]): Html {
  return html`<form
    class="ask"
    method="post"
    action="${memberAddress(locale, '/wallet/add')}"
    autocomplete="off"
  >
    <input type="hidden" name="token" value="${token}" />
    ${fields.map(
      ({ name, label, hint, lengthMax, isDigits, isDay }) =>
        html`<p>
          <label for="add-${name}">${textOf(locale, label)}</label>
          ${hint !== null && html`<span class="hint" id="add-${name}-hint">${textOf(locale, hint)}</span>`}
          <input
            id="add-${name}"
            name="${name}"
            type="${isDay === true ? 'date' : 'text'}"
            maxlength="${lengthMax}"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            ${isDigits === true && html`inputmode="numeric"`}
            ${hint !== null && html`aria-describedby="add-${name}-hint"`}
            required
          />
        </p>`,
    )}
    <button class="button" type="submit">${textOf(locale, 'wallet.addSubmit')}</button>
  </form>`;
}
