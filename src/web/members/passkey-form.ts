import { html, type Html } from '../../kernel/html.ts';
import { textOf, type TextKey } from '../../kernel/locale.ts';
import type { PasskeyOptions } from '../../members/index.ts';
import { fieldOf, memberAddress, type Field, type FormShown } from './member-forms.ts';

/** What a passkey answers is longer than what people type. */
export const PASSKEY_BYTES_MAX = 16 * 1024;

/**
 * A form that a script fills with what a passkey answers, and that is sent as any other. Without the script, or
 * where the browser has no passkeys, it is not seen.
 */
export function passkeyForm(
  { locale, token }: Pick<FormShown, 'locale' | 'token'>,
  form: {
    readonly use: 'make' | 'show';
    readonly action: string;
    readonly options: PasskeyOptions;
    readonly submit: TextKey;
    readonly fields?: readonly Field[];
    readonly hidden?: Readonly<Record<string, string>>;
  },
): Html {
  return html`<form
    class="ask"
    method="post"
    action="${memberAddress(locale, form.action)}"
    data-passkey="${form.use}"
    data-options="${JSON.stringify(form.options)}"
    hidden
  >
    <input type="hidden" name="token" value="${token}" />
    <input type="hidden" name="credential" value="" />
    ${Object.entries(form.hidden ?? {}).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${(form.fields ?? []).map((field) => fieldOf(locale, form.action, field))}
    <p class="field-error" role="alert" data-problem hidden>
      ${textOf(locale, 'member.passkey.notDone')}
    </p>
    <button class="button" type="submit">${textOf(locale, form.submit)}</button>
  </form>`;
}

/** Says that there are none at this address, and where there are. */
export function passkeysElsewhere(
  { locale, passkeysAt = null }: Pick<FormShown, 'locale' | 'passkeysAt'>,
  place: string,
): Html {
  if (passkeysAt === null) return html`<p>${textOf(locale, 'member.passkeysElsewhere')}</p>`;
  const address = `${passkeysAt}${memberAddress(locale, place)}`;
  return html`<p class="notice">
    ${textOf(locale, 'member.passkeysAt')} <a href="${address}">${address}</a>
  </p>`;
}

/** The other way in, folded where a passkey can be used: unless it was just tried, and something is to be said of it. */
export function insteadOf(
  { locale }: Pick<FormShown, 'locale'>,
  shown: { readonly name: TextKey; readonly isTried: boolean; readonly content: Html },
): Html {
  return html`<details class="instead" data-instead open>
    <summary>${textOf(locale, shown.name)}</summary>
    <div class="inside" ${shown.isTried && html`data-keep-open`}>${shown.content}</div>
  </details>`;
}
