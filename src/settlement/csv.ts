/**
 * CSV by RFC 4180: UTF-8, CRLF, quotes doubled. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front; whole numbers, negative ones too, stay what they are.
 */
export function csvLine(fields: readonly (string | number | bigint | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

const FORMULA = /^[=+\-@\t\r|%]/;
const NEEDS_QUOTES = /[",\r\n]/;

function csvField(value: string | number | bigint | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
