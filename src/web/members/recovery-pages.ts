import { html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import { timeText, type RecoveryShown, type WaitingChange } from '../../members/index.ts';
import type { Page } from '../layout.ts';
import { changesPart } from './change-parts.ts';
import {
  buttonForm,
  EMAIL,
  mailedCode,
  memberForm,
  newPasswordField,
  problemOf,
  type FormShown,
} from './member-forms.ts';
import { elsewhere, pageOf } from './sign-in-pages.ts';

export function recoverPage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/recover',
    'member.recover',
    html` <p class="lead">${textOf(locale, 'member.recover.lead')}</p>
      <p>${textOf(locale, 'member.recover.waits')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/recover',
        fields: [{ ...EMAIL, value: email }],
        submit: 'member.signUp.submit',
      })}
      <h2>${textOf(locale, 'member.recover.bothLost')}</h2>
      <p>${textOf(locale, 'member.recover.bothLostLead')}</p>
      ${elsewhere(locale, { question: 'member.mailFirst.else', place: '/sign-in', name: 'member.signIn' })}`,
  );
}

export function recoverCodePage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/recover/code',
    'member.recover',
    html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
      <p>${textOf(locale, 'member.signUp.noMail')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/recover/code',
        fields: [mailedCode(shown)],
        submit: 'member.recover.begin',
      })}`,
  );
}

/** How far a recovery has come at this browser. */
export function recoveryPage(shown: FormShown & { readonly recovery: RecoveryShown }): Page {
  const { locale, recovery } = shown;
  const { state, readyAt, endsAt } = recovery;
  const isOpen = state === 'waiting' || state === 'ready';
  return pageOf(
    shown,
    '/recover/wait',
    'member.recover',
    html` <p class="lead">
        ${textOf(locale, `member.recover.${state}`, {
          ready: timeText(locale, readyAt),
          ends: timeText(locale, endsAt),
        })}
      </p>
      ${problemOf(shown)} ${isOpen && html`<p>${textOf(locale, 'member.recover.sameBrowser')}</p>`}
      ${
        state === 'ready' &&
        buttonForm(shown, { action: '/recover/finish/send', submit: 'member.signUp.submit' })
      }
      ${!isOpen && elsewhere(locale, { question: 'member.recover.again', place: '/recover', name: 'member.recover' })}`,
  );
}

export function recoverEndPage(shown: FormShown & { readonly email: string }): Page {
  const { locale, email } = shown;
  return pageOf(
    shown,
    '/recover/finish',
    'member.recover',
    html` <p class="lead">${textOf(locale, 'member.signUp.codeLead', { email })}</p>
      <p>${textOf(locale, 'member.recover.endLead')}</p>
      ${problemOf(shown)}
      ${memberForm(shown, {
        action: '/recover/finish',
        fields: [mailedCode(shown), newPasswordField(locale, 'password', 'member.newPassword')],
        submit: 'member.recover.end',
      })}`,
  );
}

/** Whoever did not ask for a change stops it here, without a sign-in: by a notice, or at a device that is known. */
export function stopChangePage(
  shown: FormShown & { readonly waiting: readonly WaitingChange[]; readonly isDone: boolean },
): Page {
  const { locale, waiting, isDone } = shown;
  return pageOf(
    shown,
    '/stop-change',
    'member.stopChange',
    html` <p class="lead">${textOf(locale, 'member.stopChange.lead')}</p>
      ${isDone && html`<div class="notice" role="status"><p>${textOf(locale, 'member.stopChange.done')}</p></div>`}
      ${problemOf(shown)} ${changesPart(shown, { waiting, action: '/stop-change/here' })}
      ${memberForm(shown, {
        action: '/stop-change',
        fields: [
          {
            name: 'number',
            label: 'member.inboxNumber',
            kind: 'text',
            autocomplete: 'off',
            hint: textOf(locale, 'member.stopChange.hint'),
            lengthMax: 40,
          },
        ],
        submit: 'member.changes.stop',
      })}
      ${elsewhere(locale, { question: 'member.stopChange.next', place: '/account', name: 'member.account' })}`,
  );
}
