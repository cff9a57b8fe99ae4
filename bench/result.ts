/** What was written by hand behind the table of a result before: its head and its first table are measured anew. */
export function notesBehind(written: string): string {
  return written.replace(/^[^]*?\n(?:\|.*\n)+/, '');
}
