import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { open, type CountryResponse, type Reader } from 'maxmind';
import { networkOf } from '../kernel/network-of.ts';

/** Where an address is, as well as data without a map can say. */
export interface Place {
  readonly country: string | null; // ISO 3166-1; null: not in the data, or of no country
  readonly network: string; // coarse: a household's address may change, whose network it is seldom does
}

export interface Places {
  find(address: string): Place;
}

/** Public-domain data (CC0) of the registries, shipped with the package: no look-up leaves this machine. */
const DATA = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

interface Entry {
  readonly country_code?: string;
}

let opened: Promise<Reader<CountryResponse>> | undefined; // 8 MB, read once

export async function openPlaces(): Promise<Places> {
  const path = createRequire(import.meta.url).resolve(DATA);
  const reader = await (opened ??= open<CountryResponse>(path));
  return {
    find(address) {
      const entry = isIP(address) === 0 ? null : (reader.get(address) as unknown as Entry | null); // flatter than the library's own
      const code = entry?.country_code ?? '';
      return { country: /^[A-Z]{2}$/.test(code) ? code : null, network: coarseNetwork(address) };
    },
  };
}

/** Of what is no address. */
export const UNKNOWN_NETWORK = 'unknown';

/** The first half of an IPv4 address, the first 48 bits of IPv6: what a provider gives to a region or a site. */
export function coarseNetwork(address: string): string {
  const network = networkOf(address);
  if (isIP(network) === 4) return `${network.split('.').slice(0, 2).join('.')}.0.0/16`;
  if (!network.endsWith('::/64')) return UNKNOWN_NETWORK;
  return `${network.split(':').slice(0, 3).join(':')}::/48`;
}
