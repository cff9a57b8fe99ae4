import { present } from '../kernel/assert.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  findTerminalByCodes,
  insertTerminal,
  listTerminalsOfIssuer,
  updateTerminalActive,
} from './change-clients.sql.ts';
import { changeClients, findClient, type ClientDesk, type ClientRefusal } from './client-desk.ts';
import type { NewTerminal } from './contract.ts';

export interface ListedTerminal {
  readonly terminalId: number;
  readonly clientId: string; // its key
  readonly merchantCode: string;
  readonly terminalCode: string;
  readonly dialect: string;
  readonly addresses: readonly string[];
  readonly isActive: boolean;
}

export function createTerminal(
  desk: ClientDesk,
  wanted: NewTerminal,
): Promise<Result<ListedTerminal, ClientRefusal>> {
  const { merchantCode, terminalCode, dialect, addresses } = wanted;
  const subject = `${merchantCode}/${terminalCode}`;
  const named = { act: 'terminal.create', subject, detail: { ...wanted } };
  return changeClients(desk, named, async (on) => {
    const { issuerId, catalogue } = desk;
    const client = await findClient(on, issuerId, wanted.clientId);
    if (!client) return refused('client_not_found');
    const seller = catalogue.findSeller(issuerId, wanted.sellerId);
    if (!seller) return refused('seller_not_found');
    const merchant = catalogue.findMerchant(issuerId, wanted.merchantId);
    if (!merchant) return refused('merchant_not_found');
    const [taken] = await findTerminalByCodes(on, { merchantCode, terminalCode });
    if (taken) return refused('key_taken');
    const [row] = await insertTerminal(on, {
      clientId: client.clientId,
      merchantId: merchant.merchantId,
      sellerId: seller.sellerId,
      merchantCode,
      terminalCode,
      dialect,
      addresses,
      certificateFingerprint: wanted.certificateFingerprint,
      valueMaxMinor: wanted.valueMaxMinor === null ? null : BigInt(wanted.valueMaxMinor),
      missesMax: wanted.missesMax,
    });
    const { terminalId } = present(row, 'an inserted row comes back');
    const { clientId } = wanted;
    return accepted({
      terminalId,
      clientId,
      merchantCode,
      terminalCode,
      dialect,
      addresses,
      isActive: true,
    });
  });
}

/** In the order of their ids; `after` is the last id of the page before, 0 for the first page. */
export async function listTerminals(
  desk: ClientDesk,
  page: { readonly after: number; readonly size: number },
): Promise<readonly ListedTerminal[]> {
  const rows = await listTerminalsOfIssuer(desk.connection, { issuerId: desk.issuerId, ...page });
  return rows.map(({ clientKey, ...row }) => ({ ...row, clientId: clientKey }));
}

export function setTerminalActive(
  desk: ClientDesk,
  terminalId: number,
  isActive: boolean,
): Promise<Result<{ readonly terminalId: number; readonly isActive: boolean }, ClientRefusal>> {
  const act = isActive ? 'terminal.enable' : 'terminal.disable';
  return changeClients(desk, { act, subject: String(terminalId), detail: {} }, async (on) => {
    const { issuerId } = desk;
    const changed = await updateTerminalActive(on, { terminalId, issuerId, isActive });
    return changed === 0 ? refused('terminal_not_found') : accepted({ terminalId, isActive });
  });
}
