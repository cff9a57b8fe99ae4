import type { SentGift } from '../../gifts/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { PaymentMethod } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { giftAddress, giftForm, namedMethod, timeText, type GiftShown } from './gift-parts.ts';
import { paymentPlace } from './payment-place.ts';

interface ActsShown extends GiftShown {
  readonly gift: SentGift;
  readonly methods: readonly PaymentMethod[];
  readonly catalogue: Catalogue;
}

/** What its sender can do with a gift in its state, but for the answer to a claim that waits. */
export function actsPart(shown: ActsShown): Html {
  const { locale, gift } = shown;
  const place = `/gifts/sent/${gift.giftId}`;
  const isUnsent = gift.state === 'scheduled';
  return html`${repairPart(shown)}
  ${
    gift.state === 'refused' &&
    gift.sentAt === null &&
    html`<p>
      <a class="button" href="${giftAddress(locale, '/gifts/send')}"
        >${textOf(locale, 'gifts.send')}</a
      >
    </p>`
  }
  ${
    gift.mayCorrect &&
    html`<h2>${textOf(locale, 'gifts.correct')}</h2>
      <p>${textOf(locale, isUnsent ? 'gifts.correctLeadAhead' : 'gifts.correctLead')}</p>
      ${
        gift.bouncedAt !== null &&
        html`<p class="notice">
          ${textOf(locale, 'gifts.bounced', { at: timeText(locale, gift.bouncedAt) })}
        </p>`
      }
      ${giftForm(shown, {
        action: `${place}/address`,
        fields: html`<div class="field">
          <label for="new-to">${textOf(locale, 'gifts.correct.to')}</label>
          <input id="new-to" name="to" type="email" maxlength="254" autocomplete="off" required />
        </div>`,
        submit: textOf(locale, isUnsent ? 'gifts.correct.submitAhead' : 'gifts.correct.submit'),
      })}`
  }
  ${
    gift.mayResend &&
    html`<h2>${textOf(locale, 'gifts.resend')}</h2>
      <p>${textOf(locale, 'gifts.resendLead')}</p>
      ${giftForm(shown, {
        action: `${place}/resend`,
        submit: textOf(locale, 'gifts.resend'),
        isQuiet: true,
      })}`
  }
  ${
    gift.mayCancel &&
    gift.state !== 'claimed' &&
    html`<h2>${textOf(locale, 'gifts.cancel')}</h2>
      <p>${textOf(locale, 'gifts.cancelLead')}</p>
      <p>
        <a class="button quiet" href="${giftAddress(locale, `${place}/cancel`)}"
          >${textOf(locale, 'gifts.cancel')}</a
        >
      </p>`
  }`;
}

/** Another way of paying, for what was claimed and could not be charged. */
function repairPart(shown: ActsShown): Html | false {
  const { locale, gift, methods, catalogue } = shown;
  if (gift.repairUntil === null || gift.state !== 'refused') return false;
  const usable = methods.filter(
    ({ tenderId }) => catalogue.tenders.get(tenderId)?.issuerId === gift.issuerId,
  );
  const add = html`<p>
    <a href="${giftAddress(locale, paymentPlace(`/gifts/sent/${gift.giftId}`))}"
      >${textOf(locale, 'gifts.addMethod')}</a
    >
  </p>`;
  if (usable.length === 0) {
    return html`<h2>${textOf(locale, 'gifts.repair')}</h2>
      <p>${textOf(locale, 'gifts.repair.none')}</p>
      ${add}`;
  }
  return html`<h2>${textOf(locale, 'gifts.repair')}</h2>
    ${giftForm(shown, {
      action: `/gifts/sent/${gift.giftId}/repair`,
      fields: html`<div class="field">
        <label for="repair-method">${textOf(locale, 'gifts.method')}</label>
        <select id="repair-method" name="method">
          ${usable.map(
            (method) =>
              html`<option value="${String(method.methodId)}">
                ${namedMethod(locale, catalogue, method)}
              </option>`,
          )}
        </select>
      </div>`,
      submit: textOf(locale, 'gifts.repair.submit'),
    })}
    ${add}`;
}
