import type { Queryable } from '../kernel/database/index.ts';
import { readLink } from './find-contacts.ts';
import { findKnownHosts, saveKnownHosts } from './checks.sql.ts';
import { registered } from './host-likeness.ts';

/** A row of a list of phishing addresses. */
export interface ListedUrl {
  readonly on: string; // 2026-04-01
  readonly host: string;
  readonly path: string;
  readonly brand: string;
}

export interface ReadList {
  readonly urls: readonly ListedUrl[];
  /** Rows that could not be read, by their line: told, and left out. */
  readonly wrong: readonly { readonly line: number; readonly sentence: string }[];
}

export const LIST_ROWS_MAX = 1_000_000;

/**
 * A CSV of date, address and brand, in any order that its first line names (`date,URL,description`); without
 * such a line in this one. Dates like 2026-04-01, 2026/4/1 and with a time behind them.
 */
export function readUrlList(text: string): ReadList {
  const rows = csvRows(text);
  const head = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const isNamed = head.some((cell) => /^(url|uri|address)$/.test(cell));
  const columnOf = (pattern: RegExp, otherwise: number) =>
    isNamed ? head.findIndex((cell) => pattern.test(cell)) : otherwise;
  const [dateAt, urlAt, brandAt] = [
    columnOf(/date|time|日/, 0),
    columnOf(/^(url|uri|address)$/, 1),
    columnOf(/brand|target|description|ブランド/, 2),
  ];
  const urls: ListedUrl[] = [];
  const wrong: { line: number; sentence: string }[] = [];
  for (const { cells, line } of rows.slice(isNamed ? 1 : 0)) {
    const on = readDay(cells[dateAt] ?? '');
    const link = readLink(unhidden(cells[urlAt] ?? ''));
    if (on === null) wrong.push({ line, sentence: 'the date cannot be read' });
    else if (link === null) wrong.push({ line, sentence: 'the address cannot be read' });
    else {
      const brand = (cells[brandAt] ?? '').trim().slice(0, BRAND_MAX);
      urls.push({ on, host: link.host, path: link.path, brand });
    }
  }
  return { urls, wrong };
}

/** By host, the newest brand; in parts, so that a list of a year is no single statement. */
export async function importKnownHosts(
  on: Queryable,
  issuerId: number,
  urls: readonly ListedUrl[],
): Promise<{ readonly hosts: number }> {
  const hosts = new Map<string, { first: string; last: string; brand: string; count: number }>();
  for (const { host, on: day, brand } of urls) {
    if (host.length > 253) continue;
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, { first: day, last: day, brand, count: 1 });
    else {
      if (day < known.first) known.first = day;
      if (day >= known.last) Object.assign(known, { last: day, brand });
      known.count += 1;
    }
  }
  const all = [...hosts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (let from = 0; from < all.length; from += ROWS_AT_ONCE) {
    const part = all.slice(from, from + ROWS_AT_ONCE);
    await saveKnownHosts(on, {
      issuerId,
      hosts: part.map(([host]) => host),
      firstOns: part.map(([, { first }]) => first),
      lastOns: part.map(([, { last }]) => last),
      brands: part.map(([, { brand }]) => brand),
      urlCounts: part.map(([, { count }]) => count),
    });
  }
  return { hosts: all.length };
}

/** What the lists say of these hosts, and of the names that they stand under. */
export async function readKnownHosts(
  on: Queryable,
  issuerId: number | null,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, { readonly brand: string; readonly since: string }>> {
  const asked = [...new Set(hosts.flatMap((host) => [host, registered(host)]))].slice(0, ASKED_MAX);
  const rows = await findKnownHosts(on, { hosts: asked, issuerId });
  return new Map(rows.map(({ host, brand, firstOn }) => [host, { brand, since: firstOn }]));
}

const ROWS_AT_ONCE = 1_000;
const BRAND_MAX = 200;
const ASKED_MAX = 100;

function readDay(text: string): string | null {
  const found = /^\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/.exec(text);
  if (found === null) return null;
  const [, year = '', month = '', day = ''] = found;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return new Date(at).toISOString().startsWith(iso) ? iso : null;
}

function unhidden(text: string): string {
  return text.trim().replaceAll('[.]', '.').replace(/^hxxp/i, 'http');
}

/** RFC 4180, with a bound. */
function csvRows(text: string): readonly { readonly cells: string[]; readonly line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  let line = 0;
  for (const row of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    line += 1;
    if (row.trim() === '' || row.startsWith('#')) continue;
    if (rows.length >= LIST_ROWS_MAX) break;
    const cells = [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)];
    rows.push({
      line,
      cells: cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? ''),
    });
  }
  return rows;
}
