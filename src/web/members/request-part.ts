import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { timeText } from '../../members/index.ts';
import type { CustomerRequest, InboxNotice } from '../../notices/index.ts';
import type { Issuer } from '../../programmes/index.ts';
import { memberAddress } from './member-forms.ts';

/** What we last asked a member to confirm, and what was answered; `known` null: no answer is taken here. */
export interface ShownRequest {
  readonly notice: InboxNotice;
  readonly known: CustomerRequest | null;
  readonly issuer: Issuer | null;
}

/** On the first page of the account. */
export function requestPart(locale: Locale, request: ShownRequest): Html {
  const { notice, known } = request;
  const lead = notice.content === null ? 'request.lead.forgotten' : 'request.lead.open';
  return html`<section class="notice" aria-labelledby="request">
    <h2 id="request">${textOf(locale, 'member.request')}</h2>
    ${whichRequest(locale, request)}
    ${
      known === null || known.answer === null
        ? html`<p>${textOf(locale, known === null ? 'request.lead.elsewhere' : lead)}</p>`
        : html`<p>${answeredText(locale, known)}</p>`
    }
    ${
      known !== null &&
      html`<p>
        <a class="button quiet" href="${memberAddress(locale, '/account/request')}"
          >${textOf(locale, known.answer === null ? 'request.toAnswer' : 'request.toChange')}</a
        >
      </p>`
    }
    <p><a href="${memberAddress(locale, '/inbox')}">${textOf(locale, 'member.inbox')}</a></p>
  </section>`;
}

/** An SMS has no subject: it is told by how it begins. What is not kept any more has its name alone. */
export function whichRequest(locale: Locale, { notice, issuer }: ShownRequest): Html {
  const { content, number, writtenAt } = notice;
  const title =
    content === null
      ? textOf(locale, 'request.forgotten')
      : content.subject || (content.text?.split('\n', 1)[0] ?? '');
  return html`<p><strong>${title}</strong></p>
    ${
      issuer !== null &&
      html`<p>
        ${textOf(locale, 'request.from', { issuer: locale === 'ja' ? issuer.nameJa : issuer.nameEn })}
      </p>`
    }
    <p class="hint">
      ${timeText(locale, writtenAt)}, ${textOf(locale, 'member.inboxNumber')} ${number}
    </p>`;
}

export function answeredText(locale: Locale, { answer, answeredAt }: CustomerRequest): string {
  return textOf(locale, 'request.answered', {
    at: timeText(locale, answeredAt ?? 0),
    answer: textOf(locale, `request.answer.${answer ?? 'unchanged'}`),
  });
}
