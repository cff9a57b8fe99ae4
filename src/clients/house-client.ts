import { assert } from '../kernel/assert.ts';
import { createClient, listClients } from './change-clients.ts';
import type { ClientDesk } from './client-desk.ts';
import { newClient } from './contract.ts';

/** In its name the issuer itself asks: for runs, imports, funds, and what its staff does to a card. */
export const HOUSE_CLIENT = { key: 'house', name: 'The issuer itself' };

/** The issuer's own client; made when it is first needed. */
export async function houseClientId(desk: ClientDesk): Promise<number> {
  const find = async (): Promise<number | undefined> =>
    (await listClients(desk)).find(({ key }) => key === HOUSE_CLIENT.key)?.clientId;
  const known = await find();
  if (known !== undefined) return known;
  const made = await createClient(desk, newClient.parse(HOUSE_CLIENT));
  if (made.ok) return made.value.clientId;
  const byAnother = await find(); // two at once: the other one has made it
  assert(byAnother !== undefined, `the issuer's own client can be made: ${made.refusal}`);
  return byAnother;
}
