import type { Clock } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { refused, type Result } from '../kernel/result.ts';
import { changeSystem, createSystem, type SystemRefusal } from './change-systems.ts';
import type { NewSystemSent, SystemChangeSent } from './contract.ts';
import { isOverAt, type Incident } from './incident.ts';
import { loadRecord } from './load-record.ts';
import type { Places, System } from './system.ts';

/** `component_affected`: the public is told of it right now, and must go on being told. */
export type SystemEditRefusal = SystemRefusal | 'component_affected' | 'not_an_issuer_system';

export interface SystemEditDesk {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly issuer: { readonly issuerId: number; readonly key: string };
  places(): Places;
  record(
    on: Queryable,
    act: { act: string; subject: string; detail: Readonly<Record<string, unknown>> },
  ): Promise<void>;
}

/** All systems of an issuer in the order of the page, also those that the public does not see. */
export async function listSystems(on: Connection, issuerId: number): Promise<readonly System[]> {
  const { systems } = await loadRecord(on);
  return systems
    .filter((system) => system.issuerId === issuerId)
    .toSorted((one, other) => one.position - other.position || one.systemId - other.systemId);
}

export async function makeSystem(
  desk: SystemEditDesk,
  { products, ...wanted }: NewSystemSent,
): Promise<Result<System, SystemEditRefusal>> {
  const { issuerId, key } = desk.issuer;
  const productIds = productIdsOf(desk, products);
  if (productIds === null) return refused('product_not_found');
  const named = { act: 'system.create', subject: `${key}/${wanted.key}` };
  return createSystem(
    {
      ...desk,
      issuerId,
      record: (on) => desk.record(on, { ...named, detail: { ...wanted, products } }),
    },
    { ...wanted, productIds, issuerId },
  );
}

export async function editSystem(
  desk: SystemEditDesk,
  systemKey: string,
  sent: SystemChangeSent,
): Promise<Result<System, SystemEditRefusal>> {
  const { issuerId, key } = desk.issuer;
  const { products, ...change } = sent;
  const productIds = products && productIdsOf(desk, products);
  if (productIds === null) return refused('product_not_found');
  return changeSystem<SystemEditRefusal>(
    {
      ...desk,
      issuerId,
      record: (on) =>
        desk.record(on, {
          act: 'system.change',
          subject: `${key}/${systemKey}`,
          detail: { ...sent },
        }),
    },
    (system) => system.key === systemKey,
    { ...change, ...(productIds && { productIds }) },
    ({ before, after, incidents }) => {
      if (productIds && productIds.length > 0 && before.kind !== 'issuer') {
        return 'not_an_issuer_system';
      }
      const now = desk.clock.now();
      const told = incidents.filter((each) => each.issuerId === issuerId && !isOverAt(each, now));
      return told.some((incident) => isCutOff(incident, after)) ? 'component_affected' : null;
    },
  );
}

/** Whether an incident is told of a component that would not be seen any more. */
function isCutOff({ affected }: Incident, after: System): boolean {
  return affected.some(
    ({ systemId, phase }) =>
      systemId === after.systemId && (!after.isShown || !after.phases.includes(phase)),
  );
}

function productIdsOf(desk: SystemEditDesk, keys: readonly string[]): number[] | null {
  const ours = [...desk.places().products.values()].filter(
    ({ issuerId }) => issuerId === desk.issuer.issuerId,
  );
  const ids = keys.map((key) => ours.find((product) => product.key === key)?.productId);
  return ids.some((id) => id === undefined) ? null : (ids as number[]);
}
