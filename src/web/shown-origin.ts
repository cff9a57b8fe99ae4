import { isLoopback } from '../kernel/loopback.ts';

/** What stands in an example where nobody has said what this server is called. */
const NOBODYS = 'https://kinken.example';

interface Asked {
  readonly protocol: string;
  readonly host: string;
}

/**
 * Where people reach us. What a request says of its host is its sender's word, and whoever follows a link that
 * repeats it goes where that sender wants: so the one that is set, or that of this machine; else it is not known.
 */
export function publicOrigin(publicUrl: string | null, { protocol, host }: Asked): string | null {
  if (publicUrl !== null) return publicUrl;
  const asked = URL.parse(`${protocol}://${host}`);
  return asked !== null && isLoopback(asked.hostname) ? asked.origin : null;
}

/** The origin that an example prints. */
export function shownOrigin(publicUrl: string | null, asked: Asked): string {
  return publicOrigin(publicUrl, asked) ?? NOBODYS;
}
