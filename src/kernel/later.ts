import { createRequire } from 'node:module';

/**
 * Done when it is first asked for, and then had: a start does not wait for what may never be used. What fails, at
 * once or as a promise, is tried again by the next who asks.
 */
export function later<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    if (made === undefined) {
      const value = make();
      made = { value };
      if (value instanceof Promise) value.catch(() => (made = undefined));
    }
    return made.value;
  };
}

/** A package, loaded at its first use: for those that must be had without waiting. */
export function laterPackage<Package>(name: string): () => Package {
  return later(() => load(name) as Package);
}

const load = createRequire(import.meta.url);
