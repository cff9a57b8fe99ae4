/** Incidents, maintenance and stops as they are shown on several pages. Pure. */
import {
  bodyIn,
  componentText,
  conditionsText,
  durationText,
  isOverAt,
  publicIncidentId,
  sinceText,
  stateAt,
  stopBody,
  stopTitle,
  timeText,
  titleIn,
  type Incident,
  type IncidentUpdate,
  type StatusView,
  type Stop,
} from '../../incidents/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import { incidentMark, mark, statusMark } from './marks.ts';
import { statusAddress, type StatusPlace } from './place.ts';

export function incidentAddress(place: StatusPlace, { incidentId }: Incident): string {
  return `${statusAddress(place.locale)}/incidents/${publicIncidentId(incidentId)}`;
}

/** What is under way: its newest word, and what it touches. */
export function incidentCard(incident: Incident, view: StatusView, place: StatusPlace): Html {
  const { locale, zone } = place;
  const newest = incident.updates.at(-1);
  return html`<li class="card trouble">
    <h3><a href="${incidentAddress(place, incident)}">${titleIn(locale, incident)}</a></h3>
    <p>
      ${incidentMark(locale, stateAt(incident, view.at))}
      <span class="facts">${whenText(incident, view, place)}</span>
    </p>
    ${newest && html`<p class="pre-line">${bodyIn(locale, newest)}</p>`}
    ${
      incident.nextLookAt !== null &&
      html`<p>
        <strong
          >${textOf(locale, 'incident.nextLook', { time: timeText(locale, incident.nextLookAt, zone) })}</strong
        >
      </p>`
    }
    <p class="facts">${namesOfAffected(incident, view, place)}</p>
  </li>`;
}

/** One line of the history. */
export function incidentLine(
  incident: Incident,
  view: StatusView,
  place: StatusPlace,
  level: 'h2' | 'h3' = 'h3',
): Html {
  const newest = incident.updates.at(-1);
  const link = html`<a href="${incidentAddress(place, incident)}"
    >${titleIn(place.locale, incident)}</a
  >`;
  return html`<li class="line">
    ${level === 'h2' ? html`<h2>${link}</h2>` : html`<h3>${link}</h3>`}
    <p>
      ${incidentMark(place.locale, stateAt(incident, view.at))}
      <span class="facts">${whenText(incident, view, place)}</span>
    </p>
    ${newest && html`<p class="pre-line">${bodyIn(place.locale, newest)}</p>`}
  </li>`;
}

export function whenText(incident: Incident, view: StatusView, place: StatusPlace): string {
  const { locale, zone } = place;
  const from = timeText(locale, incident.startedAt, zone);
  const end = incident.resolvedAt ?? incident.plannedUntil;
  if (end === null) return textOf(locale, 'incident.from', { from });
  const times = textOf(locale, 'incident.fromTo', { from, to: timeText(locale, end, zone) });
  if (!isOverAt(incident, view.at) || end <= incident.startedAt) return times;
  const lasted = textOf(locale, 'incident.lasted', {
    duration: durationText(locale, end - incident.startedAt),
  });
  return locale === 'ja' ? `${times}(${lasted})` : `${times} (${lasted.toLowerCase()})`;
}

function namesOfAffected(incident: Incident, view: StatusView, { locale }: StatusPlace): string {
  const names = incident.affected.flatMap(({ systemId, phase }) => {
    const line = view.components.find(({ system }) => system.systemId === systemId);
    return line === undefined ? [] : [componentText(locale, line.system, phase)];
  });
  return names.join(locale === 'ja' ? '、' : ', ');
}

/** Each component with its own start and recovery. */
export function affectedList(incident: Incident, view: StatusView, place: StatusPlace): Html {
  const { locale, zone } = place;
  return html`<ul class="lines">
    ${incident.affected.map((affected) => {
      const { systemId, phase, status, startedAt, recoveredAt } = affected;
      const line = view.components.find(({ system }) => system.systemId === systemId);
      if (line === undefined) return null;
      const end = recoveredAt ?? (isOverAt(incident, view.at) ? incident.plannedUntil : null);
      const recovered =
        end === null ? textOf(locale, 'incident.notYet') : timeText(locale, end, zone);
      return html`<li class="line">
        <h3>${componentText(locale, line.system, phase)}</h3>
        ${statusMark(locale, status)}
        <dl class="times">
          <dt>${textOf(locale, 'incident.began')}</dt>
          <dd>${timeText(locale, startedAt, zone)}</dd>
          <dt>${textOf(locale, 'incident.recovered')}</dt>
          <dd>${recovered}</dd>
        </dl>
      </li>`;
    })}
  </ul>`;
}

/** The newest first. What was corrected stays to be read, crossed out, and says when it was corrected. */
export function updateList(incident: Incident, place: StatusPlace): Html {
  const { locale } = place;
  return html`<ol class="timeline" reversed>
    ${incident.updates.toReversed().map((update) => {
      const correction = incident.updates.find(({ correctsId }) => correctsId === update.updateId);
      return html`<li id="upd_${update.updateId}">
        <p>
          ${incidentMark(locale, update.state)}
          ${update.correctsId !== null && mark('still', textOf(locale, 'incident.correction'))}
          <span class="facts">${timeText(locale, update.shownAt, place.zone)}</span>
        </p>
        ${updateBody(update, correction, place)}
      </li>`;
    })}
  </ol>`;
}

function updateBody(
  update: IncidentUpdate,
  correction: IncidentUpdate | undefined,
  { locale, zone }: StatusPlace,
): Html {
  const body = bodyIn(locale, update);
  if (correction === undefined) return html`<p class="pre-line">${body}</p>`;
  const time = timeText(locale, correction.shownAt, zone);
  return html`<p class="pre-line corrected"><del>${body}</del></p>
    <p>
      <a href="#upd_${correction.updateId}">${textOf(locale, 'incident.corrected', { time })}</a>
    </p>`;
}

/** A suspension says what was announced, in the same second in which it begins to refuse. */
export function stopCard(stop: Stop, place: StatusPlace): Html {
  const { locale, zone, names } = place;
  const { suspension, phase } = stop;
  const conditions = conditionsText(locale, stop);
  const tone = phase.effect === 'stopped' ? 'bad' : phase.effect === 'ended' ? 'still' : 'wait';
  const effect = phase.effect === 'lifted' ? 'stopped' : phase.effect; // what is lifted is not shown
  const until =
    phase.expectedEnd === null
      ? textOf(locale, 'stop.untilUnknown')
      : textOf(locale, 'stop.until', { time: timeText(locale, phase.expectedEnd, zone) });
  return html`<li class="card halt" id="sus_${suspension.suspensionId}">
    <h3>${stopTitle(locale, stop, names)}</h3>
    <p>
      ${mark(tone, textOf(locale, `stop.${effect}`))}
      <span class="facts"
        >${textOf(locale, 'stop.since', { time: sinceText(locale, stop, zone) })}
        ${
          suspension.announcedText !== null &&
          textOf(locale, 'stop.announced', { text: suspension.announcedText })
        }</span
      >
    </p>
    <p class="pre-line">${stopBody(locale, stop)}</p>
    ${
      conditions.length > 0 &&
      html`<ul class="plain-list">
        ${conditions.map((text) => html`<li>${text}</li>`)}
      </ul>`
    }
    ${effect !== 'ended' && html`<p class="facts">${until}</p>`}
    ${
      phase.criteria !== '' &&
      html`<p class="facts">${textOf(locale, 'stop.criteria', { text: phase.criteria })}</p>`
    }
  </li>`;
}
