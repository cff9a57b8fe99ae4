/** What somebody from outside writes, where it will stand in a message of ours, which says that it is from us. */

/** A link, a mail address, or what a mail program makes one of: `example.com`, in any width. */
export function leadsElsewhere(text: string): boolean {
  const plain = text.normalize('NFKC');
  return /:\/\/|\bwww\.|\S@\S|[a-zA-Z0-9-]{2,}\.(?:[a-z]{2,}|[A-Z]{2,})(?![a-zA-Z])/.test(plain);
}

/**
 * A name, as far as that can be said: nothing that leads elsewhere, no number to call, nothing that ends a line or
 * turns the words around it. Short of that a name is kept as it was typed.
 */
export function canBeName(text: string): boolean {
  const digits = text.match(/\p{Nd}/gu)?.length ?? 0;
  return digits < DIGITS_TO_CALL && !TURNS_OR_ENDS.test(text) && !leadsElsewhere(text);
}

const DIGITS_TO_CALL = 7;
const TURNS_OR_ENDS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
