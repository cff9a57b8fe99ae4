import type { FastifyInstance } from 'fastify';
import {
  bringInHosts,
  findHostLists,
  LIST_CHARACTERS_MAX,
  previewHosts,
  type HostListPreview,
  type Owner,
} from '../checks/index.ts';
import { accepted } from '../kernel/result.ts';
import { hostListFile, type ShownHostList } from './host-list-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';
import { readStaffNames } from './staff-names.ts';

const BODY_BYTES_MAX = 4 * LIST_CHARACTERS_MAX; // as JSON, in any alphabet
const HOSTS_SHOWN = 20;

/** Lists of phishing hosts: looked at first, with what is left out of them, then brought in whole. */
export function hostListRoutes(register: { owners(): readonly Owner[] }) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    const { connection } = parts;
    const file = {
      method: 'POST',
      permission: 'reports:settle',
      body: hostListFile,
      bodyBytesMax: BODY_BYTES_MAX,
    } as const;
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/phishing-lists',
      permission: 'reports:settle',
      audit: null,
      async act(_operator, { issuer: { issuerId } }) {
        const { hosts, lists } = await findHostLists(connection, issuerId);
        const nameOf = await readStaffNames(connection);
        return accepted({
          hosts,
          lists: lists.map(({ listId, importedBy, ...list }) => ({
            ...list,
            listId: String(listId),
            importedBy: nameOf(importedBy),
          })),
        });
      },
    });
    consoleRoute(scope, parts, {
      ...file,
      url: '/phishing-lists/preview', // a file is a body; nothing is done by it
      audit: null,
      act: async (_operator, { body: { text } }) =>
        accepted(shown(previewHosts(text, register.owners()), false)),
    });
    consoleRoute(scope, parts, {
      ...file,
      url: '/phishing-lists',
      audit: 'act',
      note: ({ body: { source } }) => ({
        act: 'phishing.import',
        subject: source,
        detail: { hosts: 0 }, // of a list that was refused
      }),
      act: async (
        { actor },
        { issuer: { issuerId }, body: { source, text }, arrivedAt, record },
      ) => {
        const list = previewHosts(text, register.owners());
        const by = { issuerId, source, importedAt: arrivedAt, importedBy: actor };
        const isDone = await connection.transaction(async (on) => {
          const isIn = await bringInHosts(on, list, by);
          const detail = { hosts: list.hosts.length, urls: list.urls, refused: list.refused };
          if (isIn) await record(on, { act: 'phishing.import', subject: source, detail });
          return isIn;
        });
        return accepted(shown(list, isDone));
      },
    });
  };
}

function shown(list: HostListPreview, isDone: boolean): ShownHostList {
  const { hosts, urls, refused, lines, ours } = list;
  return {
    isDone,
    hosts: hosts.length,
    urls,
    refused,
    lines: [...lines],
    ours: [...ours],
    sample: hosts.slice(0, HOSTS_SHOWN).map((host) => ({ ...host })),
  };
}
