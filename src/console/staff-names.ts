import type { Queryable } from '../kernel/database/index.ts';
import { readOperators } from '../operators/index.ts';

/** Says who an actor is: a person of the staff by name, and everything else as it stands in the rows. */
export type NameOfActor = (actor: string) => string;

export async function readStaffNames(on: Queryable): Promise<NameOfActor> {
  const operators = await readOperators(on, null);
  const names = new Map(operators.map(({ actor, name }) => [actor, name]));
  return (actor) => names.get(actor) ?? actor;
}
