import type { CheckRefusal } from '../../checks/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { homeAddress, type Page } from '../layout.ts';

/** What was filled in, to be shown again where something is wrong; a file must be chosen anew. */
export interface CheckForm {
  readonly number: string;
  readonly text: string;
  readonly sender: string;
  readonly link: string;
}

export const EMPTY_CHECK: CheckForm = { number: '', text: '', sender: '', link: '' };

export interface CheckFormShown {
  readonly locale: Locale;
  readonly token: string;
  readonly form: CheckForm;
  readonly problem: CheckRefusal | null;
  /** The form before was not ours, or too old, or the browser keeps no cookies. */
  readonly isRefused: boolean;
}

const FIELD_OF: Readonly<Record<CheckRefusal, string>> = {
  nothing_to_check: 'text',
  mail_too_long: 'mail',
  mail_not_readable: 'mail',
  link_not_readable: 'link',
  busy: 'text',
  too_many: 'text',
};

const STATUS_OF: Readonly<Record<CheckRefusal, number>> = {
  nothing_to_check: 422,
  mail_too_long: 422,
  mail_not_readable: 422,
  link_not_readable: 422,
  busy: 503,
  too_many: 429,
};

export function checkFormPage(shown: CheckFormShown): Page {
  const { locale, form, problem, isRefused } = shown;
  const title = textOf(locale, isRefused ? 'form.title' : 'check.title');
  const isOpen =
    form.sender + form.link !== '' || (problem !== null && problem !== 'nothing_to_check');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'check.lead')}</p>
    ${isRefused && refusal(locale)} ${problem !== null && problemPart(locale, problem)}
    <form
      class="ask"
      method="post"
      action="${checkAddress(locale)}"
      enctype="multipart/form-data"
      autocomplete="off"
    >
      <input type="hidden" name="token" value="${shown.token}" />
      <div class="field">
        <label for="text">${textOf(locale, 'check.text')}</label>
        <p class="hint" id="text-hint">${textOf(locale, 'check.text.hint')}</p>
        <textarea id="text" name="text" rows="7" maxlength="20000" aria-describedby="text-hint">
${form.text}</textarea>
      </div>
      ${field(locale, 'number', { value: form.number, lengthMax: 64 })}
      <details class="more" ${isOpen && html`open`}>
        <summary>${textOf(locale, 'check.more')}</summary>
        <div class="inside">
          ${field(locale, 'sender', { value: form.sender, lengthMax: 300 })}
          ${field(locale, 'link', { value: form.link, lengthMax: 2_048 })}
          <div class="field">
            <label for="mail">${textOf(locale, 'check.mail')}</label>
            <p class="hint" id="mail-hint">${textOf(locale, 'check.mail.hint')}</p>
            <input
              type="file"
              id="mail"
              name="mail"
              accept=".eml,message/rfc822"
              aria-describedby="mail-hint"
            />
          </div>
        </div>
      </details>
      <p class="hint">${textOf(locale, 'check.safe')}</p>
      <button class="button" type="submit">${textOf(locale, 'check.submit')}</button>
    </form>`;
  const status = isRefused ? 403 : problem === null ? 200 : STATUS_OF[problem];
  const other = locale === 'ja' ? 'en' : 'ja';
  return { locale, title, body, status, place: '/check', otherAddress: checkAddress(other) };
}

export function checkAddress(locale: Locale): string {
  return `${homeAddress(locale)}/check`;
}

function field(
  locale: Locale,
  name: 'number' | 'sender' | 'link',
  { value, lengthMax }: { readonly value: string; readonly lengthMax: number },
): Html {
  const key = name === 'link' ? 'check.address' : (`check.${name}` as const);
  return html`<div class="field">
    <label for="${name}">${textOf(locale, key)}</label>
    <p class="hint" id="${name}-hint">${textOf(locale, `${key}.hint`)}</p>
    <input
      type="text"
      id="${name}"
      name="${name}"
      value="${value}"
      maxlength="${lengthMax}"
      spellcheck="false"
      autocapitalize="none"
      aria-describedby="${name}-hint"
    />
  </div>`;
}

function refusal(locale: Locale): Html {
  return html`<div class="notice" role="alert">
    <p>${textOf(locale, 'form.lead')}</p>
    <p>${textOf(locale, 'form.cookies')}</p>
  </div>`;
}

function problemPart(locale: Locale, problem: CheckRefusal): Html {
  return html`<div class="notice" role="alert">
    <p><strong>${textOf(locale, 'check.problem.title')}</strong></p>
    <p><a href="#${FIELD_OF[problem]}">${textOf(locale, `check.problem.${problem}`)}</a></p>
  </div>`;
}
