/** "What can I buy now?" as a page. Pure: what is shown is given, nothing is read here. */
import { html, type Html } from '../../kernel/html.ts';
import { moneyText, textOf, type Locale } from '../../kernel/locale.ts';
import {
  isUseless,
  type ClosedRoute,
  type Plan,
  type PlannedRoute,
  type Question,
  type Step,
} from '../../planner/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import { STATE_SHAPES, type StateShape } from '../state-shapes.ts';
import { buyForm, type ShownForm } from './buy-form.ts';
import { conditionTexts, leadTimeText, momentText, nameOf } from './buy-texts.ts';

/** The form, before anything was asked or where it has to be mended. */
export function buyQuestionPage(shown: ShownForm): Page {
  const { locale, problems, waitSeconds } = shown;
  const title = textOf(locale, 'buy.title');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'buy.lead')}</p>
    ${
      waitSeconds !== undefined &&
      html`<div class="notice" role="alert">
        <p><strong>${textOf(locale, 'buy.tooMany')}</strong></p>
        <p>${textOf(locale, 'buy.tooManyWait', { seconds: waitSeconds })}</p>
      </div>`
    }
    ${buyForm(shown)} ${noCashOut(locale)}`;
  return {
    locale,
    title,
    body,
    status: waitSeconds !== undefined ? 429 : problems.length > 0 ? 422 : 200,
    otherAddress: `${otherHome(locale)}/buy`,
    place: '/buy',
    isPublic: problems.length === 0 && waitSeconds === undefined,
  };
}

export interface Answered extends ShownForm {
  readonly question: Question;
  readonly plan: Plan;
  readonly search: string; // of the address, for the other language
}

export function buyAnswerPage(answered: Answered): Page {
  const { locale, plan, question, search } = answered;
  const amount = moneyText(locale, question.amountMinor, question.unit);
  const [exact, others] = [true, false].map((isSold) =>
    plan.routes.filter(({ isAmountSold }) => isAmountSold === isSold),
  ) as [PlannedRoute[], PlannedRoute[]];
  const title = textOf(locale, exact.length > 0 ? 'buy.foundTitle' : 'buy.notFoundTitle', {
    amount,
  });
  const body = html` <h1>${title}</h1>
    ${summary(answered, exact.length, others.length)} ${warnings(answered)}
    ${exact.length > 0 && routeList(answered, exact)}
    ${
      others.length > 0 &&
      html`<h2>${textOf(locale, 'buy.otherAmounts')}</h2>
        ${routeList(answered, others)}`
    }
    ${closedList(answered)}
    ${
      plan.routes.some(({ steps }) => steps.some(({ monthLimit }) => monthLimit !== null)) &&
      html`<p class="read-at">${textOf(locale, 'buy.monthLimitNote')}</p>`
    }
    ${!plan.isComplete && html`<p class="read-at">${textOf(locale, 'buy.incomplete')}</p>`}
    <p class="read-at">
      ${textOf(locale, 'buy.asOf', { time: momentText(locale, plan.at, zoneOf(plan)) })}
    </p>
    <h2 id="ask-again">${textOf(locale, 'buy.again')}</h2>
    ${buyForm(answered)} ${noCashOut(locale)}`;
  return { locale, title, body, place: '/buy', otherAddress: `${otherHome(locale)}/buy?${search}` };
}

function summary({ locale, plan }: Answered, exact: number, others: number): Html {
  if (exact > 0) {
    const closed = plan.closed.length;
    return html`<p class="lead">
      ${textOf(locale, 'buy.foundLead', { count: exact })}
      ${closed > 0 && textOf(locale, 'buy.foundClosed', { count: closed })}
    </p>`;
  }
  if (others > 0) return html`<p class="lead">${textOf(locale, 'buy.onlyOthers')}</p>`;
  const { cause, until } = plan.nothing ?? { cause: 'nothing_offered', until: null };
  const end =
    until === null
      ? cause !== 'nothing_offered' && textOf(locale, 'buy.nothing.noDate')
      : textOf(locale, until.isCertain ? 'buy.nothing.until' : 'buy.nothing.expected', {
          time: momentText(locale, until.at, zoneOf(plan)),
        });
  return html` <div class="notice">
    <p><strong>${textOf(locale, `buy.nothing.${cause}`)}</strong></p>
    ${end && html`<p>${end}</p>`}
    <p>${textOf(locale, 'buy.nothing.todo')}</p>
  </div>`;
}

/** Above the list, and in the words of the public page: what is sold may be of no use now. */
function warnings({ locale, plan }: Answered): Html | false {
  const warned = plan.routes.filter(({ advice }) => advice !== 'all_works');
  if (warned.length === 0) return false;
  const isAll = warned.length === plan.routes.length;
  return html`${[...Map.groupBy(warned, ({ advice }) => advice)].map(([advice, routes]) => {
      const whats = new Set(routes.map(({ steps }) => nameOf(locale, steps.at(-1)!.product)));
      return html`<div class="notice">
        <p>
          <strong>${textOf(locale, `advice.${advice}.short`)}</strong>:
          ${[...whats].join(textOf(locale, 'buy.faceBetween'))}
        </p>
        <p>${textOf(locale, `advice.${advice}.do`)}</p>
        ${!isAll && html`<p>${textOf(locale, 'buy.warnedBelow')}</p>`}
      </div>`;
    })}
    <p><a href="${homeAddress(locale)}/status">${textOf(locale, 'buy.toStatus')}</a></p>`;
}

function routeList(answered: Answered, routes: readonly PlannedRoute[]): Html {
  return html`<ul class="ways">
    ${routes.map((route) => html`<li class="way">${routeCard(answered, route)}</li>`)}
  </ul>`;
}

function routeCard({ locale, question }: Answered, route: PlannedRoute): Html {
  const { steps, advice } = route;
  const last = steps.at(-1)!;
  const [first, second] = steps;
  const heading = headingOf(locale, question, last);
  // Below the title of the page, or below that of its group.
  const level = route.isAmountSold
    ? html`<h2 class="way-name">${heading.first}</h2>`
    : html`<h3 class="way-name">${heading.first}</h3>`;
  return html` ${level}
    <p class="way-where"><span>${heading.second}</span> ${adviceMark(locale, advice)}</p>
    ${
      second !== undefined &&
      html`<ol class="way-steps">
        <li>
          ${textOf(locale, 'buy.step1', { card: nameOf(locale, first.product), tender: nameOf(locale, first.tender) })}
          <span class="way-note">${leadTimeText(locale, first.leadTimeMs)}</span>
        </li>
        <li>
          ${textOf(locale, 'buy.step2', { tender: nameOf(locale, second.tender), seller: nameOf(locale, second.seller) })}
          <span class="way-note">${leadTimeText(locale, second.leadTimeMs)}</span>
        </li>
      </ol>`
    }
    <dl class="way-facts">
      ${second === undefined && fact(textOf(locale, 'buy.tender'), nameOf(locale, first.tender))}
      ${amounts(locale, route)}
      ${fact(textOf(locale, 'buy.leadTime'), leadTimeText(locale, route.leadTimeMs))}
      ${
        route.until !== null &&
        fact(textOf(locale, 'buy.until'), momentText(locale, route.until, last.product.zone))
      }
      ${conditions(locale, steps)}
    </dl>`;
}

function adviceMark(locale: Locale, advice: PlannedRoute['advice']): Html {
  if (advice === 'all_works') return mark('good', 'active', textOf(locale, 'buy.onSale'));
  const text = textOf(locale, `advice.${advice}.short`);
  return isUseless(advice) ? mark('bad', 'voided', text) : mark('wait', 'frozen', text);
}

function amounts(
  locale: Locale,
  { steps: [first, second], largestMinor }: PlannedRoute,
): Html | false {
  if (second !== undefined || largestMinor === null) return false;
  const { unit } = first.product;
  const money = (minor: bigint) => moneyText(locale, minor, unit);
  const { facesMinor, leastMinor, monthLimit } = first;
  const shown =
    facesMinor.length > 0
      ? facesMinor.map(money).join(textOf(locale, 'buy.faceBetween'))
      : textOf(locale, 'buy.range', { least: money(leastMinor), most: money(largestMinor) });
  const isUncertain = monthLimit !== null && monthLimit.leastMinor < monthLimit.mostMinor;
  return html`${fact(textOf(locale, 'buy.amounts'), shown)}
  ${
    monthLimit !== null &&
    fact(
      textOf(locale, 'buy.monthLimit'),
      isUncertain
        ? textOf(locale, 'buy.monthLimitByAge', {
            least: money(monthLimit.leastMinor),
            most: money(monthLimit.mostMinor),
          })
        : money(monthLimit.mostMinor),
    )
  }`;
}

function conditions(locale: Locale, steps: readonly Step[]): Html | false {
  const texts = [...new Set(steps.flatMap((step) => conditionTexts(locale, step.conditions)))];
  if (texts.length === 0) return false;
  return html`<div>
    <dt>${textOf(locale, 'buy.conditions')}</dt>
    <dd>
      <ul>
        ${texts.map((text) => html`<li>${text}</li>`)}
      </ul>
    </dd>
  </div>`;
}

function closedList(answered: Answered): Html | false {
  const { locale, plan } = answered;
  if (plan.closed.length === 0) return false;
  return html` <h2>${textOf(locale, 'buy.closedTitle')}</h2>
    <ul class="ways">
      ${plan.closed.map((closed) => html`<li class="way closed">${closedCard(answered, closed)}</li>`)}
    </ul>`;
}

const TONES = {
  suspended: ['wait', 'frozen'],
  conditions_not_met: ['wait', 'blank'],
  not_yet: ['still', 'expired'],
  limit: ['still', 'used'],
  ended: ['bad', 'voided'],
} as const satisfies Record<
  ClosedRoute['cause'],
  readonly [StateShape['tone'], keyof typeof STATE_SHAPES]
>;

function closedCard({ locale, question }: Answered, closed: ClosedRoute): Html {
  const heading = headingOf(locale, question, closed);
  const { cause, since, until, product, tender, criteria } = closed;
  const [tone, shape] = TONES[cause];
  const moment = (at: number) => momentText(locale, at, product.zone);
  const said = locale === 'ja' ? closed.textJa : closed.textEn;
  const needed = closed.conditions === null ? [] : conditionTexts(locale, closed.conditions);
  return html` <h3 class="way-name">${heading.first}</h3>
    <p class="way-where">
      <span>${heading.second}</span> ${mark(tone, shape, textOf(locale, `buy.closed.${cause}`))}
    </p>
    ${said !== null && html`<p class="way-said">${said}</p>`}
    <dl class="way-facts">
      ${fact(textOf(locale, 'buy.tender'), nameOf(locale, tender))}
      ${since !== null && fact(textOf(locale, 'buy.since'), moment(since))}
      ${
        cause !== 'limit' &&
        cause !== 'ended' &&
        (until !== null
          ? fact(textOf(locale, until.isCertain ? 'buy.opens' : 'buy.expected'), moment(until.at))
          : cause === 'suspended' &&
            fact(textOf(locale, 'buy.expected'), textOf(locale, 'buy.noDate')))
      }
      ${criteria !== null && fact(textOf(locale, 'buy.criteria'), criteria)}
      ${needed.length > 0 && fact(textOf(locale, 'buy.needed'), needed.join(textOf(locale, 'buy.and')))}
    </dl>`;
}

/** Whoever has named a product wants to know where; whoever has not, what. */
function headingOf(
  locale: Locale,
  { productKey }: Question,
  { seller, product }: Pick<Step, 'seller' | 'product'>,
): { readonly first: string; readonly second: string } {
  const [where, what] = [nameOf(locale, seller), nameOf(locale, product)];
  return productKey === null ? { first: what, second: where } : { first: where, second: what };
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function mark(tone: StateShape['tone'], shape: keyof typeof STATE_SHAPES, word: string): Html {
  return html`<span class="state ${tone}">${STATE_SHAPES[shape].shape}<span>${word}</span></span>`;
}

/** Said to everybody, so that nobody need feel meant. */
function noCashOut(locale: Locale): Html {
  return html`<aside class="aside">
    <h2>${textOf(locale, 'buy.noCashTitle')}</h2>
    <p>${textOf(locale, 'buy.noCash')}</p>
  </aside>`;
}

function zoneOf({ routes, closed }: Plan): string {
  return (routes[0]?.steps[0] ?? closed[0])?.product.zone ?? 'Asia/Tokyo';
}

function otherHome(locale: Locale): string {
  return homeAddress(locale === 'ja' ? 'en' : 'ja');
}
