import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import {
  timeText,
  type DayLimit,
  type Member,
  type PasskeyOptions,
  type ShownPhone,
  type ShownPasskeyRow,
  type WaitingChange,
} from '../../members/index.ts';
import type { Page } from '../layout.ts';
import { accountPageOf, accountPlaces } from './account-pages.ts';
import { changesPart } from './change-parts.ts';
import {
  buttonForm,
  CODE,
  EMAIL,
  memberAddress,
  mailedCode,
  memberForm,
  newPasswordField,
  passwordField,
  problemOf,
  type Field,
  type FormShown,
} from './member-forms.ts';
import { passkeyForm, passkeysElsewhere } from './passkey-form.ts';

export const SECURITY_DONE = [
  'passwordChanged',
  'totpSetDone',
  'totpRemoved',
  'passkeyAdded',
  'passkeyRemoved',
  'changeStopped',
  'addressWaits',
  'limitLowered',
  'limitWaits',
  'phoneSet',
  'phoneWaits',
] as const;
export type SecurityDone = (typeof SECURITY_DONE)[number];

export interface SecurityShown extends FormShown {
  readonly member: Member;
  readonly done: SecurityDone | null;
  readonly begun: { readonly key: string; readonly uri: string } | null;
  readonly passkeys: readonly ShownPasskeyRow[];
  readonly make: PasskeyOptions | null; // null: no passkeys at this address
  readonly isPasswordAsked: boolean; // nobody is asked for it who has just shown a passkey
  readonly phone: ShownPhone | undefined;
  readonly limit: DayLimit;
  readonly waiting: readonly WaitingChange[];
}

export function securityPage(shown: SecurityShown): Page {
  const { locale, member, done, limit, waiting } = shown;
  return {
    ...accountPageOf(
      shown,
      '/account/security',
      'member.security',
      html` ${
          done !== null &&
          html`<div class="notice" role="status">
            <p>${textOf(locale, `member.${done}`)}</p>
            ${done === 'passwordChanged' && html`<p><a href="${memberAddress(locale, '/not-me?from=password')}">${textOf(locale, 'case.afterPassword')}</a></p>`}
          </div>`
        }
        ${problemOf(shown)} ${changesPart(shown, { waiting, action: '/account/changes/stop' })}
        ${passkeysPart(shown)}
        <h2>
          ${textOf(locale, member.hasPassword ? 'member.changePassword' : 'member.setPassword')}
        </h2>
        <p>${textOf(locale, 'member.changePasswordLead')}</p>
        ${memberForm(shown, {
          action: '/account/password',
          fields: [
            ...presentPassword(shown, 'current'),
            newPasswordField(locale, 'next', 'member.newPassword'),
          ],
          submit: member.hasPassword ? 'member.changePassword' : 'member.setPassword',
        })}
        <h2 id="${AUTHENTICATOR}">${textOf(locale, 'member.totp')}</h2>
        <p>${textOf(locale, member.hasAuthenticator ? 'member.totpIsSet' : 'member.totpLead')}</p>
        ${authenticatorForm(shown)}
        <h2>${textOf(locale, 'member.address')}</h2>
        <p>${textOf(locale, 'member.addressLead', { email: member.email })}</p>
        ${memberForm(shown, {
          action: '/account/address',
          fields: [{ ...EMAIL, label: 'member.newAddress', autocomplete: 'email' }],
          submit: 'member.signUp.submit',
        })}
        ${phonePart(shown)}
        <h2>${textOf(locale, 'member.limit')}</h2>
        <p>
          ${textOf(locale, 'member.limitLead', {
            limit: yen(locale, limit.limitMinor),
            left: yen(locale, limit.leftMinor),
          })}
        </p>
        ${memberForm(shown, {
          action: '/account/limit',
          fields: [LIMIT],
          submit: 'member.limitChange',
        })}
        ${accountPlaces(locale, '/account/security')}`,
    ),
    hasPasskeys: shown.make !== null,
  };
}

/** Where the key stands that an authenticator is set with. */
export const AUTHENTICATOR = 'authenticator';

const LIMIT: Field = {
  name: 'limit',
  label: 'member.limitNew',
  kind: 'text',
  autocomplete: 'off',
  isDigits: true,
  lengthMax: 10,
};
const PASSKEY_NAME: Field = {
  name: 'name',
  label: 'member.passkey.name',
  kind: 'text',
  autocomplete: 'off',
  lengthMax: 60,
};

function passkeysPart(shown: SecurityShown): Html {
  const { locale, passkeys, make } = shown;
  return html`<h2>${textOf(locale, 'member.passkeys')}</h2>
    <p>${textOf(locale, 'member.passkeysLead')}</p>
    ${
      passkeys.length > 0 &&
      html`<ul class="plain-list">
        ${passkeys.map((passkey) => passkeyRow(shown, passkey))}
      </ul>`
    }
    ${
      make === null
        ? passkeysElsewhere(shown, '/account/security')
        : passkeyForm(shown, {
            use: 'make',
            action: '/account/passkeys',
            options: make,
            fields: [{ ...PASSKEY_NAME, hint: textOf(locale, 'member.passkey.nameHint') }],
            submit: 'member.passkey.add',
          })
    }`;
}

function passkeyRow(shown: FormShown, passkey: ShownPasskeyRow): Html {
  const { locale } = shown;
  const { name, credentialId, isSynced, madeAt, lastUsedAt } = passkey;
  const used =
    lastUsedAt === null
      ? textOf(locale, 'member.passkey.neverUsed')
      : textOf(locale, 'member.passkey.lastUsed', { at: timeText(locale, lastUsedAt) });
  return html`<li>
    <strong>${name}</strong>
    <p class="hint">
      ${textOf(locale, isSynced ? 'member.passkey.synced' : 'member.passkey.oneDevice')}
      ${textOf(locale, 'member.passkey.made', { at: timeText(locale, madeAt) })} ${used}
    </p>
    ${buttonForm(shown, {
      action: '/account/passkeys/remove',
      submit: 'member.passkey.remove',
      label: textOf(locale, 'member.passkey.removeLabel', { name }),
      hidden: { passkey: credentialId },
    })}
  </li>`;
}

function authenticatorForm(shown: SecurityShown): Html {
  const { locale, begun, member } = shown;
  const code = { ...CODE, hint: textOf(locale, 'member.totpHint') };
  const password = presentPassword(shown, 'password');
  if (member.hasAuthenticator) {
    const action = '/account/authenticator/remove';
    return memberForm(shown, { action, fields: [...password, code], submit: 'member.totpRemove' });
  }
  if (begun === null) {
    const action = '/account/authenticator';
    return memberForm(shown, { action, fields: password, submit: 'member.totpBegin' });
  }
  return html`<p>${textOf(locale, 'member.totpKey')}</p>
    <p><strong>${begun.key.replaceAll(/(.{4})(?=.)/g, '$1 ')}</strong></p>
    <p><a href="${begun.uri}">${textOf(locale, 'member.totpOpen')}</a></p>
    ${memberForm(shown, {
      action: '/account/authenticator/confirm',
      fields: [code],
      submit: 'member.totpConfirm',
    })}`;
}

function presentPassword({ isPasswordAsked }: SecurityShown, name: string): readonly Field[] {
  if (!isPasswordAsked) return [];
  return [passwordField(name, 'member.currentPassword', 'current-password')];
}

function phonePart(shown: SecurityShown): Html {
  const { locale, phone } = shown;
  return html`<h2 id="phone">${textOf(locale, 'member.phone')}</h2>
    <p>
      ${
        phone === undefined
          ? textOf(locale, 'member.phone.none')
          : textOf(locale, 'member.phone.is', { phone: phone.typed })
      }
      ${textOf(locale, 'member.phone.lead')}
    </p>
    ${memberForm(shown, {
      action: '/account/phone',
      fields: [{ ...PHONE, hint: textOf(locale, 'member.phone.hint') }],
      submit: 'member.phone.submit',
    })}
    ${phone !== undefined && buttonForm(shown, { action: '/account/phone/remove', submit: 'member.phone.remove' })}`;
}

const PHONE: Field = {
  name: 'phone',
  label: 'member.phone.new',
  kind: 'tel',
  autocomplete: 'tel',
  lengthMax: 40,
};

export function phoneCodePage(shown: FormShown & { readonly phone: string }): Page {
  const { locale, phone } = shown;
  return accountPageOf(
    shown,
    '/account/phone/code',
    'member.phone',
    html` <p class="lead">${textOf(locale, 'member.phone.codeLead', { phone })}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/account/phone/code',
        fields: [mailedCode(shown)],
        submit: 'member.phone.confirm',
      })}`,
  );
}

export function addressCodePage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return accountPageOf(
    shown,
    '/account/address/code',
    'member.address',
    html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
      <p>${textOf(locale, 'member.addressWait')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/account/address/code',
        fields: [mailedCode(shown)],
        submit: 'member.addressConfirm',
      })}`,
  );
}

function yen(locale: Locale, minor: bigint): string {
  return minor.toLocaleString(locale === 'ja' ? 'ja-JP' : 'en-GB');
}
