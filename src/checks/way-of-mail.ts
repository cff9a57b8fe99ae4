import { BlockList, isIP } from 'node:net';

/** From which machine a mail came to the first one that noted it, as its own words say. */
export interface Way {
  readonly ip: string;
  readonly helo: string;
  readonly sender: string; // of the envelope; empty: of a bounce, or not noted
}

const HOPS_MAX = 20;

/**
 * The newest hop that names a machine on the net: those of a mailbox's own machines, which come after it, have
 * private addresses. Null where none does, as in a file that was saved before it was sent. Pure; `header` unfolded or not.
 */
export function wayOf(header: string): Way | null {
  const lines = header.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const hops = lines.filter((line) => /^received[ \t]*:/i.test(line)).slice(0, HOPS_MAX);
  const returned = lines.find((line) => /^return-path[ \t]*:/i.test(line)) ?? '';
  const sender = /<([^<>\s]{0,254})>/.exec(returned)?.[1] ?? '';
  for (const hop of hops) {
    const from = /^received[ \t]*:[ \t]*from[ \t]+([^ \t].{0,999}?)(?:[ \t]by[ \t]|$)/i.exec(
      hop,
    )?.[1];
    const ip = from === undefined ? undefined : addressIn(from);
    if (ip === undefined || isPrivate(ip)) continue;
    const helo = /^[a-z0-9.-]{1,253}/i.exec(from ?? '')?.[0] ?? `[${ip}]`;
    return { ip, helo, sender };
  }
  return null;
}

/** The last one in brackets: the one that the machine itself saw, behind what was said to it. */
function addressIn(from: string): string | undefined {
  const found = [...from.matchAll(/\[(?:ipv6:)?([0-9a-f.:]{3,45})\]/gi)].map(([, ip]) => ip ?? '');
  return found.findLast((ip) => isIP(ip) !== 0);
}

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}

function isPrivate(ip: string): boolean {
  return PRIVATE.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}
