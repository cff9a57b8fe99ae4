import { present } from '../kernel/assert.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { ClientDirectory, SigningKeyRow, TerminalRow } from './directory.ts';

const CANCEL_WINDOW_MS = 15 * 60 * 1_000;

/** The terminals in the shape in which the till asks for them. */
export function terminalDirectory(clients: ClientDirectory, catalogue: () => Catalogue) {
  // One object a terminal and catalogue: a connection remembers the terminals that it has let in.
  let known = new WeakMap<TerminalRow, TerminalRow & { tenderId: number | null }>();
  let knownFor: Catalogue | undefined;
  const withTender = (row: TerminalRow) => {
    const now = catalogue();
    if (knownFor !== now) {
      known = new WeakMap();
      knownFor = now;
    }
    const found = known.get(row) ?? { ...row, tenderId: cashTenderOf(row.issuerId, now) };
    known.set(row, found);
    return found;
  };
  return {
    find(merchantCode: string, terminalCode: string) {
      const row = clients.findTerminal(merchantCode, terminalCode);
      return row && withTender(row);
    },
    active: () => [...clients.activeTerminals()].map(withTender),
  };
}

/** At a till people pay in cash: the issuer's only tender of that kind. No message says how. */
function cashTenderOf(issuerId: number, { tenders }: Catalogue): number | null {
  let found: number | null = null;
  for (const tender of tenders.values()) {
    if (tender.issuerId !== issuerId || tender.kind !== 'cash') continue;
    if (found !== null) return null;
    found = tender.tenderId;
  }
  return found;
}

/** The partners in the shape in which the AGCOD door asks for them. */
export function partnerDirectory(clients: ClientDirectory, catalogue: () => Catalogue) {
  return {
    findByAccessKey(accessKeyId: string) {
      const row = clients.findSigningKey(accessKeyId);
      if (!row) return undefined;
      const { secretAccessKey } = row;
      return { secretAccessKey, partner: partnerOf(row, catalogue()) };
    },
  };
}

/** A second id under which a sandbox partner is answered mock codes only: the same with another first letter. */
export function mockPartnerIdOf(partnerId: string): string {
  return `${partnerId.startsWith('M') ? 'N' : 'M'}${partnerId.slice(1)}`;
}

function partnerOf(row: SigningKeyRow, catalogue: Catalogue) {
  const { client, partnerId, productId, isSandbox, callsPerSecondMax } = row;
  const product = present(catalogue.products.get(productId), 'a partner names a product');
  const sellerId = present(client.sellerId, 'a partner sells as somebody');
  const funding =
    client.funding === 'funds'
      ? { from: 'funds' as const, clientId: client.clientId }
      : { from: 'seller' as const, sellerId };
  const cardProductIds = [...catalogue.products.values()]
    .filter((each) => each.issuerId === client.issuerId && each.kind !== 'code')
    .map((each) => each.productId);
  return {
    partnerId,
    clientId: client.clientId,
    issuerId: client.issuerId,
    productId,
    cardProductIds,
    sellerId,
    funding,
    unit: product.unit,
    isSandbox,
    mockPartnerId: isSandbox ? mockPartnerIdOf(partnerId) : null,
    callsPerSecondMax,
    cancelWindowMs: CANCEL_WINDOW_MS,
  };
}
