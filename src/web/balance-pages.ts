/** The pages around looking up a balance. Pure: what is shown is given, nothing is read here. */
import type { Balance } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import { html, type Html } from '../kernel/html.ts';
import { lastDayText, moneyText, textOf, type Locale } from '../kernel/locale.ts';
import type { Product } from '../programmes/index.ts';
import { homeAddress, type Page } from './layout.ts';
import { STATE_SHAPES, type ShownState } from './state-shapes.ts';
import { waysOn } from './ways-on.ts';

export interface AskForm {
  readonly locale: Locale;
  readonly token: string;
}

export function homePage({ locale, token }: AskForm, isEmpty = false): Page {
  const title = textOf(locale, 'home.title');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'home.lead')}</p>
    ${askForm({ locale, token }, isEmpty)}
    <h2>${textOf(locale, 'home.safeTitle')}</h2>
    <ul class="plain-list">
      <li>${textOf(locale, 'home.safe1')}</li>
      <li>${textOf(locale, 'home.safe2')}</li>
      <li>${textOf(locale, 'home.safe3')}</li>
    </ul>
    <h2>${textOf(locale, 'home.aboutTitle')}</h2>
    <p>${textOf(locale, 'home.about')}</p>`;
  return { locale, title, body, status: isEmpty ? 422 : 200, place: '' };
}

export interface Shown {
  readonly balance: Balance;
  readonly product: Product | undefined;
  readonly lastFour: string | null; // of what was typed
  readonly readAt: Instant;
}

export function answerPage(locale: Locale, shown: Shown): Page {
  const { balance, product, lastFour } = shown;
  const state: ShownState = balance.isFrozen ? 'frozen' : balance.state;
  const title = textOf(locale, 'answer.title');
  const productName = product && (locale === 'ja' ? product.nameJa : product.nameEn);
  const body = html` <h1>${title}</h1>
    <section class="result">
      <p class="of-what">
        ${productName && html`<strong>${productName}</strong>`}
        ${lastFour && textOf(locale, 'answer.codeEnds', { lastFour })}
      </p>
      <dl>
        <dt>${textOf(locale, 'answer.balance')}</dt>
        <dd class="amount">${moneyText(locale, balance.spendableMinor, balance.unit)}</dd>
        <dt>${textOf(locale, 'answer.state')}</dt>
        <dd>${stateMark(locale, state)}</dd>
      </dl>
      ${
        balance.heldMinor > 0n &&
        html`<p class="read-at">
          ${textOf(locale, 'answer.held', { amount: moneyText(locale, balance.heldMinor, balance.unit) })}
        </p>`
      }
    </section>
    ${lotsTable(locale, shown)}
    <h2>${textOf(locale, 'answer.todo')}</h2>
    <p>${textOf(locale, `todo.${state}`)}</p>
    <p class="read-at">
      ${textOf(locale, 'answer.readAt', { time: timeText(locale, shown.readAt, product?.zone) })}
    </p>
    <p>
      <a class="button quiet" href="${homeAddress(locale)}">${textOf(locale, 'answer.again')}</a>
    </p>`;
  return { locale, title, body, otherAddress: otherAnswer(locale) };
}

export function unknownPage({ locale, token }: AskForm): Page {
  const title = textOf(locale, 'unknown.title');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'unknown.lead')}</p>
    <ul class="plain-list">
      <li>${textOf(locale, 'unknown.check1')}</li>
      <li>${textOf(locale, 'unknown.check2')}</li>
      <li>${textOf(locale, 'unknown.check3')}</li>
      <li>${textOf(locale, 'unknown.check4')}</li>
    </ul>
    ${askForm({ locale, token }, false)}`;
  return { locale, title, body, status: 404, otherAddress: otherAnswer(locale) };
}

export function stoppedPage(locale: Locale, retryAfterMs: number): Page {
  const title = textOf(locale, 'stopped.title');
  const wait = waitText(locale, retryAfterMs);
  const body = html` <h1>${title}</h1>
    <div class="notice">
      <p>${textOf(locale, 'stopped.lead')}</p>
      <p><strong>${textOf(locale, 'stopped.wait', { wait })}</strong></p>
    </div>
    ${waysOn(locale)}`;
  return { locale, title, body, status: 429 };
}

/** The form was not ours, or too old, or the browser keeps no cookies: nothing was looked at. */
export function formRefusedPage({ locale, token }: AskForm): Page {
  const title = textOf(locale, 'form.title');
  const body = html` <h1>${title}</h1>
    <div class="notice">
      <p>${textOf(locale, 'form.lead')}</p>
      <p>${textOf(locale, 'form.cookies')}</p>
    </div>
    ${askForm({ locale, token }, false)}`;
  return { locale, title, body, status: 403 };
}

export function errorPage(locale: Locale, status: 404 | 500 | 503): Page {
  const title = textOf(locale, `error.${status}.title`);
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, `error.${status}.lead`)}</p>
    ${waysOn(locale)}`;
  return { locale, title, body, status };
}

function askForm({ locale, token }: AskForm, isEmpty: boolean): Html {
  const describedBy = isEmpty ? 'code-hint code-error' : 'code-hint';
  return html` <form
    class="ask"
    method="post"
    action="${homeAddress(locale)}/balance"
    autocomplete="off"
  >
    <input type="hidden" name="token" value="${token}" />
    <label for="code">${textOf(locale, 'home.codeLabel')}</label>
    <p class="hint" id="code-hint">${textOf(locale, 'home.codeHint')}</p>
    <input
      type="text"
      id="code"
      name="code"
      required
      maxlength="100"
      autocomplete="off"
      autocapitalize="characters"
      autocorrect="off"
      spellcheck="false"
      aria-describedby="${describedBy}"
      ${isEmpty && html`aria-invalid="true"`}
    />
    ${isEmpty && html`<p class="field-error" id="code-error">${textOf(locale, 'home.emptyCode')}</p>`}
    <button class="button" type="submit">${textOf(locale, 'home.submit')}</button>
  </form>`;
}

function stateMark(locale: Locale, state: ShownState): Html {
  const { tone, shape } = STATE_SHAPES[state];
  return html`<span class="state ${tone}"
    >${shape}<span>${textOf(locale, `state.${state}`)}</span></span
  >`;
}

function lotsTable(locale: Locale, { balance, product }: Shown): Html | null {
  const lots = balance.lots.filter((lot) => lot.spendableMinor > 0n);
  if (lots.length === 0) return null;
  const zone = product?.zone ?? 'Asia/Tokyo';
  return html` <h2>${textOf(locale, 'answer.lots')}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${textOf(locale, 'answer.lotExpiry')}</th>
          <th scope="col" class="figure">${textOf(locale, 'answer.lotAmount')}</th>
        </tr>
      </thead>
      <tbody>
        ${lots.map(
          (lot) =>
            html` <tr>
              <td>
                ${lot.expiresAt === null ? textOf(locale, 'answer.never') : textOf(locale, 'answer.until', { day: lastDayText(locale, lot.expiresAt, zone) })}
              </td>
              <td class="figure">${moneyText(locale, lot.spendableMinor, balance.unit)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function otherAnswer(locale: Locale): string {
  return `${homeAddress(locale === 'ja' ? 'en' : 'ja')}/balance`;
}

function waitText(locale: Locale, retryAfterMs: number): string {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  if (seconds < 100) return textOf(locale, 'stopped.seconds', { count: seconds });
  return textOf(locale, 'stopped.minutes', { count: Math.ceil(seconds / 60) });
}

function timeText(locale: Locale, instant: Instant, zone = 'Asia/Tokyo'): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(instant);
}
