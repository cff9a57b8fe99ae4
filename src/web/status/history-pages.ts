/** One incident, and the months that are past. Pure. */
import {
  monthText,
  stateAt,
  timeText,
  titleIn,
  type Incident,
  type StatusView,
} from '../../incidents/index.ts';
import { monthIn, startOfDay } from '../../kernel/calendar.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import {
  affectedList,
  incidentAddress,
  incidentLine,
  updateList,
  whenText,
} from './incident-parts.ts';
import { incidentMark } from './marks.ts';
import { otherOf, statusAddress, type StatusPlace } from './place.ts';
import { feedLink } from './status-page.ts';

export function incidentPage(incident: Incident, view: StatusView, place: StatusPlace): Page {
  const { locale, zone } = place;
  const title = titleIn(locale, incident);
  const body = html` <h1>${title}</h1>
    <p>
      ${incidentMark(locale, stateAt(incident, view.at))}
      <span class="facts">${whenText(incident, view, place)}</span>
    </p>
    ${
      incident.nextLookAt !== null &&
      html`<p>
        <strong
          >${textOf(locale, 'incident.nextLook', { time: timeText(locale, incident.nextLookAt, zone) })}</strong
        >
      </p>`
    }
    <p>${textOf(locale, 'status.safe')}</p>
    <h2>${textOf(locale, 'incident.updates')}</h2>
    ${updateList(incident, place)}
    <h2>${textOf(locale, 'incident.affected')}</h2>
    ${affectedList(incident, view, place)} ${backLink(place)}`;
  const other = { ...place, locale: otherOf(locale) };
  return {
    locale,
    title,
    body,
    isWide: true,
    isPublic: true,
    otherAddress: incidentAddress(other, incident),
    head: feedLink(place),
  };
}

/** The months that have anything in them, the newest first: `2019-12`. */
export function monthsOf(view: StatusView, zone: string): readonly string[] {
  const months = new Set(view.past.map(({ startedAt }) => monthIn(startedAt, zone)));
  return [...months].toSorted().toReversed();
}

export function historyPage(view: StatusView, place: StatusPlace): Page {
  const { locale, zone } = place;
  const title = textOf(locale, 'status.history');
  const months = monthsOf(view, zone);
  const body = html` <h1>${title}</h1>
    ${months.length === 0 && html`<p>${textOf(locale, 'status.noRecent')}</p>`}
    <ul class="months">
      ${months.map(
        (month) =>
          html`<li><a href="${historyAddress(place, month)}">${monthName(month, place)}</a></li>`,
      )}
    </ul>
    ${backLink(place)}`;
  const otherAddress = `${statusAddress(otherOf(locale))}/history`;
  return { locale, title, body, isWide: true, isPublic: true, otherAddress };
}

export function monthPage(month: string, view: StatusView, place: StatusPlace): Page {
  const { locale, zone } = place;
  const title = textOf(locale, 'status.historyOf', { month: monthName(month, place) });
  const incidents = view.past.filter(({ startedAt }) => monthIn(startedAt, zone) === month);
  const body = html` <h1>${title}</h1>
    <ul class="lines">
      ${incidents.map((incident) => incidentLine(incident, view, place, 'h2'))}
    </ul>
    <p>
      <a href="${statusAddress(locale)}/history">${textOf(locale, 'status.historyAll')}</a>
    </p>
    ${backLink(place)}`;
  const other = { ...place, locale: otherOf(locale) };
  return {
    locale,
    title,
    body,
    isWide: true,
    isPublic: true,
    otherAddress: historyAddress(other, month),
  };
}

function historyAddress({ locale }: StatusPlace, month: string): string {
  return `${statusAddress(locale)}/history/${month}`;
}

function monthName(month: string, { locale, zone }: StatusPlace): string {
  return monthText(locale, startOfDay(`${month}-01`, zone) ?? 0, zone);
}

function backLink({ locale }: StatusPlace): Html {
  return html`<p>
    <a class="button quiet" href="${statusAddress(locale)}">${textOf(locale, 'status.back')}</a>
  </p>`;
}
