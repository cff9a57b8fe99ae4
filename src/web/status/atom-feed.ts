/** The public record as an Atom feed (RFC 4287): an entry for each word on an incident and each stop. */
import {
  bodyIn,
  publicIncidentId,
  stopBody,
  stopTitle,
  titleIn,
  type StatusView,
} from '../../incidents/index.ts';
import { isoInstant, type Instant } from '../../kernel/clock.ts';
import { html, pageText, type Html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import { statusAddress, type StatusPlace } from './place.ts';

const ENTRIES_MAX = 100;

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly at: Instant;
  readonly address: string;
}

export function atomFeed(view: StatusView, place: StatusPlace): string {
  const { locale, origin } = place;
  const address = `${origin}${statusAddress(locale)}`;
  const entries = entriesOf(view, place)
    .toSorted((one, other) => other.at - one.at)
    .slice(0, ENTRIES_MAX);
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">
    <id>${origin}/status/feed.atom</id>
    <title>${textOf(locale, 'status.title')} - ${textOf(locale, 'site.name')}</title>
    <updated>${isoInstant(entries[0]?.at ?? place.changedAt)}</updated>
    <author><name>${textOf(locale, 'site.name')}</name></author>
    <link rel="self" type="application/atom+xml" href="${address}/feed.atom" />
    <link rel="alternate" type="text/html" href="${address}" />
    ${entries.map(entryOf)}
  </feed>`;
  const [, ...lines] = pageText(feed).split('\n'); // without the line that says it is HTML
  return `<?xml version="1.0" encoding="utf-8"?>\n${lines.join('\n')}`;
}

function entryOf({ id, title, text, at, address }: Entry): Html {
  return html`<entry>
    <id>${id}</id>
    <title>${plain(title)}</title>
    <updated>${isoInstant(at)}</updated>
    <link rel="alternate" type="text/html" href="${address}" />
    <content type="text">${plain(text)}</content>
  </entry>`;
}

function entriesOf(view: StatusView, place: StatusPlace): Entry[] {
  const { locale, origin, names } = place;
  const address = `${origin}${statusAddress(locale)}`;
  const incidents = [...view.open, ...view.maintenances, ...view.past].flatMap((incident) =>
    incident.updates.map((update) => ({
      id: `${origin}/status/incidents/${publicIncidentId(incident.incidentId)}#upd_${update.updateId}`,
      title: textOf(locale, 'telling.update', {
        state: textOf(locale, `incident.${update.state}`),
        title: titleIn(locale, incident),
      }),
      text: bodyIn(locale, update),
      at: update.shownAt,
      address: `${address}/incidents/${publicIncidentId(incident.incidentId)}#upd_${update.updateId}`,
    })),
  );
  const stops = view.stops.map((stop) => {
    const id = `sus_${stop.suspension.suspensionId}`;
    return {
      id: `${origin}/status#${id}.${stop.phase.phaseNo}`,
      title: stopTitle(locale, stop, names),
      text: stopBody(locale, stop),
      at: stop.phase.startsAt,
      address: `${address}#${id}`,
    };
  });
  return [...incidents, ...stops];
}

/** XML has no way to write most control characters, not even as entities. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is meant
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}
