import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { PasskeyOptions } from '../../members/index.ts';
import type { Page } from '../layout.ts';
import {
  CODE,
  EMAIL,
  memberAddress,
  mailedCode,
  memberForm,
  newPasswordField,
  passwordField,
  problemOf,
  statusOf,
  type Field,
  type FormShown,
} from './member-forms.ts';
import { insteadOf, passkeyForm, passkeysElsewhere } from './passkey-form.ts';

export function signInPage(
  shown: FormShown & { readonly email: string; readonly ask: PasskeyOptions | null },
): Page {
  const { locale, email, ask, problem } = shown;
  const password = html`<p>${textOf(locale, 'member.signIn.lead')}</p>
    ${memberForm(shown, {
      action: '/sign-in',
      fields: [
        { ...EMAIL, value: email },
        passwordField('password', 'member.password', 'current-password'),
      ],
      submit: 'member.signIn',
    })}`;
  const isTried = problem !== null && problem !== 'form' && problem.refusal !== 'passkey_refused';
  return {
    ...pageOf(
      shown,
      '/sign-in',
      'member.signIn',
      html`${problemOf(shown)}
        ${
          ask !== null &&
          passkeyForm(shown, {
            use: 'show',
            action: '/sign-in/passkey',
            options: ask,
            submit: 'member.passkey.signIn',
          })
        }
        ${shown.passkeysAt && passkeysElsewhere(shown, '/sign-in')}
        ${ask === null ? password : insteadOf(shown, { name: 'member.passkey.passwordInstead', isTried, content: password })}
        <p class="hint">${textOf(locale, 'member.signIn.safe')}</p>
        ${elsewhere(locale, { question: 'member.signIn.new', place: '/sign-up', name: 'member.signUp' })}
        ${elsewhere(locale, { question: 'member.signIn.shut', place: '/sign-in/mail', name: 'member.mailFirst' })}
        ${elsewhere(locale, { question: 'member.signIn.lost', place: '/recover', name: 'member.recover' })}
        ${elsewhere(locale, { question: 'member.signIn.stop', place: '/stop-change', name: 'member.stopChange' })}`,
    ),
    hasPasskeys: ask !== null,
  };
}

export function mailFirstPage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/sign-in/mail',
    'member.mailFirst',
    html` <p class="lead">${textOf(locale, 'member.mailFirst.lead')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-in/mail',
        fields: [{ ...EMAIL, value: email }],
        submit: 'member.signUp.submit',
      })}
      ${elsewhere(locale, { question: 'member.mailFirst.else', place: '/sign-in', name: 'member.signIn' })}`,
  );
}

export function mailFirstCodePage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/sign-in/mail/code',
    'member.mailFirst',
    html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-in/mail/code',
        fields: [
          mailedCode(shown),
          passwordField('password', 'member.password', 'current-password'),
        ],
        submit: 'member.signIn',
      })}`,
  );
}

export function codePage(shown: FormShown & { readonly kind: 'mail' | 'authenticator' }): Page {
  const { locale, kind } = shown;
  const isMail = kind === 'mail';
  const code = isMail ? mailedCode(shown) : { ...CODE, hint: textOf(locale, 'member.totpHint') };
  return pageOf(
    shown,
    '/sign-in/code',
    'member.codeTitle',
    html` <p class="lead">
        ${textOf(locale, isMail ? 'member.code.mailLead' : 'member.code.totpLead')}
      </p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-in/code',
        fields: [code],
        submit: 'member.code.submit',
      })}`,
  );
}

export function signUpPage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/sign-up',
    'member.signUp',
    html` <p class="lead">${textOf(locale, 'member.signUp.lead')}</p>
      ${shown.passkeysAt && passkeysElsewhere(shown, '/sign-up')} ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-up',
        fields: [{ ...EMAIL, value: email }],
        submit: 'member.signUp.submit',
      })}
      ${elsewhere(locale, { question: 'member.signUp.have', place: '/sign-in', name: 'member.signIn' })}`,
  );
}

export function signUpCodePage(
  shown: FormShown & {
    readonly email: string;
    readonly name: string;
    readonly ask: PasskeyOptions | null;
  },
): Page {
  const { locale, email, name, ask, problem } = shown;
  const known: readonly Field[] = [
    mailedCode(shown),
    {
      name: 'name',
      label: 'member.name',
      kind: 'text',
      autocomplete: 'name',
      hint: textOf(locale, 'member.nameHint'),
      value: name,
      lengthMax: 100,
    },
  ];
  const password = memberForm(shown, {
    action: '/sign-up/code',
    fields: [...known, newPasswordField(locale, 'password', 'member.password')],
    submit: 'member.signUp.finish',
  });
  const isTried = problem !== null && problem !== 'form' && problem.refusal.startsWith('password');
  return {
    ...pageOf(
      shown,
      '/sign-up/code',
      'member.signUp.codeTitle',
      html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
        <p>${textOf(locale, 'member.signUp.noMail')}</p>
        ${problemOf(shown)}
        ${
          ask !== null &&
          passkeyForm(shown, {
            use: 'make',
            action: '/sign-up/passkey',
            options: ask,
            fields: known,
            submit: 'member.passkey.signUp',
          })
        }
        ${ask === null ? password : insteadOf(shown, { name: 'member.passkey.signUpPassword', isTried, content: password })}`,
    ),
    hasPasskeys: ask !== null,
  };
}

export function pageOf(shown: FormShown, place: string, heading: TextKey, content: Html): Page {
  const { locale } = shown;
  const title = textOf(locale, heading);
  const body = html`<h1>${title}</h1>
    ${content}`;
  const otherAddress = memberAddress(locale === 'ja' ? 'en' : 'ja', place);
  return { locale, title, body, status: statusOf(shown), place: '/account', otherAddress };
}

export function elsewhere(
  locale: Locale,
  {
    question,
    place,
    name,
  }: { readonly question: TextKey; readonly place: string; readonly name: TextKey },
): Html {
  return html`<p>
    ${textOf(locale, question)}
    <a href="${memberAddress(locale, place)}">${textOf(locale, name)}</a>
  </p>`;
}
