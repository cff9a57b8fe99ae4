import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Catalogue, Product } from '../../programmes/index.ts';
import { homeAddress } from '../layout.ts';
import { nameOf } from './buy-texts.ts';
import type { BuyForm, FormProblem } from './read-query.ts';

export interface ShownForm {
  readonly locale: Locale;
  readonly form: BuyForm;
  readonly problems: readonly FormProblem[];
  readonly catalogue: Catalogue;
  readonly waitSeconds?: number; // asked too often
}

/** A choice more than these is not read through by anybody. */
const CHOICES_MAX = 300;

/** The question as a form whose address is its answer. */
export function buyForm(shown: ShownForm): Html {
  const { locale, form, catalogue } = shown;
  const text = (key: TextKey) => textOf(locale, key);
  const device = (each: 'phone' | 'tablet' | 'pc') => ({
    value: each,
    text: text(`buy.device.${each}`),
  });
  const line = (each: 'own' | 'wifi' | 'other') => ({
    value: each,
    text: text(`buy.line.${each}`),
  });
  return html` <form class="ask buy-form" method="get" action="${homeAddress(locale)}/buy">
    ${numberField(shown, 'amount')}
    ${select({ name: 'product', label: text('buy.product'), value: form.product }, [
      { value: '', text: text('buy.productAny') },
      ...productsOf(catalogue).map((product) => ({
        value: product.key,
        text: nameOf(locale, product),
      })),
    ])}
    ${select({ name: 'carrier', label: text('buy.carrier'), value: form.carrier }, [
      { value: '', text: text('buy.carrierNone') },
      ...carriersOf(catalogue, locale),
    ])}
    ${radios({ name: 'device', legend: text('buy.device'), value: form.device }, [
      device('phone'),
      device('tablet'),
      device('pc'),
      { value: '', text: text('buy.unsaid') },
    ])}
    ${radios({ name: 'line', legend: text('buy.line'), value: form.line }, [
      line('own'),
      line('wifi'),
      line('other'),
      { value: '', text: text('buy.unsaid') },
    ])}
    <fieldset>
      <legend>${text('buy.pay')}</legend>
      <div class="choices">
        ${(['cash', 'card'] as const).map(
          (way) =>
            html`<label
              ><input
                type="checkbox"
                name="pay"
                value="${way}"
                ${form.payBy.includes(way) && html`checked`}
              />
              <span>${text(`buy.pay.${way}`)}</span></label
            >`,
        )}
      </div>
    </fieldset>
    ${numberField(shown, 'age')}
    <button class="button" type="submit">${text('buy.submit')}</button>
  </form>`;
}

function numberField({ locale, form, problems }: ShownForm, name: 'amount' | 'age'): Html {
  const isWrong = problems.includes(name);
  return html` <div class="field">
    <label for="${name}">${textOf(locale, `buy.${name}`)}</label>
    <p class="hint" id="${name}-hint">${textOf(locale, `buy.${name}Hint`)}</p>
    <span class="with-unit">
      <input
        type="text"
        inputmode="numeric"
        id="${name}"
        name="${name}"
        value="${form[name]}"
        maxlength="20"
        autocomplete="off"
        ${name === 'amount' && html`required`}
        aria-describedby="${name}-hint${isWrong ? ` ${name}-error` : ''}"
        ${isWrong && html`aria-invalid="true"`}
      />
      <span aria-hidden="true">${textOf(locale, `buy.${name}Unit`)}</span>
    </span>
    ${isWrong && html`<p class="field-error" id="${name}-error">${textOf(locale, `buy.${name}Wrong`)}</p>`}
  </div>`;
}

interface Choice {
  readonly value: string;
  readonly text: string;
}

function select(
  field: { name: string; label: string; value: string },
  choices: readonly Choice[],
): Html {
  const { name, label, value } = field;
  return html` <div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${choices.map(
        (choice) =>
          html`<option value="${choice.value}" ${choice.value === value && html`selected`}>
            ${choice.text}
          </option>`,
      )}
    </select>
  </div>`;
}

function radios(
  field: { name: string; legend: string; value: string },
  choices: readonly Choice[],
): Html {
  const { name, legend, value } = field;
  const chosen = choices.some((choice) => choice.value === value) ? value : '';
  return html` <fieldset>
    <legend>${legend}</legend>
    <div class="choices">
      ${choices.map(
        (choice) =>
          html`<label
            ><input
              type="radio"
              name="${name}"
              value="${choice.value}"
              ${choice.value === chosen && html`checked`}
            />
            <span>${choice.text}</span></label
          >`,
      )}
    </div>
  </fieldset>`;
}

/** What any offer sells, by name; each key once, whatever the issuers. */
function productsOf({ products }: Catalogue): Product[] {
  const byKey = new Map([...products.values()].map((product) => [product.key, product]));
  return [...byKey.values()]
    .filter(({ unit }) => unit === 'JPY')
    .slice(0, CHOICES_MAX)
    .toSorted((one, other) => one.nameJa.localeCompare(other.nameJa, 'ja'));
}

/** Each carrier once, by the name of its bill. */
function carriersOf({ tenders }: Catalogue, locale: Locale): Choice[] {
  const named = new Map<string, string>();
  for (const tender of tenders.values()) {
    if (tender.carrier !== null && !named.has(tender.carrier)) {
      named.set(tender.carrier, nameOf(locale, tender));
    }
  }
  return [...named].slice(0, CHOICES_MAX).map(([value, text]) => ({ value, text }));
}
