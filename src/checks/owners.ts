import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { findIssuer, type CatalogueDesk, type CatalogueOfParties } from '../programmes/index.ts';
import { readChannelValue, type Channel, type ChannelKind, type Owner } from './channel.ts';
import {
  insertChannels,
  readChannels,
  readOwners,
  removeChannels,
  saveOwner,
} from './checks.sql.ts';
import type { NewOwner } from './contract.ts';

export interface OwnerHolder {
  current(): readonly Owner[];
  refresh(on: Queryable): Promise<readonly Owner[]>;
}

const OWNERS_MAX = 1_000;
const CHANNELS_MAX = 20_000;

/** The register of what is really used. `own`: what this server itself sends by, which nobody need enter. */
export async function holdOwners(on: Queryable, own: readonly Owner[]): Promise<OwnerHolder> {
  let owners = await readAll(on, own);
  return {
    current: () => owners,
    refresh: async (again) => (owners = await readAll(again, own)),
  };
}

async function readAll(on: Queryable, own: readonly Owner[]): Promise<readonly Owner[]> {
  const [owners, channels] = await Promise.all([
    readOwners(on, { most: OWNERS_MAX }),
    readChannels(on, { most: CHANNELS_MAX }),
  ]);
  const byOwner = new Map<number, Channel[]>();
  for (const { ownerId, kind, value, isNumbered } of channels) {
    const known = byOwner.get(ownerId) ?? [];
    known.push({ kind: kind as ChannelKind, value, isNumbered });
    byOwner.set(ownerId, known);
  }
  const entered = owners.map((owner) => ({
    ...owner,
    channels: byOwner.get(owner.ownerId) ?? [],
  }));
  // What this server itself sends by stands first: it knows that its own messages are numbered.
  return [...own, ...entered];
}

export type OwnerRefusal = 'issuer_not_found';

/** Writes a company with all its channels, new or anew, with its audit row. */
export async function writeOwner(
  desk: CatalogueDesk,
  catalogue: CatalogueOfParties,
  issuerKey: string,
  wanted: NewOwner,
): Promise<Result<{ readonly key: string; readonly channels: number }, OwnerRefusal>> {
  const issuer = findIssuer(catalogue, issuerKey);
  if (issuer === undefined) return refused('issuer_not_found');
  const channels = new Map<string, Channel>();
  for (const { kind, value: text, isNumbered } of wanted.channels) {
    const value = present(readChannelValue(kind, text), 'the contract takes only what can be read');
    channels.set(`${kind} ${value}`, { kind, value, isNumbered });
  }
  const rows = [...channels.values()];
  await desk.connection.transaction(async (transaction) => {
    const [saved] = await saveOwner(transaction, {
      issuerId: issuer.issuerId,
      key: wanted.key,
      nameJa: wanted.nameJa,
      nameEn: wanted.nameEn,
      words: wanted.words,
    });
    const { ownerId } = present(saved, 'what is saved has its id');
    await removeChannels(transaction, { ownerId });
    await insertChannels(transaction, {
      ownerId,
      kinds: rows.map(({ kind }) => kind),
      values: rows.map(({ value }) => value),
      areNumbered: rows.map(({ isNumbered }) => isNumbered),
    });
    const subject = `${issuerKey}/${wanted.key}`;
    await desk.record(transaction, { act: 'sender.write', subject, detail: { ...wanted } });
  });
  return accepted({ key: wanted.key, channels: rows.length });
}
