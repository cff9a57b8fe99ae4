import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { findIssuer, type CatalogueDesk, type CatalogueOfParties } from '../programmes/index.ts';
import { readLink } from './find-contacts.ts';
import { findKnownHosts, insertHostList, saveKnownHosts } from './checks.sql.ts';
import { registered } from './own-names.ts';

/** A row of a list of phishing addresses. */
export interface ListedUrl {
  readonly on: string; // 2026-04-01
  readonly host: string;
  readonly path: string;
  readonly brand: string;
}

export interface WrongLine {
  readonly line: number;
  readonly why: 'date' | 'address';
  readonly sentence: string;
}

export interface ReadList {
  readonly urls: readonly ListedUrl[];
  /** Rows that could not be read, by their line: told, and left out. */
  readonly wrong: readonly WrongLine[];
  /** There are more rows than are read at once. */
  readonly isCut: boolean;
}

/** A host of phishing, as one list or several tell of it. */
export interface ListedHost {
  readonly host: string;
  readonly firstOn: string;
  readonly lastOn: string;
  readonly brand: string;
  readonly urlCount: number;
}

export const LIST_ROWS_MAX = 1_000_000;

/**
 * A CSV of date, address and brand, in any order that its first line names (`date,URL,description`); without
 * such a line in this one. Dates like 2026-04-01, 2026/4/1 and with a time behind them.
 */
export function readUrlList(text: string): ReadList {
  const { rows, isCut } = csvRows(text);
  const head = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const hasHead = head.some((cell) => /^(url|uri|address)$/.test(cell));
  const columnOf = (pattern: RegExp, otherwise: number) =>
    hasHead ? head.findIndex((cell) => pattern.test(cell)) : otherwise;
  const [dateAt, urlAt, brandAt] = [
    columnOf(/date|time|日/, 0),
    columnOf(/^(url|uri|address)$/, 1),
    columnOf(/brand|target|description|ブランド/, 2),
  ];
  const urls: ListedUrl[] = [];
  const wrong: WrongLine[] = [];
  for (const { cells, line } of rows.slice(hasHead ? 1 : 0)) {
    const on = readDay(cells[dateAt] ?? '');
    const link = readLink(unhidden(cells[urlAt] ?? ''));
    if (on === null) wrong.push({ line, why: 'date', sentence: 'the date cannot be read' });
    else if (link === null || !isNamed(link.host)) {
      wrong.push({ line, why: 'address', sentence: 'the address cannot be read' });
    } else {
      const brand = (cells[brandAt] ?? '').trim().slice(0, BRAND_MAX);
      urls.push({ on, host: link.host, path: link.path, brand });
    }
  }
  return { urls, wrong, isCut };
}

/** By host, with the brand that was named last; in the order of names, so that a list is always the same. */
export function hostsOf(urls: readonly ListedUrl[]): readonly ListedHost[] {
  const hosts = new Map<string, { first: string; last: string; brand: string; count: number }>();
  for (const { host, on: day, brand } of urls) {
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, { first: day, last: day, brand, count: 1 });
    else {
      if (day < known.first) known.first = day;
      if (day >= known.last) Object.assign(known, { last: day, brand });
      known.count += 1;
    }
  }
  return [...hosts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([host, { first, last, brand, count }]) => ({
      host,
      firstOn: first,
      lastOn: last,
      brand,
      urlCount: count,
    }));
}

/**
 * In parts, so that a list of a year is no single statement. Cut off anywhere, it is done again from the beginning:
 * what is there stays as it is.
 */
export async function importKnownHosts(
  on: Queryable,
  issuerId: number,
  hosts: readonly ListedHost[],
): Promise<{ readonly hosts: number }> {
  for (let from = 0; from < hosts.length; from += ROWS_AT_ONCE) {
    const part = hosts.slice(from, from + ROWS_AT_ONCE);
    await saveKnownHosts(on, {
      issuerId,
      hosts: part.map(({ host }) => host),
      firstOns: part.map(({ firstOn }) => firstOn),
      lastOns: part.map(({ lastOn }) => lastOn),
      brands: part.map(({ brand }) => brand),
      urlCounts: part.map(({ urlCount }) => urlCount),
    });
  }
  return { hosts: hosts.length };
}

/** The list that hosts came from, as it is told with the last of them. */
export interface ToldList {
  readonly source: string;
  readonly urls: number;
  readonly hosts: number;
  readonly refused: number;
  readonly firstOn: string;
  readonly lastOn: string;
}

/** Written by administration, with the row of its trail. */
export async function addKnownHosts(
  desk: Pick<CatalogueDesk, 'connection' | 'record' | 'clock' | 'actor'>,
  catalogue: CatalogueOfParties,
  issuerKey: string,
  {
    hosts,
    list = null,
  }: { readonly hosts: readonly ListedHost[]; readonly list?: ToldList | null },
): Promise<Result<{ readonly hosts: number }, 'issuer_not_found'>> {
  const issuer = findIssuer(catalogue, issuerKey);
  if (issuer === undefined) return refused('issuer_not_found');
  const { issuerId } = issuer;
  await desk.connection.transaction(async (transaction) => {
    await importKnownHosts(transaction, issuerId, hosts);
    const brought = { issuerId, importedAt: desk.clock.now(), importedBy: desk.actor };
    if (list !== null) await insertHostList(transaction, { ...list, ...brought });
    const detail = { hosts: hosts.length };
    await desk.record(transaction, { act: 'phishing_hosts.import', subject: issuerKey, detail });
  });
  return accepted({ hosts: hosts.length });
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

/** A name, or an address of the Internet Protocol: `abc` is a word that stands in the wrong column. */
function isNamed(host: string): boolean {
  return host.length <= 253 && (host.includes('.') || host.startsWith('['));
}

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
function csvRows(text: string): {
  readonly rows: readonly { readonly cells: string[]; readonly line: number }[];
  readonly isCut: boolean;
} {
  const rows: { cells: string[]; line: number }[] = [];
  let line = 0;
  for (const row of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    line += 1;
    if (row.trim() === '' || row.startsWith('#')) continue;
    if (rows.length >= LIST_ROWS_MAX) return { rows, isCut: true };
    const cells = [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)];
    rows.push({
      line,
      cells: cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? ''),
    });
  }
  return { rows, isCut: false };
}
