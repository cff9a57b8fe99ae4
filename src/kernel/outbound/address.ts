import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Where a webhook may be delivered. A URL is the client's to choose, so without this check anyone with a
 * webhook could make the server speak to the machines around it.
 */
export type AddressPolicy =
  | 'public' // https to public addresses
  | 'loopback' // and http and https to this machine: the demo
  | 'any';

/** The URL may not be delivered to; said to the client in these words. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** IANA's special-purpose registries: what is not globally reachable, and what leads into IPv4 by another way. */
const NOT_PUBLIC = blockList(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::1/128',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
);
const LOOPBACK = blockList('127.0.0.0/8', '::1/128');

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** What can be judged without asking a name server: for whoever registers a webhook. */
export function judgeWebhookUrl(text: string, policy: AddressPolicy): URL {
  if (text.length > 2_000 || !URL.canParse(text)) throw new AddressRefused('not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && (policy === 'public' || url.protocol !== 'http:')) {
    throw new AddressRefused('a webhook is delivered over https');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AddressRefused('a webhook URL holds no user or password');
  }
  const host = bareHost(url);
  if (isIP(host) !== 0 && !isAllowed(host, policy)) throw new AddressRefused(NOT_ALLOWED);
  return url;
}

const NOT_ALLOWED = 'the address is not a public one';

/**
 * The one address to speak to. Every address of the name must be allowed, and the connection is made to the
 * address that was checked: a name that answers differently the second time leads nowhere else.
 */
export async function pinAddress(
  url: URL,
  policy: AddressPolicy,
  resolve: Resolve = systemResolve,
): Promise<PinnedAddress> {
  const addresses = await resolve(bareHost(url));
  const [first] = addresses;
  if (first === undefined) throw new AddressRefused('the name has no address');
  if (!addresses.every(({ address }) => isAllowed(address, policy)))
    throw new AddressRefused(NOT_ALLOWED);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

export function isAllowed(address: string, policy: AddressPolicy): boolean {
  if (policy === 'any') return true;
  if (policy === 'loopback' && isIn(LOOPBACK, address)) return true;
  return !isIn(NOT_PUBLIC, address);
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true; // what is no address is allowed nowhere
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function blockList(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits = ''] = subnet.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
