/** A broken assumption of ours, never a fault of the caller: it stops the work at hand. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** States what must be true for the code that follows to make sense. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new AssertionFailed(sentence);
}

/** The value itself where it must be there. */
export function present<Value>(value: Value | null | undefined, sentence: string): Value {
  if (value === null || value === undefined) throw new AssertionFailed(sentence);
  return value;
}

/** A branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`);
}
