import { checkWords, CONTACT_MAX, type Verdict } from '../../checks/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import type { PictureRefusal } from '../pictures/index.ts';
import { STATE_SHAPES, type StateShape } from '../state-shapes.ts';
import { checkAddress } from './form-page.ts';
import type { KeptCheck } from './kept-check.ts';

export interface CheckAnswerShown {
  readonly locale: Locale;
  readonly token: string;
  readonly kept: KeptCheck;
  readonly catalogue: Catalogue;
  readonly problem: PictureProblem | null;
}

/** What whoever sent a picture can do something about; the rest of the report was not taken either. */
export type PictureProblem = Exclude<PictureRefusal, 'picture_not_readable'>;

export function checkAnswerPage(shown: CheckAnswerShown): Page {
  const { locale, kept, problem } = shown;
  const words = checkWords(kept, locale);
  const body = html`${problem !== null && problemPart(locale, problem)}
    <div class="check-head">
      ${shapeOf(kept)}
      <h1>${words.title}</h1>
    </div>
    <p class="lead">${words.what}</p>
    <h2>${textOf(locale, 'check.todo')}</h2>
    ${list(words.todo)}
    ${
      words.proofs.length > 0 &&
      html`<h2>${textOf(locale, 'check.why')}</h2>
        ${list(words.proofs)}`
    }
    ${
      words.opinions.length > 0 &&
      html`<h2>${textOf(locale, 'check.opinions')}</h2>
        <p>${textOf(locale, 'check.opinions.lead')}</p>
        ${list(words.opinions)}`
    }
    <p class="read-at">${textOf(locale, 'check.at', { at: timeText(locale, kept.checkedAt) })}</p>
    <p>
      <a class="button quiet" href="${checkAddress(locale)}">${textOf(locale, 'check.again')}</a>
    </p>
    ${kept.verdict !== 'ours' && reportForm(shown)}`;
  const other = locale === 'ja' ? 'en' : 'ja';
  const { title } = words;
  const status = problem === null ? 200 : problem === 'pictures_busy' ? 503 : 422;
  const otherAddress = `${checkAddress(other)}/answer`;
  return { locale, title, body, status, place: '/check', otherAddress };
}

function problemPart(locale: Locale, problem: PictureProblem): Html {
  return html`<div class="notice" role="alert">
    <p><strong>${textOf(locale, 'check.problem.title')}</strong></p>
    <p><a href="#picture">${textOf(locale, `check.problem.${problem}`)}</a></p>
  </div>`;
}

export function checkReportedPage(
  locale: Locale,
  { number, isPictureLost }: { readonly number: string | null; readonly isPictureLost: boolean },
): Page {
  const title = textOf(locale, 'check.reported.title');
  const body = html` <h1>${title}</h1>
    ${
      number === null
        ? html`<p class="lead">${textOf(locale, 'check.reported.enough')}</p>`
        : html`<section class="result">
              <p class="quiet-label">${textOf(locale, 'check.reported.number')}</p>
              <p class="report-number">${number}</p>
            </section>
            ${isPictureLost && html`<p>${textOf(locale, 'check.reported.noPicture')}</p>`}
            <p>${textOf(locale, 'check.reported.lead')}</p>`
    }
    <p>
      <a class="button quiet" href="${homeAddress(locale)}">${textOf(locale, 'error.home')}</a>
    </p>`;
  const other = locale === 'ja' ? 'en' : 'ja';
  return { locale, title, body, place: '/check', otherAddress: `${checkAddress(other)}/reported` };
}

/** A state has a word, a colour and a shape; the word is the heading beside it. */
const SHAPES: Readonly<Record<Verdict, StateShape>> = {
  ours: STATE_SHAPES.active,
  not_ours: STATE_SHAPES.voided,
  cannot_tell: STATE_SHAPES.frozen,
};

function shapeOf({ verdict }: KeptCheck): Html {
  const { tone, shape } = SHAPES[verdict];
  return html`<span class="check-mark state ${tone}">${shape}</span>`;
}

function list(sentences: readonly string[]): Html {
  return html`<ul class="plain-list">
    ${sentences.map((each) => html`<li>${each}</li>`)}
  </ul>`;
}

function timeText(locale: Locale, at: number): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'Asia/Tokyo',
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(at);
}

/** More in a list nobody reads. */
const CHOICES_MAX = 300;

function reportForm({ locale, token, catalogue, kept, problem }: CheckAnswerShown): Html {
  const products = [...catalogue.products.values()].map((each) => ({
    ...each,
    id: each.productId,
  }));
  const sellers = [...catalogue.sellers.values()].map((each) => ({ ...each, id: each.sellerId }));
  return html`<section class="not-me">
    <h2 id="report">${textOf(locale, 'check.report.title')}</h2>
    <p>${textOf(locale, 'check.report.lead')}</p>
    <form
      class="ask"
      method="post"
      action="${checkAddress(locale)}/report"
      enctype="multipart/form-data"
      autocomplete="off"
    >
      <input type="hidden" name="token" value="${token}" />
      ${choice({ locale, name: 'product', named: products, chosen: kept.productId })}
      ${choice({ locale, name: 'seller', named: sellers, chosen: kept.sellerId })}
      <div class="field">
        <label for="contact">${textOf(locale, 'check.report.contact')}</label>
        <input type="text" id="contact" name="contact" maxlength="${CONTACT_MAX}" />
      </div>
      <div class="field">
        <label for="picture">${textOf(locale, 'check.report.picture')}</label>
        <p class="hint" id="picture-hint">${textOf(locale, 'check.report.picture.hint')}</p>
        <input
          type="file"
          id="picture"
          name="picture"
          accept="image/png,image/jpeg"
          aria-describedby="picture-hint"
          ${problem !== null && html`aria-invalid="true"`}
        />
      </div>
      <button class="button" type="submit">${textOf(locale, 'check.report.submit')}</button>
    </form>
  </section>`;
}

function choice({
  locale,
  name,
  named,
  chosen,
}: {
  readonly locale: Locale;
  readonly name: 'product' | 'seller';
  readonly named: readonly {
    readonly id: number;
    readonly nameJa: string;
    readonly nameEn: string;
  }[];
  readonly chosen: number | null;
}): Html {
  return html`<div class="field">
    <label for="${name}">${textOf(locale, `check.report.${name}`)}</label>
    <select id="${name}" name="${name}">
      <option value="">${textOf(locale, 'check.report.none')}</option>
      ${named
        .slice(0, CHOICES_MAX)
        .map(
          ({ id, nameJa, nameEn }) =>
            html`<option value="${id}" ${id === chosen && html`selected`}>
              ${locale === 'ja' ? nameJa : nameEn}
            </option>`,
        )}
    </select>
  </div>`;
}
