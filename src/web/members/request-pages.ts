import { html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Member } from '../../members/index.ts';
import { CUSTOMER_ANSWERS } from '../../notices/index.ts';
import type { Page } from '../layout.ts';
import { accountPageOf } from './account-pages.ts';
import { buttonForm, memberAddress, problemOf, type FormShown } from './member-forms.ts';
import { answeredText, whichRequest, type ShownRequest } from './request-part.ts';

/** What is known, and the two answers. One that was given can be changed. */
export function requestPage(
  shown: FormShown & { readonly member: Member; readonly phone: string | null } & ShownRequest,
): Page {
  const { locale, member, phone, known, notice } = shown;
  const answer = known?.answer ?? null;
  const open = CUSTOMER_ANSWERS.filter((each) => each !== answer);
  return accountPageOf(
    shown,
    '/account/request',
    'request.title',
    html`${problemOf(shown)} ${whichRequest(locale, shown)}
      ${
        known !== null &&
        answer !== null &&
        html`<div class="notice good" role="status">
          <p>${answeredText(locale, known)}</p>
          <p>${textOf(locale, `request.next.${answer}`)}</p>
        </div>`
      }
      ${answer === null && html`<p class="lead">${textOf(locale, 'request.ask')}</p>`}
      <dl class="result">
        <dt>${textOf(locale, 'member.name')}</dt>
        <dd>${member.name}</dd>
        <dt>${textOf(locale, 'member.email')}</dt>
        <dd>${member.email}</dd>
        <dt>${textOf(locale, 'request.phone')}</dt>
        <dd>${phone ?? textOf(locale, 'request.noPhone')}</dd>
      </dl>
      ${open.map((each) =>
        buttonForm(shown, {
          action: '/account/request',
          submit: `request.say.${each}`,
          hidden: { answer: each, number: notice.number },
        }),
      )}
      <p class="hint">${textOf(locale, 'request.late')}</p>
      <p>
        <a href="${memberAddress(locale, '/account/security')}"
          >${textOf(locale, 'member.security')}</a
        >
      </p>
      <p><a href="${memberAddress(locale, '/help')}">${textOf(locale, 'request.help')}</a></p>
      <p>
        <a href="${memberAddress(locale, '/account')}">${textOf(locale, 'member.account')}</a>
      </p>`,
  );
}
