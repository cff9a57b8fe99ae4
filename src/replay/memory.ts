/** What a story remembers: cards by their names, and what was told before. */
export class Memory {
  readonly #things = new Map<string, unknown>();

  keep(name: string, thing: unknown): void {
    this.#things.set(name, thing);
  }

  /** `${name}` and `${name.member}` in every text; one that is nothing else becomes the thing itself. */
  fill<Value>(value: Value): Value {
    if (typeof value === 'string') return this.#fillText(value) as Value;
    if (Array.isArray(value)) return value.map((each: unknown) => this.fill(each)) as Value;
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, each]) => [key, this.fill(each as unknown)]);
    return Object.fromEntries(members) as Value;
  }

  #fillText(text: string): unknown {
    const whole = /^\$\{([\w.-]+)\}$/.exec(text)?.[1];
    if (whole !== undefined) return this.#find(whole);
    const filled = text.replaceAll(/\$\{([\w.-]+)\}/g, (_found, path: string) =>
      String(this.#find(path)),
    );
    return filled === text ? text : this.#fillText(filled); // `${card-${n}}` is filled from the inside
  }

  #find(path: string): unknown {
    const [name = '', ...members] = path.split('.');
    if (!this.#things.has(name)) throw new Error(`nothing is remembered as ${name}`);
    return memberOf(this.#things.get(name), members.join('.'));
  }
}

/** `body.items.0.key` of what was told; a step `[key=value,other=value]` takes the element of a list that has them. */
export function memberOf(told: unknown, path: string): unknown {
  let found = told;
  for (const step of path === '' ? [] : path.split(/\.(?![^[]*\])/)) {
    if (typeof found !== 'object' || found === null) return undefined;
    const wanted = /^\[(.*)\]$/
      .exec(step)?.[1]
      ?.split(',')
      .map((each) => each.split('='));
    found =
      wanted === undefined
        ? (found as Record<string, unknown>)[step]
        : (found as Record<string, unknown>[]).find((each) =>
            wanted.every(([key = '', value]) => String(each[key]) === value),
          );
  }
  return found;
}
