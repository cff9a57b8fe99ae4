import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Owner } from './channel.ts';
import { countKnownHosts, insertHostList, listHostLists } from './checks.sql.ts';
import { isReallyUsed } from './judge-message.ts';
import {
  hostsOf,
  importKnownHosts,
  readUrlList,
  type ListedHost,
  type ToldList,
} from './known-hosts.ts';

/** A list that a person brings in: larger ones go by the command, in parts. */
export const LIST_CHARACTERS_MAX = 4_000_000;
const LISTS_SHOWN = 100;
const LINES_TOLD_MAX = 100;

/** What a file holds, before anything is done with it. */
export interface HostListPreview {
  readonly hosts: readonly ListedHost[];
  readonly urls: number;
  readonly refused: number;
  /** The first of the lines that are left out, and why. */
  readonly lines: readonly { readonly line: number; readonly why: 'date' | 'address' }[];
  /** Hosts that are really used, by us or by who is in the register: a list that names them is wrong there. */
  readonly ours: readonly string[];
  readonly firstOn: string | null;
  readonly lastOn: string | null;
}

export function previewHosts(text: string, owners: readonly Owner[]): HostListPreview {
  const { urls, wrong } = readUrlList(text);
  const ours = new Set(urls.map(({ host }) => host).filter((host) => isReallyUsed(owners, host)));
  const taken = urls.filter(({ host }) => !ours.has(host));
  const days = taken.map(({ on }) => on).toSorted();
  return {
    hosts: hostsOf(taken),
    urls: taken.length,
    refused: wrong.length + urls.length - taken.length,
    lines: wrong.slice(0, LINES_TOLD_MAX).map(({ line, why }) => ({ line, why })),
    ours: [...ours].slice(0, LINES_TOLD_MAX),
    firstOn: days.at(0) ?? null,
    lastOn: days.at(-1) ?? null,
  };
}

/** All of it or nothing, in the caller's transaction. False: there is no line that can be taken. */
export async function bringInHosts(
  on: Queryable,
  { hosts, urls, refused, firstOn, lastOn }: HostListPreview,
  by: {
    readonly issuerId: number;
    readonly source: string;
    readonly importedAt: Instant;
    readonly importedBy: string;
  },
): Promise<boolean> {
  if (firstOn === null || lastOn === null) return false;
  await importKnownHosts(on, by.issuerId, hosts);
  await insertHostList(on, { ...by, hosts: hosts.length, urls, refused, firstOn, lastOn });
  return true;
}

export interface HostList extends ToldList {
  readonly listId: bigint;
  readonly importedAt: Instant;
  readonly importedBy: string;
}

/** What was brought in, the newest first, and how many hosts are known of it all. */
export async function findHostLists(
  on: Queryable,
  issuerId: number,
): Promise<{ readonly lists: readonly HostList[]; readonly hosts: number }> {
  const lists = await listHostLists(on, { issuerId, size: LISTS_SHOWN });
  const [counted] = await countKnownHosts(on, { issuerId });
  return { lists, hosts: counted?.hosts ?? 0 };
}
