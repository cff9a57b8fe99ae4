import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { namedOrigin } from '../../kernel/loopback.ts';
import type { Ceremony } from '../../members/index.ts';
import { publicOrigin } from '../shown-origin.ts';

type Asked = Pick<FastifyRequest, 'hostname' | 'host' | 'protocol'>;

/**
 * Where passkeys are of: the address by which people reach us, as it is set, or `localhost` on the machine
 * itself. Null: browsers make none for this address (a number, a name without encryption, one that nobody set).
 */
export function ceremonyPlace(
  { hostname, host, protocol }: Asked,
  publicUrl: string | null,
): Pick<Ceremony, 'rpId' | 'origin'> | null {
  if (publicUrl !== null) {
    const url = new URL(publicUrl);
    const rpId = url.hostname;
    const isSafe = url.protocol === 'https:' || rpId === 'localhost';
    return isSafe && isIP(rpId) === 0 && !rpId.startsWith('[')
      ? { rpId, origin: url.origin }
      : null;
  }
  return hostname === 'localhost' ? { rpId: 'localhost', origin: `${protocol}://${host}` } : null;
}

/** Where they are, for whoever came to this machine by its number. Null: they are here, or nowhere that is known. */
export function passkeysAt(asked: Asked, publicUrl: string | null): string | null {
  const here = publicUrl === null ? publicOrigin(null, asked) : null;
  const named = here === null ? null : namedOrigin(here);
  return named === here ? null : named;
}
