import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Factor, PasskeyOptions, StepUp } from '../../members/index.ts';
import type { Page } from '../layout.ts';
import { accountPageOf } from './account-pages.ts';
import {
  buttonForm,
  CODE,
  memberAddress,
  mailedCode,
  memberForm,
  problemOf,
  type FormShown,
} from './member-forms.ts';
import { passkeyForm, passkeysElsewhere } from './passkey-form.ts';

export interface StepUpShown extends FormShown {
  readonly judged: StepUp;
  readonly email: string;
  readonly ask: PasskeyOptions | null;
  readonly isMailSent: boolean;
  readonly hidden: Readonly<Record<string, string>>; // what it is for, and where it goes on
}

/** Asks for one of the factors that are enough: the strongest first. */
export function stepUpPage(shown: StepUpShown): Page {
  const { locale, judged, ask } = shown;
  const content =
    judged.state === 'too_weak'
      ? html`<p class="lead">
            ${textOf(locale, judged.needs === 'passkey' ? 'member.stepUp.needsPasskey' : 'member.stepUp.needsAuthenticator')}
          </p>
          <p>
            <a class="button" href="${memberAddress(locale, '/account/security')}"
              >${textOf(locale, 'member.security')}</a
            >
          </p>`
      : html`<p class="lead">${textOf(locale, 'member.stepUp.lead')}</p>
          ${problemOf(shown)}
          ${(judged.state === 'ask' ? judged.factors : []).map((factor) => factorPart(shown, factor))}`;
  return {
    ...accountPageOf(shown, '/step-up', 'member.stepUp', content),
    hasPasskeys: ask !== null,
    isWide: false,
  };
}

function factorPart(shown: StepUpShown, factor: Factor): Html | false {
  const { locale, ask, email, hidden, isMailSent } = shown;
  if (factor === 'passkey') {
    if (ask === null) return passkeysElsewhere(shown, '/account');
    return passkeyForm(shown, {
      use: 'show',
      action: '/step-up/passkey',
      options: ask,
      submit: 'member.stepUp.passkey',
      hidden,
    });
  }
  if (factor === 'authenticator') {
    return html`<h2>${textOf(locale, 'member.totp')}</h2>
      ${memberForm(shown, {
        action: '/step-up/authenticator',
        fields: [{ ...CODE, hint: textOf(locale, 'member.totpHint') }],
        submit: 'member.stepUp.submit',
        hidden,
      })}`;
  }
  return html`<h2>${textOf(locale, 'member.stepUp.mail')}</h2>
    ${
      isMailSent
        ? html`<p>${textOf(locale, 'member.signUp.codeLead', { email })}</p>
            ${memberForm(shown, {
              action: '/step-up/mail',
              fields: [mailedCode(shown)],
              submit: 'member.stepUp.submit',
              hidden,
            })}`
        : html`<p>${textOf(locale, 'member.stepUp.mailLead', { email })}</p>
            ${buttonForm(shown, { action: '/step-up/send', submit: 'member.signUp.submit', hidden })}`
    }`;
}
