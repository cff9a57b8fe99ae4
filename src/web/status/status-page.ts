/** The status page: what works and what does not, at a glance. Pure: what is shown is given. */
import {
  componentText,
  nameIn,
  overallText,
  secondText,
  timeText,
  type AdviceGroup,
  type ComponentLine,
  type IssuerStatus,
  type Named,
  type PlaceLine,
  type ProductLine,
  type StatusView,
} from '../../incidents/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { incidentCard, incidentLine, stopCard } from './incident-parts.ts';
import { overallMark, statusMark, worksMark, worksMarks } from './marks.ts';
import { otherOf, statusAddress, type StatusPlace } from './place.ts';

const DAY_MS = 86_400_000;
const RECENT_MS = 14 * DAY_MS;
const STOPS_SHOWN_MAX = 100;

export function statusPage(view: StatusView, place: StatusPlace): Page {
  const { locale } = place;
  const title = textOf(locale, 'status.title');
  const body = html` <h1>${title}</h1>
    ${place.isStale && staleNotice(place)}
    ${overallMark(view.indicator, view.isMaintenance, overallText(locale, view), textOf(locale, 'status.safe'))}
    <p class="facts">
      ${textOf(locale, 'status.asOf', { time: secondText(locale, place.confirmedAt, place.zone) })}
      ${textOf(locale, 'status.asOfNote')}
    </p>
    ${
      view.open.length > 0 &&
      html`<h2>${textOf(locale, 'status.now')}</h2>
        <ul class="cards">
          ${view.open.map((incident) => incidentCard(incident, view, place))}
        </ul>`
    }
    ${stopsSection(view, place)} ${view.issuers.map((each) => issuerSection(each, view, place))}
    ${view.issuers.length === 0 && html`<p>${textOf(locale, 'status.nothing')}</p>`}
    ${maintenanceSection(view, place)} ${recentSection(view, place)} ${waysSection(place)}`;
  return {
    locale,
    title,
    body,
    isWide: true,
    isPublic: true,
    place: '/status',
    otherAddress: statusAddress(otherOf(locale)),
    head: feedLink(place),
  };
}

export function feedLink({ locale }: StatusPlace): Html {
  return html`<link
    rel="alternate"
    type="application/atom+xml"
    title="${textOf(locale, 'status.title')}"
    href="${statusAddress(locale)}/feed.atom"
  />`;
}

function staleNotice({ locale, confirmedAt, zone }: StatusPlace): Html {
  const time = secondText(locale, confirmedAt, zone);
  return html`<div class="notice">
    <p><strong>${textOf(locale, 'status.stale.title', { time })}</strong></p>
    <p>${textOf(locale, 'status.stale.lead')}</p>
  </div>`;
}

function stopsSection(view: StatusView, place: StatusPlace): Html | false {
  const shown = view.stops.filter(
    ({ phase }) => phase.effect !== 'ended' || view.at - phase.startsAt < RECENT_MS,
  );
  if (shown.length === 0) return false;
  const more = shown.length - STOPS_SHOWN_MAX;
  return html`<h2>${textOf(place.locale, 'status.stops')}</h2>
    <ul class="cards">
      ${shown.slice(0, STOPS_SHOWN_MAX).map((stop) => stopCard(stop, place))}
    </ul>
    ${more > 0 && html`<p>${textOf(place.locale, 'status.stopsMore', { count: more })}</p>`}`;
}

function issuerSection(issuer: IssuerStatus, view: StatusView, place: StatusPlace): Html {
  const { locale } = place;
  const isAlone = view.issuers.length === 1;
  const name = nameIn(locale, issuer.issuer);
  const heading = (key: 'status.byProduct' | 'status.byPlace' | 'status.others') =>
    isAlone ? textOf(locale, key) : `${name}: ${textOf(locale, key)}`;
  return html`<h2>${heading('status.byProduct')}</h2>
    <ul class="lines">
      ${worstFirst(issuer.products).map((line) => productItem(line, place))}
    </ul>
    ${
      issuer.places.length > 0 &&
      html`<h2>${heading('status.byPlace')}</h2>
        <ul class="lines two">
          ${worstFirst(issuer.places).map((line) => placeItem(line, place))}
        </ul>`
    }
    ${
      issuer.others.length > 0 &&
      html`<h2>${heading('status.others')}</h2>
        <ul class="lines two">
          ${issuer.others.map((line) => componentItem(line, place))}
        </ul>`
    }`;
}

/** What does not work stands first: that is what people come for. */
function worstFirst<Line extends ProductLine | PlaceLine>(lines: readonly Line[]): Line[] {
  const weight = ({ works }: Line) =>
    Object.values(works).reduce((sum, each) => sum + { yes: 0, partly: 1, no: 3 }[each], 0);
  return lines.toSorted((one, other) => weight(other) - weight(one));
}

function productItem({ product, works, advice, places }: ProductLine, place: StatusPlace): Html {
  const { locale } = place;
  return html`<li class="line">
    <h3>${nameIn(locale, product)}</h3>
    ${advice === 'all_works' ? worksMark(locale) : worksMarks(locale, { works, of: [product] })}
    ${advice !== 'all_works' && html`<p>${textOf(locale, `advice.${advice}.do`)}</p>`}
    ${
      places.length > 1 &&
      html`<details>
        <summary>${textOf(locale, 'status.detail')}</summary>
        ${groupList(
          places.map((group) => ({ ...group, of: group.of.map((system): Named => system) })),
          place,
        )}
      </details>`
    }
  </li>`;
}

function placeItem({ system, works, advice, products }: PlaceLine, place: StatusPlace): Html {
  const { locale } = place;
  return html`<li class="line">
    <h3>${nameIn(locale, system)}</h3>
    ${advice === 'all_works' ? worksMark(locale) : worksMarks(locale, { works, of: products.flatMap(({ of }) => of) })}
    ${advice !== 'all_works' && html`<p>${textOf(locale, `advice.${advice}.do`)}</p>`}
    ${
      products.length > 1 &&
      html`<details>
        <summary>${textOf(locale, 'status.detailProducts')}</summary>
        ${groupList(
          products.map((group) => ({ ...group, of: group.of.map((product): Named => product) })),
          place,
        )}
      </details>`
    }
  </li>`;
}

function groupList(groups: readonly AdviceGroup<Named>[], { locale }: StatusPlace): Html {
  return html`<ul class="groups">
    ${groups.map(
      ({ advice, of }) =>
        html`<li>
          <strong>${textOf(locale, `advice.${advice}.short`)}</strong>:
          ${of.map((named) => nameIn(locale, named)).join(locale === 'ja' ? '、' : ', ')}
        </li>`,
    )}
  </ul>`;
}

function componentItem({ system, phase, status, since }: ComponentLine, place: StatusPlace): Html {
  const { locale, zone } = place;
  return html`<li class="line">
    <h3>${componentText(locale, system, phase)}</h3>
    ${statusMark(locale, status)}
    ${
      since !== null &&
      html`<span class="facts"
        >${textOf(locale, 'status.since', { time: timeText(locale, since, zone) })}</span
      >`
    }
  </li>`;
}

function maintenanceSection(view: StatusView, place: StatusPlace): Html | false {
  if (view.maintenances.length === 0) return false;
  return html`<h2>${textOf(place.locale, 'status.planned')}</h2>
    <ul class="lines">
      ${view.maintenances.map((incident) => incidentLine(incident, view, place))}
    </ul>`;
}

function recentSection(view: StatusView, place: StatusPlace): Html {
  const { locale } = place;
  const recent = view.past.filter((each) => view.at - (each.resolvedAt ?? view.at) < RECENT_MS);
  return html`<h2>${textOf(locale, 'status.recent')}</h2>
    ${
      recent.length === 0
        ? html`<p>${textOf(locale, 'status.noRecent')}</p>`
        : html`<ul class="lines">
            ${recent.map((incident) => incidentLine(incident, view, place))}
          </ul>`
    }
    <p>
      <a href="${statusAddress(locale)}/history">${textOf(locale, 'status.historyAll')}</a>
    </p>`;
}

function waysSection({ locale }: StatusPlace): Html {
  const address = statusAddress(locale);
  return html`<h2>${textOf(locale, 'status.subscribe')}</h2>
    <p>${textOf(locale, 'status.subscribeLead')}</p>
    <p>
      <a class="button quiet" href="${address}/subscribe">${textOf(locale, 'status.subscribe')}</a>
    </p>
    <ul class="ways">
      <li><a href="${address}/feed.atom">${textOf(locale, 'status.feed')}</a></li>
      <li><a href="/api/v2/summary.json">${textOf(locale, 'status.api')}</a></li>
    </ul>`;
}
