import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import {
  CODE,
  EMAIL,
  memberAddress,
  memberForm,
  newPasswordField,
  passwordField,
  problemOf,
  statusOf,
  type FormShown,
} from './member-forms.ts';

export function signInPage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/sign-in',
    'member.signIn',
    html` <p class="lead">${textOf(locale, 'member.signIn.lead')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-in',
        fields: [
          { ...EMAIL, value: email },
          passwordField('password', 'member.password', 'current-password'),
        ],
        submit: 'member.signIn',
      })}
      <p class="hint">${textOf(locale, 'member.signIn.safe')}</p>
      ${elsewhere(locale, { question: 'member.signIn.new', place: '/sign-up', name: 'member.signUp' })}`,
  );
}

export function codePage(shown: FormShown & { readonly kind: 'mail' | 'authenticator' }): Page {
  const { locale, kind } = shown;
  const isMail = kind === 'mail';
  const hint = textOf(locale, isMail ? 'member.codeHint' : 'member.totpHint');
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
        fields: [{ ...CODE, hint }],
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
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-up',
        fields: [{ ...EMAIL, value: email }],
        submit: 'member.signUp.submit',
      })}
      ${elsewhere(locale, { question: 'member.signUp.have', place: '/sign-in', name: 'member.signIn' })}`,
  );
}

export function signUpCodePage(
  shown: FormShown & { readonly email: string; readonly name: string },
): Page {
  const { locale, email, name } = shown;
  return pageOf(
    shown,
    '/sign-up/code',
    'member.signUp.codeTitle',
    html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
      <p>${textOf(locale, 'member.signUp.noMail')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/sign-up/code',
        fields: [
          { ...CODE, hint: textOf(locale, 'member.codeHint') },
          {
            name: 'name',
            label: 'member.name',
            kind: 'text',
            autocomplete: 'name',
            hint: textOf(locale, 'member.nameHint'),
            value: name,
            lengthMax: 100,
          },
          newPasswordField(locale, 'password', 'member.password'),
        ],
        submit: 'member.signUp.finish',
      })}`,
  );
}

function pageOf(shown: FormShown, place: string, heading: TextKey, content: Html): Page {
  const { locale } = shown;
  const title = textOf(locale, heading);
  const body = html`<h1>${title}</h1>
    ${content}`;
  const otherAddress = memberAddress(locale === 'ja' ? 'en' : 'ja', place);
  return { locale, title, body, status: statusOf(shown), place: '/account', otherAddress };
}

function elsewhere(
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
