import { BlockList, isIP } from 'node:net';

import { assert } from '../../kernel/assert.ts';
import { isLoopback } from '../../kernel/loopback.ts';
import type { Terminal } from './contract.ts';

/** Who is at the other end of a connection, as the network proves it. */
export interface Peer {
  readonly address: string;
  readonly certificateFingerprint: string | null; // as node:tls writes it, or any hex
  /** Terminals that have spoken here; the exchange adds to it. */
  readonly terminals: Map<number, Terminal>;
  readonly terminalsMax: number;
}

/**
 * Whether a terminal may speak from there (R30): with its own certificate if it has one, and from
 * its addresses. Without either it speaks from loopback only.
 */
export function isPeerAllowed(terminal: Terminal, peer: Peer): boolean {
  if (terminal.certificateFingerprint !== null) {
    const shown = peer.certificateFingerprint;
    if (shown === null || plainHex(shown) !== plainHex(terminal.certificateFingerprint))
      return false;
    if (terminal.addresses.length === 0) return true;
  }
  if (terminal.addresses.length === 0) return isLoopback(peer.address);
  return isListed(listOf(terminal), peer.address);
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

const LISTS = new WeakMap<Terminal, BlockList>();

function listOf(terminal: Terminal): BlockList {
  const known = LISTS.get(terminal);
  if (known !== undefined) return known;
  const list = readAddresses(terminal.addresses);
  LISTS.set(terminal, list);
  return list;
}

/** Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. Throws on anything else. */
export function readAddresses(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [address = '', bits] = text.split('/');
    const version = isIP(address);
    assert(version !== 0, `"${text}" is no address`);
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else {
      const isBits = /^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
      assert(isBits, `"${text}" is no block of addresses`);
      list.addSubnet(address, Number(bits), family);
    }
  }
  return list;
}

/** An IPv4 caller on an IPv6 socket is written `::ffff:192.0.2.7` and is the same caller. */
function isListed(list: BlockList, address: string): boolean {
  const plain =
    address.toLowerCase().startsWith('::ffff:') && address.includes('.')
      ? address.slice(7)
      : address;
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
