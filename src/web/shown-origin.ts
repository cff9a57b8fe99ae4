import { isIP } from 'node:net';

/** What stands in an example where nobody has said what this server is called. */
const NOBODYS = 'https://kinken.example';

/**
 * The origin that a page prints. What a request says of its host is its sender's word, and a page that repeats it is
 * kept by a cache for others: so the one that is set, or that of this machine.
 */
export function shownOrigin(
  publicUrl: string | null,
  { protocol, host }: { readonly protocol: string; readonly host: string },
): string {
  if (publicUrl !== null) return publicUrl;
  const asked = URL.parse(`${protocol}://${host}`);
  return asked !== null && isLoopback(asked.hostname) ? asked.origin : NOBODYS;
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
