/**
 * All pages of the public record as of one instant. The ones that everybody asks for are made at once, the
 * others when somebody asks; each is made once, with its compressed form, and is served as it is.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  DOCUMENTS,
  parseIncidentId,
  publicIncidentId,
  statusDocument,
  type DocumentName,
  type StatusView,
} from '../../incidents/index.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Locale } from '../../kernel/locale.ts';
import { pageDocument } from '../layout.ts';
import { atomFeed } from './atom-feed.ts';
import { historyPage, incidentPage, monthPage, monthsOf } from './history-pages.ts';
import type { StatusPlace } from './place.ts';
import { statusPage } from './status-page.ts';

export type StatusType = 'html' | 'json' | 'atom';

/** One page as it is sent. */
export interface Rendered {
  readonly type: StatusType;
  readonly locale: Locale;
  readonly plain: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
  readonly madeAt: Instant;
}

export interface Edition {
  readonly view: StatusView;
  /** By its address without a language: `/status/incidents/inc_3`. Undefined: there is no such page. */
  find(path: string, locale: Locale): Rendered | undefined;
  /** What is kept on disk: what people need while nothing else answers. */
  readonly kept: readonly { readonly path: string; readonly locale: Locale }[];
}

export const LOCALES: readonly Locale[] = ['ja', 'en'];

export function makeEdition(view: StatusView, placeIn: (locale: Locale) => StatusPlace): Edition {
  const made = new Map<string, Rendered | undefined>();
  const places = { ja: placeIn('ja'), en: placeIn('en') };
  const open = [...view.open, ...view.maintenances];
  const paths = [
    '/status',
    '/status/feed.atom',
    ...DOCUMENTS.map(documentPath),
    ...open.map(({ incidentId }) => `/status/incidents/${publicIncidentId(incidentId)}`),
  ];
  return {
    view,
    kept: paths.flatMap((path) => LOCALES.map((locale) => ({ path, locale }))),
    find(path, locale) {
      const key = `${locale} ${path}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const page = renderPath(path, view, places[locale]);
      if (page !== undefined) made.set(key, page); // what is not there is not remembered: it has no bound
      return page;
    },
  };
}

export function documentPath(name: DocumentName): string {
  return `/api/v2/${name}.json`;
}

const DOCUMENT_OF_PATH = new Map(DOCUMENTS.map((name) => [documentPath(name), name]));
const INCIDENT_PATH = /^\/status\/incidents\/(inc_\d{1,9})$/;
const MONTH_PATH = /^\/status\/history\/(\d{4}-\d{2})$/;

function renderPath(path: string, view: StatusView, place: StatusPlace): Rendered | undefined {
  const name = DOCUMENT_OF_PATH.get(path);
  if (name !== undefined)
    return rendered('json', JSON.stringify(statusDocument(name, view, place)), view, place);
  if (path === '/status/feed.atom') return rendered('atom', atomFeed(view, place), view, place);
  const page = pageAt(path, view, place);
  return page && rendered('html', pageDocument(page), view, place);
}

function pageAt(path: string, view: StatusView, place: StatusPlace) {
  if (path === '/status') return statusPage(view, place);
  if (path === '/status/history') return historyPage(view, place);
  const month = MONTH_PATH.exec(path)?.[1];
  if (month !== undefined) {
    return monthsOf(view, place.zone).includes(month) ? monthPage(month, view, place) : undefined;
  }
  const id = parseIncidentId(INCIDENT_PATH.exec(path)?.[1] ?? '');
  const incident = [...view.open, ...view.maintenances, ...view.past].find(
    ({ incidentId }) => incidentId === id,
  );
  return incident && incidentPage(incident, view, place);
}

function rendered(
  type: StatusType,
  text: string,
  { at }: StatusView,
  { locale }: StatusPlace,
): Rendered {
  const plain = Buffer.from(text, 'utf8');
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { type, locale, plain, zipped: gzipSync(plain), etag, madeAt: at };
}
