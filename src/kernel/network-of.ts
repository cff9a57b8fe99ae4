import { isIPv6 } from 'node:net';

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4; // 64 bits: what one household or one server is given

/**
 * Whom an address stands for. Of IPv6 it is the network, because whoever has one has 2^64 addresses in it to
 * ask from; IPv4 written as IPv6 is itself. What is no address is left as it is.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || !isIPv6(address)) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const network = groups.slice(0, GROUPS_OF_NETWORK).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of a valid address. */
function groupsOf(address: string): number[] {
  const plain = address.split('%', 1)[0] ?? '';
  const [head = '', tail] = plain.split('::');
  const first = readGroups(head);
  const last = readGroups(tail ?? '');
  const missing = GROUPS - first.length - last.length;
  return [...first, ...Array.from({ length: missing }, () => 0), ...last];
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
