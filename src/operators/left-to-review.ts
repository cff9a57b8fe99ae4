import type { Queryable } from '../kernel/database/index.ts';
import type { Permission, Role } from './contract.ts';
import { actorOf, type Operator } from './operator.ts';
import { listHoldersFor } from './operators.sql.ts';
import { permissionsOf } from './permissions.ts';

/** Without these nobody looks at what is done alone. */
const WATCHING: readonly Permission[] = ['glass:review', 'audit:see'];

/**
 * Whether somebody other than who does it (`actor`) still reviews and reads the trail when an operator has
 * these roles and no others. What the operator does not hold now is not missed.
 */
export async function isLeftToReview(
  on: Queryable,
  actor: string,
  after: Pick<Operator, 'operatorId' | 'permissions' | 'issuerId'> & {
    readonly roles: readonly Role[];
  },
): Promise<boolean> {
  const kept = permissionsOf(after.roles);
  const lost = WATCHING.filter((each) => after.permissions.has(each) && !kept.has(each));
  if (lost.length === 0) return true;
  const rows = await listHoldersFor(on, { issuerId: after.issuerId });
  const others = rows
    .filter(({ operatorId }) => operatorId !== after.operatorId && actorOf(operatorId) !== actor)
    .map(({ roles }) => permissionsOf(roles as readonly Role[]));
  return lost.every((each) => others.some((held) => held.has(each)));
}
