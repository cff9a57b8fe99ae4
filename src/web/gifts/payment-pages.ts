import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { KnownToken, PaymentMethod } from '../../payments/index.ts';
import type { Catalogue, Tender } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import {
  giftAddress,
  giftForm,
  giftPage,
  hiddenField,
  methodText,
  namedMethod,
  tenderName,
  type GiftShown,
} from './gift-parts.ts';

/** How a member pays: shown by the last digits, never more. */
export function paymentPage(
  shown: GiftShown & {
    readonly methods: readonly PaymentMethod[];
    readonly tokens: readonly KnownToken[];
    readonly tenders: readonly Tender[];
    readonly catalogue: Catalogue;
    readonly next: string | null; // where it goes on when one is added
    readonly isAdded: boolean;
  },
): Page {
  const { locale, methods, tokens, tenders, catalogue, next, isAdded } = shown;
  const body = html`${isAdded && methods.length > 0 && addedPart(shown)}
    <p class="lead">${textOf(locale, 'gifts.methodsLead')}</p>
    ${methods.length === 0 && html`<p>${textOf(locale, 'gifts.methodsEmpty')}</p>`}
    <ul class="gift-list">
      ${methods.map(
        (method) =>
          html`<li>
            <strong>${namedMethod(locale, catalogue, method)}</strong>
            ${giftForm(shown, {
              action: '/account/payment/remove',
              fields: hiddenField('method', String(method.methodId)),
              submit: textOf(locale, 'gifts.removeMethod', {
                method: namedMethod(locale, catalogue, method),
              }),
              isQuiet: true,
            })}
          </li>`,
      )}
    </ul>
    <h2>${textOf(locale, 'gifts.addMethod')}</h2>
    ${
      tokens.length === 0 || tenders.length === 0
        ? html`<p>${textOf(locale, 'gifts.noProvider')}</p>`
        : html`<p>${textOf(locale, 'gifts.sandbox')}</p>
            ${giftForm(shown, {
              action: '/account/payment',
              fields: html`${next !== null && hiddenField('next', next)}
                <div class="field">
                  <label for="tender">${textOf(locale, 'gifts.tender')}</label>
                  <select id="tender" name="tender">
                    ${tenders.map(
                      ({ tenderId }) =>
                        html`<option value="${tenderId}">
                          ${tenderName(locale, catalogue, tenderId)}
                        </option>`,
                    )}
                  </select>
                </div>
                <div class="field">
                  <label for="card">${textOf(locale, 'gifts.token')}</label>
                  <select id="card" name="card">
                    ${tokens.map(
                      (known) =>
                        html`<option value="${known.token}">
                          ${methodText(locale, known)} (${known.token})
                        </option>`,
                    )}
                  </select>
                </div>`,
              submit: textOf(locale, 'gifts.addMethod'),
            })}`
    }`;
  const title = textOf(locale, 'gifts.methods');
  return giftPage(shown, { place: '/account/payment', title, body });
}

function addedPart({ locale }: GiftShown): Html {
  return html`<div class="notice good" role="status">
    <p>${textOf(locale, 'gifts.methodAdded')}</p>
    <p>
      <a class="button" href="${giftAddress(locale, '/gifts/send')}"
        >${textOf(locale, 'gifts.send')}</a
      >
    </p>
  </div>`;
}
