import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { outlivesPromise, type PaymentPlan } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { ReadGift } from './read-send-form.ts';

const DAY_MS = 24 * 60 * 60_000;

/** When the sender is charged, and how it is stopped. */
export function chargeParts(
  {
    locale,
    catalogue,
    now,
  }: { readonly locale: Locale; readonly catalogue: Catalogue; readonly now: number },
  { gift, route, plan }: Exclude<ReadGift, { refusal: unknown }>,
): Html {
  const openMs = gift.openDays * DAY_MS;
  const anew = anewText(locale, catalogue, { tenderId: route.tenderId, plan, openMs, at: now });
  return html`<p>${textOf(locale, `gifts.charge.${plan}`)}</p>
    ${anew !== null && html`<p>${anew}</p>`}
    <p>${textOf(locale, 'gifts.charge.stop')}</p>`;
}

/** What is said of a gift that may outlive its promise. Null: it does not, or there is none. */
export function anewText(
  locale: Locale,
  catalogue: Catalogue,
  gift: {
    readonly tenderId: number;
    readonly plan: PaymentPlan;
    readonly openMs: number;
    readonly at: number;
  },
): string | null {
  const minutes = catalogue.tenderAt(gift.tenderId, gift.at)?.authorisationMinutes ?? null;
  const authorisationMs = minutes === null ? null : minutes * 60_000;
  const facts = { authorisationMs, refundWindowMs: null };
  if (authorisationMs === null || gift.plan !== 'authorise_then_capture') return null;
  if (!outlivesPromise(facts, gift.openMs)) return null;
  return textOf(locale, 'gifts.charge.anew', { count: Math.floor(authorisationMs / DAY_MS) });
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
