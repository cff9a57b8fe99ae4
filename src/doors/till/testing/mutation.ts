/** Random numbers from 0 to 1 that a seed gives again. */
export function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One to four wounds: a bit, a byte, a cut, something put in, something doubled. */
export function mutate(original: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(original);
  const wounds = 1 + Math.floor(random() * 4);
  for (let wound = 0; wound < wounds; wound += 1) {
    const at = Math.floor(random() * (bytes.length + 1));
    const kind = Math.floor(random() * 5);
    if (kind === 0 && at < bytes.length) bytes[at]! ^= 1 << Math.floor(random() * 8);
    else if (kind === 1 && at < bytes.length) bytes[at] = Math.floor(random() * 256);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) {
      const put = Buffer.from([Math.floor(random() * 256)]);
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
    } else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2))]);
  }
  return bytes;
}
