import {
  type CaseEvent,
  type CaseGift,
  type CaseHolding,
  type CaseRecord,
  type CaseRefusal,
  type CaseStory,
  type Next,
} from '../../cases/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { moneyText, textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import { timeText } from '../../members/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import { buttonForm, memberAddress, type FormShown } from '../members/member-forms.ts';

export function caseListPage(locale: Locale, cases: readonly CaseRecord[]): Page {
  const title = textOf(locale, 'case.list');
  return {
    locale,
    title,
    place: '/account',
    otherAddress: memberAddress(otherOf(locale), '/account/cases'),
    body: html`<h1>${title}</h1>
      <p class="lead">${textOf(locale, 'case.listLead')}</p>
      ${
        cases.length === 0
          ? html`<p>${textOf(locale, 'case.listEmpty')}</p>`
          : caseLinks(locale, cases)
      }
      <p><a href="${memberAddress(locale, '/not-me')}">${textOf(locale, 'case.link')}</a></p>`,
  };
}

export function caseLinks(locale: Locale, cases: readonly CaseRecord[]): Html {
  return html`<ul class="plain-list">
    ${cases.map(
      (record) =>
        html`<li>
          <a href="${memberAddress(locale, `/account/cases/${record.number}`)}"
            >${textOf(locale, 'case.one', { number: record.number })}</a
          >
          ${timeText(locale, record.openedAt)} ${textOf(locale, stateKey(record))}
        </li>`,
    )}
  </ul>`;
}

export interface CaseShown {
  readonly locale: Locale;
  readonly story: CaseStory;
  readonly catalogue: Catalogue;
}

export type LiftProblem = CaseRefusal | 'too_weak' | 'form';

/** A case in the account of its member: everything, and the way back. */
export function casePage(
  shown: CaseShown & {
    readonly form: FormShown;
    readonly problem: LiftProblem | null;
    readonly isLifted: boolean;
  },
): Page {
  const { locale, story, form, problem, isLifted } = shown;
  const { record } = story;
  const title = textOf(locale, 'case.one', { number: record.number });
  return {
    locale,
    title,
    isWide: true,
    place: '/account',
    status: problem === null ? 200 : problem === 'form' ? 403 : 422,
    otherAddress: memberAddress(otherOf(locale), `/account/cases/${record.number}`),
    body: html`<h1>${title}</h1>
      ${isLifted && html`<div class="notice good" role="status"><p>${textOf(locale, 'case.lifted')}</p></div>`}
      ${problem !== null && html`<div class="notice" role="alert"><p>${textOf(locale, problemKey(problem))}</p></div>`}
      ${storyOf(shown)}
      <h2>${textOf(locale, 'case.events')}</h2>
      ${eventTable(locale, story.events)}
      ${record.liftedAt === null && liftOf(locale, record, form)}
      <p>
        <a href="${memberAddress(locale, '/account/cases')}">${textOf(locale, 'case.list')}</a>
      </p>`,
  };
}

/** Right behind the button, also for whoever was signed out by it. */
export function stoppedPage(shown: CaseShown & { readonly isNew: boolean }): Page {
  const { locale, story, isNew } = shown;
  const { number } = story.record;
  const title = textOf(locale, 'case.stopped');
  return {
    locale,
    title,
    isWide: true,
    place: '/account',
    otherAddress: memberAddress(otherOf(locale), '/not-me/stopped'),
    body: html`<h1>${title}</h1>
      <p class="lead">
        ${textOf(locale, isNew ? 'case.stoppedLead' : 'case.stoppedAgain', { number })}
      </p>
      <p>${textOf(locale, 'case.stoppedSignIn')}</p>
      <p>
        <a class="button" href="${memberAddress(locale, `/sign-in`)}"
          >${textOf(locale, 'member.signIn')}</a
        >
      </p>
      ${storyOf(shown)}
      <details class="more">
        <summary>${textOf(locale, 'case.events')}</summary>
        <div class="inside">${eventTable(locale, story.events)}</div>
      </details>`,
  };
}

export function overPage(locale: Locale): Page {
  const title = textOf(locale, 'case.stopped');
  return {
    locale,
    title,
    place: '/account',
    otherAddress: memberAddress(otherOf(locale), '/not-me/stopped'),
    body: html`<h1>${title}</h1>
      <p class="lead">${textOf(locale, 'case.over')}</p>
      <p>
        <a class="button" href="${memberAddress(locale, '/sign-in')}"
          >${textOf(locale, 'member.signIn')}</a
        >
      </p>`,
  };
}

function storyOf(shown: CaseShown): Html {
  const { locale, story } = shown;
  const { record } = story;
  return html`<dl class="facts">
      ${fact(locale, 'case.value.state', textOf(locale, stateKey(record)))}
      ${fact(locale, 'case.opened', timeText(locale, record.openedAt))}
      ${fact(locale, 'case.openedBy', wayText(locale, record))}
      ${record.words !== null && fact(locale, saidKey(record), record.words)}
    </dl>
    <h2>${textOf(locale, 'case.next')}</h2>
    ${nextTable(locale, story.next)}
    <h2>${textOf(locale, 'case.gifts')}</h2>
    ${giftPart(locale, story)}
    <h2>${textOf(locale, 'case.value')}</h2>
    ${valuePart(shown)}`;
}

function fact(locale: Locale, name: TextKey, value: string): Html {
  return html`<div>
    <dt>${textOf(locale, name)}</dt>
    <dd>${value}</dd>
  </div>`;
}

function nextTable(locale: Locale, next: readonly Next[]): Html {
  return table(
    locale,
    'case.next',
    ['case.nextWhat', 'case.nextWho', 'case.nextBy'],
    next.map(({ kind, responsible, by, gifts, isInTime }) => {
      const inTime = textOf(locale, isInTime ? 'case.next.inTime' : 'case.next.notInTime');
      return html`<tr>
        <td>${textOf(locale, `case.next.${kind}`, { gifts, inTime })}</td>
        <td>${textOf(locale, `case.who.${responsible}`)}</td>
        <td>${by === null ? textOf(locale, 'case.whenever') : timeText(locale, by)}</td>
      </tr>`;
    }),
  );
}

/** What became of it stands beside it: on a phone the rest is below. */
const GIFT_COLUMNS: readonly TextKey[] = [
  'case.gift',
  'case.gift.outcome',
  'case.gift.to',
  'case.gift.amount',
  'case.gift.made',
  'case.gift.claimed',
  'case.gift.charged',
];

function giftPart(locale: Locale, { gifts, sums }: CaseStory): Html {
  if (gifts.length === 0) return html`<p>${textOf(locale, 'case.giftsEmpty')}</p>`;
  return html`<p>${textOf(locale, 'case.giftsLead')}</p>
    ${table(
      locale,
      'case.gifts',
      GIFT_COLUMNS,
      gifts.toReversed().map((each) => giftRow(locale, each)),
      'stacks',
    )}
    <h3>${textOf(locale, 'case.sums')}</h3>
    ${table(
      locale,
      'case.sums',
      ['case.gift.outcome', 'case.sums.count', 'case.sums.amount'],
      sums.map(
        ({ outcome, count, amountMinor, unit }) =>
          html`<tr>
            <td>${textOf(locale, `case.outcome.${outcome}`)}</td>
            <td>${count}</td>
            <td>${moneyText(locale, amountMinor, unit)}</td>
          </tr>`,
      ),
    )}`;
}

function giftRow(locale: Locale, { gift, outcome }: CaseGift): Html {
  const { giftId, to, amountMinor, unit, madeAt, claimedAt, chargedAt } = gift;
  const when = (at: number | null) => (at === null ? '-' : timeText(locale, at));
  const one = html`<a href="${memberAddress(locale, `/gifts/sent/${giftId}`)}"
    >${textOf(locale, 'case.gift.number', { id: String(giftId) })}</a
  >`;
  const cells: readonly (string | Html)[] = [
    one,
    textOf(locale, `case.outcome.${outcome}`),
    to ?? textOf(locale, 'case.gift.noAddress'),
    moneyText(locale, amountMinor, unit),
    when(madeAt),
    when(claimedAt),
    when(chargedAt),
  ];
  return html`<tr>
    ${cells.map((cell, place) => html`<td data-label="${textOf(locale, GIFT_COLUMNS[place]!)}">${cell}</td>`)}
  </tr>`;
}

function valuePart({ locale, story: { holdings }, catalogue }: CaseShown): Html {
  if (holdings.length === 0) return html`<p>${textOf(locale, 'case.valueEmpty')}</p>`;
  return html`<p>${textOf(locale, 'case.valueLead')}</p>
    ${table(
      locale,
      'case.value',
      ['case.value.card', 'case.value.balance', 'case.value.held', 'case.value.state'],
      holdings.map((held) => holdingRow(locale, held, catalogue)),
    )}`;
}

function holdingRow(locale: Locale, held: CaseHolding, catalogue: Catalogue): Html {
  const { productId, maskedNumber, unit, spendableMinor, heldMinor } = held;
  const product = catalogue.products.get(productId);
  const name = (locale === 'ja' ? product?.nameJa : product?.nameEn) ?? '';
  return html`<tr>
    <td>${name} ${maskedNumber}</td>
    <td>${moneyText(locale, spendableMinor, unit)}</td>
    <td>${moneyText(locale, heldMinor, unit)}</td>
    <td>${textOf(locale, holdingKey(held))}</td>
  </tr>`;
}

function holdingKey({ isFrozen, releasedAt }: CaseHolding): TextKey {
  if (!isFrozen) return 'case.value.nothing';
  return releasedAt === null ? 'case.value.frozen' : 'case.value.released';
}

function eventTable(locale: Locale, events: readonly CaseEvent[]): Html {
  return table(
    locale,
    'case.events',
    ['case.event.when', 'case.event.what'],
    events.map(
      ({ at, kind, detail }) =>
        html`<tr>
          <td>${timeText(locale, at)}</td>
          <td>
            ${textOf(locale, `case.event.${kind}`, shownDetail(locale, detail))}
            ${helpersText(locale, detail)}
          </td>
        </tr>`,
    ),
    'events',
  );
}

/** How many, and who of them is still known. */
function helpersText(locale: Locale, { helpersEnded, helpers }: CaseEvent['detail']): Html | false {
  if (typeof helpersEnded !== 'number' || helpersEnded === 0) return false;
  const names = Array.isArray(helpers) ? (helpers as readonly string[]) : [];
  return html`<br />${textOf(locale, 'case.event.helpersEnded', { helpers: helpersEnded })}
    ${
      names.length > 0 &&
      html`<ul>
        ${names.map((name) => html`<li>${name}</li>`)}
      </ul>`
    }`;
}

/** What the sentences of events fill in; the desk's own notes are not among it. */
function shownDetail(
  locale: Locale,
  detail: CaseEvent['detail'],
): Readonly<Record<string, string | number>> {
  const { giftsVoided, holdings, giftId, lookAt, takenBack } = detail;
  return {
    ...(typeof giftsVoided === 'number' && { giftsVoided }),
    ...(typeof takenBack === 'number' && { takenBack }),
    ...(typeof holdings === 'number' && { holdings }),
    ...(typeof giftId === 'string' && { giftId }),
    ...(typeof lookAt === 'number' && { lookAt: timeText(locale, lookAt) }),
  };
}

function liftOf(locale: Locale, { number }: CaseRecord, form: FormShown): Html {
  return html`<h2 id="lift">${textOf(locale, 'case.lift')}</h2>
    <p>${textOf(locale, 'case.liftLead')}</p>
    <p>
      ${textOf(locale, 'case.liftFirst')}
      <a href="${memberAddress(locale, '/account/security')}"
        >${textOf(locale, 'case.liftSecurity')}</a
      >
    </p>
    ${buttonForm(form, { action: `/account/cases/${number}/lift`, submit: 'case.lift' })}`;
}

function stateKey({ closedAt, liftedAt, stoppedAt }: CaseRecord): TextKey {
  if (closedAt !== null) return 'case.state.closed';
  if (liftedAt !== null) return 'case.state.lifted';
  return stoppedAt === null ? 'case.state.stopping' : 'case.state.stopped';
}

/** On the telephone it was the desk that wrote it down. */
function saidKey({ openedBy }: CaseRecord): TextKey {
  return openedBy === 'support' ? 'case.saidByPhone' : 'case.said';
}

function wayText(locale: Locale, { openedBy, noticeNumber }: CaseRecord): string {
  return textOf(locale, `case.way.${openedBy}`, { notice: noticeNumber ?? '' });
}

function problemKey(problem: LiftProblem): TextKey {
  switch (problem) {
    case 'form':
      return 'case.problem.form';
    case 'too_weak':
      return 'case.tooWeak';
    case 'already_lifted':
    case 'case_closed':
      return 'case.refusal.already_lifted';
    case 'still_stopping':
      return 'case.refusal.still_stopping';
    case 'case_not_found':
    case 'still_stopped':
    case 'gift_not_charged':
      return 'case.refusal.case_not_found';
  }
}

function otherOf(locale: Locale): Locale {
  return locale === 'ja' ? 'en' : 'ja';
}

function table(
  locale: Locale,
  label: TextKey,
  columns: readonly TextKey[],
  rows: readonly Html[],
  onPhone: 'events' | 'stacks' | null = null,
): Html {
  return html`<div class="scrolls" tabindex="0" role="region" aria-label="${textOf(locale, label)}">
    <table ${onPhone !== null && html`class="${onPhone}"`}>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${textOf(locale, column)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
