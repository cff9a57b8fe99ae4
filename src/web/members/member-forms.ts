import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import { PASSWORD_MIN, type NotDone } from '../../members/index.ts';
import { homeAddress } from '../layout.ts';
import { OUTBOX_ADDRESS } from '../outbox-pages.ts';

/** What every form of a member's needs. */
export interface FormShown {
  readonly locale: Locale;
  readonly token: string;
  readonly problem: NotDone | 'form' | null; // form: it was not ours, or the browser keeps no cookies
  /** Where passkeys are made and shown, when they are not at the address that was asked. */
  readonly passkeysAt?: string | null;
  /** Whether mail is not sent but shown on a page: in the demo. */
  readonly hasOutbox?: boolean;
}

export function memberAddress(locale: Locale, place: string): string {
  return `${homeAddress(locale)}${place}`;
}

export function problemOf({ locale, problem }: FormShown): Html | false {
  if (problem === null) return false;
  const words =
    problem === 'form'
      ? html`<p>${textOf(locale, 'form.lead')}</p>
          <p>${textOf(locale, 'form.cookies')}</p>`
      : html`<p>
          ${textOf(locale, `member.refused.${problem.refusal}`, {
            min: PASSWORD_MIN,
            wait: waitText(locale, problem.retryAfterMs),
          })}
        </p>`;
  return html`<div class="notice" role="alert">${words}</div>`;
}

export function statusOf({ problem }: FormShown): number {
  if (problem === null) return 200;
  if (problem === 'form') return 403;
  if (problem.refusal === 'too_many_attempts') return 429;
  if (problem.refusal === 'not_found') return 404; // also what is another member's
  return problem.refusal === 'busy' ? 503 : 422;
}

export function waitText(locale: Locale, waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return seconds < 60
    ? textOf(locale, 'member.wait.seconds', { count: seconds })
    : textOf(locale, 'member.wait.minutes', { count: Math.ceil(seconds / 60) });
}

export interface Field {
  readonly name: string;
  readonly label: TextKey;
  readonly kind: 'text' | 'email' | 'password' | 'tel';
  readonly autocomplete: string;
  readonly hint?: string | Html;
  readonly value?: string; // never of a password or a code
  readonly isDigits?: boolean;
  readonly lengthMax: number;
}

export function memberForm(
  { locale, token }: FormShown,
  {
    action,
    fields,
    submit,
    hidden = {},
  }: {
    readonly action: string;
    readonly fields: readonly Field[];
    readonly submit: TextKey;
    readonly hidden?: Readonly<Record<string, string>>;
  },
): Html {
  return html`<form class="ask" method="post" action="${memberAddress(locale, action)}">
    <input type="hidden" name="token" value="${token}" />
    ${Object.entries(hidden).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${fields.map((field) => fieldOf(locale, action, field))}
    <button class="button" type="submit">${textOf(locale, submit)}</button>
  </form>`;
}

export function fieldOf(locale: Locale, action: string, field: Field): Html {
  const id = `${action.slice(1).replaceAll('/', '-')}-${field.name}`;
  const { hint, value, isDigits } = field;
  return html`<p>
    <label for="${id}">${textOf(locale, field.label)}</label>
    ${hint !== undefined && html`<span class="hint" id="${id}-hint">${hint}</span>`}
    <input
      id="${id}"
      name="${field.name}"
      type="${field.kind}"
      maxlength="${field.lengthMax}"
      autocomplete="${field.autocomplete}"
      ${value !== undefined && html`value="${value}"`}
      ${hint !== undefined && html`aria-describedby="${id}-hint"`}
      ${isDigits === true && html`inputmode="numeric"`}
      required
    />
  </p>`;
}

/** A form of one button. */
export function buttonForm(
  { locale, token }: Pick<FormShown, 'locale' | 'token'>,
  act: {
    readonly action: string;
    readonly submit: TextKey;
    readonly label?: string;
    readonly hidden?: Readonly<Record<string, string>>;
  },
): Html {
  return html`<form method="post" action="${memberAddress(locale, act.action)}">
    <input type="hidden" name="token" value="${token}" />
    ${Object.entries(act.hidden ?? {}).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    <button
      class="button quiet"
      type="submit"
      ${act.label !== undefined && html`aria-label="${act.label}"`}
    >
      ${textOf(locale, act.submit)}
    </button>
  </form>`;
}

export const EMAIL: Field = {
  name: 'email',
  label: 'member.email',
  kind: 'email',
  autocomplete: 'username',
  lengthMax: 254,
};
export const CODE: Field = {
  name: 'code',
  label: 'member.code',
  kind: 'text',
  autocomplete: 'one-time-code',
  isDigits: true,
  lengthMax: 20,
};

/** A code that came by mail, and where that mail is when none is sent. */
export function mailedCode({ locale, hasOutbox = false }: FormShown): Field {
  const where =
    hasOutbox &&
    html`<a href="${memberAddress(locale, OUTBOX_ADDRESS)}"
      >${textOf(locale, 'member.codeInOutbox')}</a
    >`;
  return { ...CODE, hint: html`${textOf(locale, 'member.codeHint')} ${where}` };
}

export function passwordField(
  name: string,
  label: TextKey,
  autocomplete: 'current-password' | 'new-password',
): Field {
  return { name, label, kind: 'password', autocomplete, lengthMax: 200 };
}

export function newPasswordField(locale: Locale, name: string, label: TextKey): Field {
  const hint = textOf(locale, 'member.passwordHint', { min: PASSWORD_MIN });
  return { ...passwordField(name, label, 'new-password'), hint };
}
