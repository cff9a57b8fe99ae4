import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { CaseRecord } from '../../cases/index.ts';
import type { Page } from '../layout.ts';
import { memberAddress } from '../members/member-forms.ts';
import { caseLinks } from './case-pages.ts';

export type NotMeProblem = 'form' | 'number' | 'unknown' | 'too_old' | 'lifted_before' | 'often';

/** So much fits a form of ours, whatever is typed. */
const WORDS_TYPED_MAX = 300;

export interface NotMeShown {
  readonly locale: Locale;
  readonly token: string;
  readonly problem: NotMeProblem | null;
  readonly retryAfterMs?: number;
}

const STATUS: Readonly<Record<NotMeProblem, number>> = {
  form: 403,
  number: 422,
  unknown: 422,
  too_old: 422,
  lifted_before: 422,
  often: 429,
};

/** For whoever is signed in: one button. */
export function notMePage(
  shown: NotMeShown & {
    readonly by: 'account' | 'password_change';
    readonly earlier: readonly CaseRecord[];
  },
): Page {
  const { locale, token, by, earlier } = shown;
  return pageOf(
    shown,
    html` ${whatItDoes(locale)}
      <form class="ask" method="post" action="${memberAddress(locale, '/not-me')}">
        <input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="by" value="${by}" />
        <div class="field">
          <label for="not-me-words">${textOf(locale, 'case.words')}</label>
          <p class="hint" id="not-me-words-hint">${textOf(locale, 'case.wordsHint')}</p>
          <textarea
            id="not-me-words"
            name="words"
            rows="3"
            maxlength="${WORDS_TYPED_MAX}"
            aria-describedby="not-me-words-hint"
          ></textarea>
        </div>
        <button class="button" type="submit">${textOf(locale, 'case.submit')}</button>
      </form>
      ${
        earlier.length > 0 &&
        html`<h2>${textOf(locale, 'case.list')}</h2>
          ${caseLinks(locale, earlier)}`
      }`,
  );
}

/** For whoever cannot sign in: by the number of a message. */
export function notMeByNoticePage(shown: NotMeShown & { readonly notice: string }): Page {
  const { locale, token, notice } = shown;
  return pageOf(
    shown,
    html` ${whatItDoes(locale)}
      <p>${textOf(locale, 'case.signInLead')}</p>
      <p>
        <a class="button" href="${memberAddress(locale, '/sign-in')}"
          >${textOf(locale, 'case.signIn')}</a
        >
      </p>
      <h2>${textOf(locale, 'case.byNotice')}</h2>
      <p>${textOf(locale, 'case.byNoticeLead')}</p>
      <form class="ask" method="post" action="${memberAddress(locale, '/not-me')}">
        <input type="hidden" name="token" value="${token}" />
        <p>
          <label for="not-me-notice">${textOf(locale, 'case.notice')}</label>
          <span class="hint" id="not-me-notice-hint">${textOf(locale, 'case.noticeHint')}</span>
          <input
            id="not-me-notice"
            name="notice"
            type="text"
            maxlength="40"
            autocomplete="off"
            spellcheck="false"
            autocapitalize="characters"
            value="${notice}"
            aria-describedby="not-me-notice-hint"
            required
          />
        </p>
        <button class="button" type="submit">${textOf(locale, 'case.submit')}</button>
      </form>
      <p>
        ${textOf(locale, 'case.phone')}
        <a href="${memberAddress(locale, '/why')}">${textOf(locale, 'help.desks')}</a>
      </p>
      <p>
        ${textOf(locale, 'case.code')}:
        <a href="${memberAddress(locale, '/why')}">${textOf(locale, 'case.codeLink')}</a>
      </p>`,
  );
}

/** Behind the form by a notice: the same for every message of ours, whoever got it. */
export function takenPage(locale: Locale): Page {
  return {
    locale,
    title: textOf(locale, 'case.taken'),
    place: '/not-me',
    otherAddress: memberAddress(locale === 'ja' ? 'en' : 'ja', '/not-me/taken'),
    body: html`<h1>${textOf(locale, 'case.taken')}</h1>
      <p class="lead">${textOf(locale, 'case.takenLead')}</p>
      <p>${textOf(locale, 'case.takenNext')}</p>
      <p>
        <a class="button" href="${memberAddress(locale, '/sign-in')}"
          >${textOf(locale, 'member.signIn')}</a
        >
      </p>`,
  };
}

function pageOf(shown: NotMeShown, content: Html): Page {
  const { locale, problem } = shown;
  const title = textOf(locale, 'case.title');
  return {
    locale,
    title,
    status: problem === null ? 200 : STATUS[problem],
    place: '/not-me',
    otherAddress: memberAddress(locale === 'ja' ? 'en' : 'ja', '/not-me'),
    body: html`<h1>${title}</h1>
      <p class="lead">${textOf(locale, 'case.lead')}</p>
      ${problem !== null && problemOf(shown, problem)} ${content}`,
  };
}

function problemOf({ locale, retryAfterMs = 0 }: NotMeShown, problem: NotMeProblem): Html {
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  return html`<div class="notice" role="alert">
    <p>${textOf(locale, `case.problem.${problem}`, { minutes })}</p>
  </div>`;
}

const DOES: readonly TextKey[] = [
  'case.what.gifts',
  'case.what.sessions',
  'case.what.value',
  'case.what.record',
  'case.what.undo',
];

function whatItDoes(locale: Locale): Html {
  return html`<p>${textOf(locale, 'case.what')}</p>
    <ul>
      ${DOES.map((key) => html`<li>${textOf(locale, key)}</li>`)}
    </ul>`;
}
