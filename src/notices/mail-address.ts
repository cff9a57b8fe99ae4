import { domainToASCII } from 'node:url';

/**
 * One address as a mail server takes it, or null. Stricter than RFC 5322 allows: no quoted local part, no
 * comment, no list, nothing but ASCII before the @. So whatever comes back can stand in a header and in an
 * envelope as it is. A domain in other letters becomes its ASCII form.
 */
export function readMailAddress(text: string): string | null {
  const given = text.trim();
  if (given.length > ADDRESS_MAX) return null;
  const at = given.lastIndexOf('@');
  const local = given.slice(0, Math.max(at, 0));
  const named = given.slice(at + 1);
  // It reads a path or a port behind the name as a browser would, and drops it.
  const domain = NAMED.test(named) ? domainToASCII(named) : '';
  const address = `${local}@${domain}`;
  if (local.length > LOCAL_MAX || address.length > ADDRESS_MAX) return null;
  return LOCAL.test(local) && DOMAIN.test(domain) ? address : null;
}

/** The form by which an address is found again; what it is sent to stays as it was typed. */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

export function domainOfAddress(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** RFC 5321, 4.5.3.1. */
const ADDRESS_MAX = 254;
const LOCAL_MAX = 64;
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const NAMED = /^[\p{L}\p{M}\p{N}.。-]+$/u;
/** At least two labels, and the last one no number: an address of the Internet Protocol is no domain. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}$/;
