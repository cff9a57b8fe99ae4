import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address, or a host as it stands in a URL (`localhost`, `[::1]`), is this machine itself. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  if (version === 0) return address === 'localhost';
  return LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6'); // `::ffff:127.0.0.1`, too
}

/**
 * An origin of this machine as people type it: by its name, for browsers make no passkeys for a number. One that
 * has another name, or a number to which that name does not lead, stays as it is.
 */
export function namedOrigin(origin: string): string {
  return origin.replace(/^(https?:\/\/)(?:127\.0\.0\.1|\[::1\])(?=:|$)/, '$1localhost');
}
