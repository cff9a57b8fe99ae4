import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { timeText, type MemberSession } from '../../members/index.ts';
import type { InboxNotice } from '../../notices/index.ts';
import type { Page } from '../layout.ts';
import { accountPageOf, accountPlaces } from './account-pages.ts';
import { buttonForm, memberAddress, problemOf, type FormShown } from './member-forms.ts';
import {
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';

const SHOWN_AT_ONCE = 20;

/** Everything official that we wrote to a member, also what did not arrive; and whether mail arrives at all. */
export function registerInbox(routes: MemberRoutes, parts: MemberSiteParts): void {
  routes.showSignedIn('/inbox', (visit, session) => showInbox(parts, visit, session));
  routes.takeSignedIn(
    '/inbox/confirm-address',
    async (visit, { member }) => {
      await parts.inbox.confirm(member.email);
      return visit.go('/inbox');
    },
    '/inbox',
  );
}

async function showInbox(
  { inbox, members }: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
) {
  const { member } = session;
  const { before: typed } = visit.request.query as { readonly before?: unknown };
  const before = typeof typed === 'string' && /^[0-9]{1,18}$/.test(typed) ? BigInt(typed) : null;
  const to = await members.addresses(member.memberId); // also what was written before the address changed
  const asked = { to, since: member.since, before, size: SHOWN_AT_ONCE };
  const [notices, stoppedSince] = await Promise.all([
    inbox.list(asked),
    inbox.stoppedSince(member.email),
  ]);
  const shown = visit.shown(refusedForm(visit));
  return visit.page(inboxPage({ ...shown, notices, stoppedSince, email: member.email }));
}

function inboxPage(
  shown: FormShown & {
    readonly notices: readonly InboxNotice[];
    readonly stoppedSince: number | null;
    readonly email: string;
  },
): Page {
  const { locale, notices } = shown;
  const last = notices.length === SHOWN_AT_ONCE ? notices.at(-1) : undefined;
  return accountPageOf(
    shown,
    '/inbox',
    'member.inbox',
    html` <p class="lead">${textOf(locale, 'member.inboxLead')}</p>
      ${problemOf(shown)} ${shown.stoppedSince !== null && stoppedPart(shown)}
      ${notices.length === 0 && html`<p>${textOf(locale, 'member.inboxEmpty')}</p>`}
      ${notices.map((notice) => noticePart(locale, notice))}
      ${
        last !== undefined &&
        html`<p>
          <a href="${memberAddress(locale, `/inbox?before=${last.noticeId}`)}"
            >${textOf(locale, 'member.historyMore')}</a
          >
        </p>`
      }
      ${accountPlaces(locale, '/inbox')}`,
  );
}

function stoppedPart(
  shown: FormShown & { readonly stoppedSince: number | null; readonly email: string },
): Html {
  const { locale, email, stoppedSince } = shown;
  const at = timeText(locale, stoppedSince ?? 0);
  return html`<section class="notice" aria-labelledby="mail-stopped">
    <h2 id="mail-stopped">${textOf(locale, 'inbox.stopped.title')}</h2>
    <p>${textOf(locale, 'inbox.stopped.what', { email, at })}</p>
    <p>${textOf(locale, 'inbox.stopped.todo')}</p>
    ${buttonForm(shown, { action: '/inbox/confirm-address', submit: 'inbox.stopped.confirm' })}
  </section>`;
}

function noticePart(locale: Locale, notice: InboxNotice): Html {
  const { number, writtenAt, content, channel, isUnreached } = notice;
  const erased = textOf(locale, 'member.inboxErased');
  const text = content === null ? erased : (content.text ?? textOf(locale, 'member.inboxCode'));
  const head = content?.subject === '' ? textOf(locale, 'inbox.sms') : (content?.subject ?? erased);
  return html`<article>
    <h2>${head}</h2>
    <p class="hint">
      ${timeText(locale, writtenAt)}, ${textOf(locale, `inbox.way.${channel}`)},
      ${textOf(locale, 'member.inboxNumber')} ${number}
    </p>
    ${isUnreached && html`<p class="hint">${textOf(locale, `inbox.unreached`)}</p>`}
    <div class="mail">${text.split('\n').map((line) => html`${line}<br />`)}</div>
  </article>`;
}
