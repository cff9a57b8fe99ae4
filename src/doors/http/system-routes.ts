import type { z } from 'zod';
import { editSystem, listSystems, makeSystem, type SystemEditDesk } from '../../incidents/index.ts';
import { newSystem, systemChange } from '../../incidents/contract.ts';
import { accepted } from '../../kernel/result.ts';
import type { AdminDesks, AdminParts, AdminRoute } from './admin.ts';

type Add = <Body extends z.ZodType>(route: AdminRoute<Body>) => void;

const SCOPE = 'admin:catalogue';

/** The systems that the status page tells of; the page has a change within seconds. */
export function addSystemRoutes(add: Add, parts: AdminParts): void {
  const deskOf = ({ catalogue, clients, issuerKey }: AdminDesks): SystemEditDesk => ({
    connection: parts.connection,
    clock: parts.clock,
    issuer: { issuerId: clients.issuerId, key: issuerKey },
    places: () => parts.catalogue(),
    record: catalogue.record,
  });
  add({
    method: 'GET',
    url: '/systems',
    scope: SCOPE,
    summary: 'Systems of the status page, in its order',
    act: async ({ clients: { issuerId } }) =>
      accepted({ systems: await listSystems(parts.connection, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/systems',
    scope: SCOPE,
    summary: "Make one of the issuer's own systems",
    body: newSystem,
    act: (desks, { body }) => makeSystem(deskOf(desks), body),
  });
  add({
    method: 'POST',
    url: '/systems/:system/change',
    scope: SCOPE,
    summary: 'Change a system: names, products, phases, place, whether it is shown',
    body: systemChange,
    act: (desks, { body, params }) => editSystem(deskOf(desks), params['system'] ?? '', body),
  });
}
