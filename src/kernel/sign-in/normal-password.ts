/** The same keys give the same password on every input method. */
export function normalPassword(text: string): string {
  return text.normalize('NFKC');
}
