import type { Random } from '../kernel/crypto.ts';
import { newSecret } from '../kernel/crypto.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  findPartner,
  insertPartner,
  insertSigningKey,
  listPartnersOfIssuer,
  revokeSigningKeyOfIssuer,
} from './change-clients.sql.ts';
import { changeClients, findClient, type ClientDesk, type ClientRefusal } from './client-desk.ts';
import type { NewPartner } from './contract.ts';

export function createPartner(
  desk: ClientDesk,
  wanted: NewPartner,
): Promise<Result<NewPartner, ClientRefusal>> {
  const named = { act: 'partner.create', subject: wanted.partnerId, detail: { ...wanted } };
  return changeClients(desk, named, async (on) => {
    const client = await findClient(on, desk.issuerId, wanted.clientId);
    if (!client) return refused('client_not_found');
    if (client.sellerId === null) return refused('seller_not_found'); // a partner sells
    const product = desk.catalogue.findProduct(desk.issuerId, wanted.productId);
    if (!product) return refused('product_not_found');
    if (product.codeShape === null) return refused('product_has_no_code');
    const { partnerId, isSandbox } = wanted;
    // A partner id is one over all issuers: it stands in every message.
    const [taken] = await findPartner(on, { partnerId });
    if (taken) return refused('key_taken');
    await insertPartner(on, {
      partnerId,
      clientId: client.clientId,
      productId: product.productId,
      isSandbox,
      callsPerSecond: wanted.callsPerSecondMax,
    });
    return accepted(wanted);
  });
}

export async function listPartners(desk: ClientDesk): Promise<readonly NewPartner[]> {
  const rows = await listPartnersOfIssuer(desk.connection, { issuerId: desk.issuerId });
  return rows.map((row) => ({
    partnerId: row.partnerId,
    clientId: row.clientKey,
    productId: desk.catalogue.products.get(row.productId)?.key ?? String(row.productId),
    isSandbox: row.isSandbox,
    callsPerSecondMax: row.callsPerSecond,
  }));
}

/** The secret in clear, shown once; kept sealed, because a signature needs the secret itself. */
export interface CreatedSigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function createSigningKey(
  desk: ClientDesk,
  partnerId: string,
): Promise<Result<CreatedSigningKey, ClientRefusal>> {
  const accessKeyId = newAccessKeyId(desk.random);
  const named = { act: 'signing-key.create', subject: partnerId, detail: { accessKeyId } };
  return changeClients(desk, named, async (on) => {
    const [partner] = await findPartner(on, { partnerId });
    if (partner?.issuerId !== desk.issuerId) return refused('partner_not_found');
    const secretAccessKey = newSecret(desk.random);
    await insertSigningKey(on, {
      accessKeyId,
      partnerId,
      secretSealed: desk.keyRing.seal(secretAccessKey),
      createdAt: desk.clock.now(),
    });
    return accepted({ accessKeyId, secretAccessKey });
  });
}

export function revokeSigningKey(
  desk: ClientDesk,
  accessKeyId: string,
): Promise<Result<{ readonly accessKeyId: string }, ClientRefusal>> {
  const named = { act: 'signing-key.revoke', subject: accessKeyId, detail: {} };
  return changeClients(desk, named, async (on) => {
    const revokedAt = desk.clock.now();
    const { issuerId } = desk;
    const revoked = await revokeSigningKeyOfIssuer(on, { accessKeyId, issuerId, revokedAt });
    return revoked === 0 ? refused('signing_key_not_found') : accepted({ accessKeyId });
  });
}

const ACCESS_KEY_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Twenty capitals and digits, as the known clients expect of an access key. Not secret. */
function newAccessKeyId(random: Random): string {
  let id = 'KK';
  while (id.length < 20) id += ACCESS_KEY_ALPHABET[random.below(ACCESS_KEY_ALPHABET.length)];
  return id;
}
