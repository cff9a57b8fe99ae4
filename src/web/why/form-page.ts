import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { SIGHTS } from '../../questions/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import type { FormProblem } from './read-form.ts';

/** What was filled in, as text; the code is never shown again. */
export interface WhyForm {
  readonly by: 'code' | 'number';
  readonly product: string;
  readonly seller: string;
  readonly boughtAt: string;
  readonly amount: string;
  readonly receipt: string;
  readonly doing: 'use' | 'load';
  readonly merchant: string;
  readonly triedAt: string;
  readonly country: string;
  readonly saw: string;
}

export const EMPTY_FORM: WhyForm = {
  by: 'code',
  product: '',
  seller: '',
  boughtAt: '',
  amount: '',
  receipt: '',
  doing: 'use',
  merchant: '',
  triedAt: '',
  country: '',
  saw: '',
};

export interface WhyFormShown {
  readonly locale: Locale;
  readonly token: string;
  readonly catalogue: Catalogue;
  readonly form: WhyForm;
  readonly problems: readonly FormProblem[];
  /** The form before was not ours, or too old, or the browser keeps no cookies: nothing was looked at. */
  readonly isRefused: boolean;
}

/** More in a list nobody reads; what is not on it is "I do not know". */
const CHOICES_MAX = 300;
const COUNTRIES = ['JP', 'US', 'CN', 'KR', 'TW', 'HK', 'GB'] as const;
/** Of none of the countries that a product could name. */
const OTHER_COUNTRY = 'ZZ';

export function whyFormPage(shown: WhyFormShown): Page {
  const { locale, problems, isRefused } = shown;
  const title = textOf(locale, isRefused ? 'form.title' : 'why.title');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'why.lead')}</p>
    ${isRefused && refusal(locale)} ${problems.length > 0 && problemList(locale, problems)}
    <form class="ask" method="post" action="${whyAddress(locale)}" autocomplete="off">
      <input type="hidden" name="token" value="${shown.token}" />
      ${cardFields(shown)} ${boughtFields(shown)} ${triedFields(shown)}
      <p class="hint">${textOf(locale, 'why.safe')}</p>
      <button class="button" type="submit">${textOf(locale, 'why.submit')}</button>
    </form>`;
  const status = isRefused ? 403 : problems.length > 0 ? 422 : 200;
  const other = locale === 'ja' ? 'en' : 'ja';
  return { locale, title, body, status, place: '/why', otherAddress: whyAddress(other) };
}

export function whyAddress(locale: Locale): string {
  return `${homeAddress(locale)}/why`;
}

const PROBLEM_TEXTS: Readonly<Record<FormProblem, TextKey>> = {
  text: 'why.textEmpty',
  boughtAt: 'why.wrongWhen',
  triedAt: 'why.wrongWhen',
  amount: 'why.wrongAmount',
};

function refusal(locale: Locale): Html {
  return html`<div class="notice" role="alert">
    <p>${textOf(locale, 'form.lead')}</p>
    <p>${textOf(locale, 'form.cookies')}</p>
  </div>`;
}

function problemList(locale: Locale, problems: readonly FormProblem[]): Html {
  return html`<div class="notice" role="alert">
    <p><strong>${textOf(locale, 'why.problems')}</strong></p>
    <ul class="plain-list">
      ${problems.map(
        (problem) =>
          html`<li><a href="#${problem}">${textOf(locale, PROBLEM_TEXTS[problem])}</a></li>`,
      )}
    </ul>
  </div>`;
}

function cardFields({ locale, catalogue, form, problems }: WhyFormShown): Html {
  const products = [...catalogue.products.values()];
  return html`<fieldset>
    <legend>${textOf(locale, 'why.card')}</legend>
    <div class="choices" role="radiogroup" aria-label="${textOf(locale, 'why.by')}">
      ${(['code', 'number'] as const).map(
        (by) =>
          html`<label class="choice"
            ><input type="radio" name="by" value="${by}" ${form.by === by && html`checked`} /><span
              >${textOf(locale, `why.by.${by}`)}</span
            ></label
          >`,
      )}
    </div>
    ${textField({ locale, name: 'text', problems, hint: 'why.textHint', value: '', isRequired: true })}
    ${selectField({
      locale,
      name: 'product',
      chosen: form.product,
      any: 'why.product.any',
      options: named(locale, products, ({ productId }) => productId),
    })}
  </fieldset>`;
}

function boughtFields({ locale, catalogue, form, problems }: WhyFormShown): Html {
  const sellers = [...catalogue.sellers.values()];
  const field = { locale, problems };
  const isFilled = form.seller + form.boughtAt + form.amount + form.receipt !== '';
  const fields = html`
    ${selectField({
      locale,
      name: 'seller',
      chosen: form.seller,
      any: 'why.seller.any',
      options: named(locale, sellers, ({ sellerId }) => sellerId),
    })}
    ${textField({ ...field, name: 'boughtAt', value: form.boughtAt, hint: 'why.boughtAtHint', kind: 'datetime-local' })}
    ${textField({ ...field, name: 'amount', value: form.amount, hint: 'why.amountHint', isDigits: true })}
    ${textField({ ...field, name: 'receipt', value: form.receipt })}
  `;
  return more(locale, 'why.bought', { isOpen: isFilled || form.by === 'number', fields });
}

function triedFields({ locale, catalogue, form, problems }: WhyFormShown): Html {
  const merchants = [...catalogue.merchants.values()];
  const elsewhere = { value: 'elsewhere', label: textOf(locale, 'why.merchant.elsewhere') };
  const countries = COUNTRIES.map((country) => ({
    value: country,
    label: textOf(locale, `why.country.${country}`),
  }));
  const otherCountry = { value: OTHER_COUNTRY, label: textOf(locale, 'why.country.other') };
  const list = { locale };
  const isFilled = form.saw + form.merchant + form.triedAt + form.country !== '';
  const fields = html`
    ${selectField({
      ...list,
      name: 'saw',
      chosen: form.saw,
      any: 'why.saw.any',
      options: SIGHTS.map((sight) => ({ value: sight, label: textOf(locale, `why.saw.${sight}`) })),
    })}
    ${selectField({
      ...list,
      name: 'merchant',
      chosen: form.merchant,
      any: 'why.merchant.any',
      options: [...named(locale, merchants, ({ merchantId }) => merchantId), elsewhere],
    })}
    ${textField({ locale, problems, name: 'triedAt', value: form.triedAt, kind: 'datetime-local' })}
    ${selectField({
      ...list,
      name: 'doing',
      chosen: form.doing,
      any: null,
      options: (['use', 'load'] as const).map((doing) => ({
        value: doing,
        label: textOf(locale, `why.doing.${doing}`),
      })),
    })}
    ${selectField({
      ...list,
      name: 'country',
      chosen: form.country,
      any: 'why.country.any',
      options: [...countries, otherCountry],
    })}
  `;
  return more(locale, 'why.tried', { isOpen: isFilled, fields });
}

/** What not everybody needs to say: folded, so that the page is short on a phone. Open when something is in it. */
function more(
  locale: Locale,
  name: 'why.bought' | 'why.tried',
  { isOpen, fields }: { readonly isOpen: boolean; readonly fields: Html },
): Html {
  const id = name.replace('.', '-');
  return html`<details class="more" ${isOpen && html`open`}>
    <summary id="${id}">${textOf(locale, name)}</summary>
    <fieldset aria-labelledby="${id}">${fields}</fieldset>
  </details>`;
}

interface TextField {
  readonly locale: Locale;
  readonly name: 'text' | 'boughtAt' | 'amount' | 'receipt' | 'triedAt';
  readonly value: string;
  readonly problems: readonly FormProblem[];
  readonly hint?: TextKey;
  readonly kind?: 'datetime-local';
  readonly isDigits?: boolean;
  readonly isRequired?: boolean;
}

function textField({ locale, name, value, problems, ...more }: TextField): Html {
  const { hint, kind = 'text', isDigits = false, isRequired = false } = more;
  const isWrong = problems.some((problem) => problem === name);
  const describedBy = [hint && `${name}-hint`, isWrong && `${name}-error`]
    .filter(Boolean)
    .join(' ');
  return html`<div class="field">
    <label for="${name}">${textOf(locale, `why.${name}`)}</label>
    ${hint && html`<p class="hint" id="${name}-hint">${textOf(locale, hint)}</p>`}
    <input
      type="${kind}"
      id="${name}"
      name="${name}"
      value="${value}"
      maxlength="${name === 'receipt' ? 128 : 100}"
      autocomplete="off"
      autocapitalize="${name === 'text' ? 'characters' : 'off'}"
      spellcheck="false"
      ${isRequired && html`required`}
      ${isDigits && html`inputmode="numeric"`}
      ${describedBy !== '' && html`aria-describedby="${describedBy}"`}
      ${isWrong && html`aria-invalid="true"`}
    />
    ${
      isWrong &&
      html`<p class="field-error" id="${name}-error">
        ${textOf(locale, PROBLEM_TEXTS[name as FormProblem])}
      </p>`
    }
  </div>`;
}

interface SelectField {
  readonly locale: Locale;
  readonly name: 'product' | 'seller' | 'merchant' | 'saw' | 'doing' | 'country';
  readonly chosen: string;
  readonly any: TextKey | null;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function selectField({ locale, name, chosen, any, options }: SelectField): Html {
  return html`<div class="field">
    <label for="${name}">${textOf(locale, `why.${name}`)}</label>
    <select id="${name}" name="${name}">
      ${any !== null && html`<option value="">${textOf(locale, any)}</option>`}
      ${options.map(
        ({ value, label }) =>
          html`<option value="${value}" ${value === chosen && html`selected`}>${label}</option>`,
      )}
    </select>
  </div>`;
}

function named<Thing extends { readonly nameJa: string; readonly nameEn: string }>(
  locale: Locale,
  things: readonly Thing[],
  idOf: (thing: Thing) => number,
): { value: string; label: string }[] {
  return things
    .map((thing) => ({
      value: String(idOf(thing)),
      label: locale === 'ja' ? thing.nameJa : thing.nameEn,
    }))
    .toSorted((one, other) => one.label.localeCompare(other.label, locale))
    .slice(0, CHOICES_MAX);
}
