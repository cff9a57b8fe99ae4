import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { outlivesPromise } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { ReadGift } from './read-send-form.ts';

/** When the sender is charged, and how it is stopped. */
export function chargeParts(
  {
    locale,
    catalogue,
    now,
  }: { readonly locale: Locale; readonly catalogue: Catalogue; readonly now: number },
  { gift, route, plan }: Exclude<ReadGift, { refusal: unknown }>,
): Html {
  const tender = catalogue.tenderAt(route.tenderId, now);
  const minutes = tender?.authorisationMinutes ?? null;
  const facts = {
    authorisationMs: minutes === null ? null : minutes * 60_000,
    refundWindowMs: null,
  };
  const isLonger =
    plan === 'authorise_then_capture' && outlivesPromise(facts, gift.openDays * 86_400_000);
  return html`<p>${textOf(locale, `gifts.charge.${plan}`)}</p>
    ${
      isLonger &&
      html`<p>
        ${textOf(locale, 'gifts.charge.anew', { count: Math.floor((minutes ?? 0) / 1_440) })}
      </p>`
    }
    <p>${textOf(locale, 'gifts.charge.stop')}</p>`;
}

/** A picture of one's own, beside the confirmation. */
export function pictureField(locale: Locale): Html {
  return html`<div class="field">
    <label for="picture">${textOf(locale, 'gifts.picture')}</label>
    <p class="hint" id="picture-hint">${textOf(locale, 'gifts.pictureHint')}</p>
    <input
      id="picture"
      name="picture"
      type="file"
      accept="image/jpeg,image/png"
      aria-describedby="picture-hint"
    />
  </div>`;
}
