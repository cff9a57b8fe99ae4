import type { Owner } from './channel.ts';

export const VERDICTS = ['ours', 'not_ours', 'cannot_tell'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** From the registers: these decide. */
export const PROOFS = [
  'attached_to_another', // what was looked at came attached to a mail that is none of ours
  'notice_matches', // its number is ours, and so is every word
  'notice_words_differ', // its number is ours, its words are not what we wrote
  'notice_strange_contacts', // and it leads where ours did not
  'notice_erased', // its number is ours; what it said is no longer kept
  'notice_known', // its number is ours; there were no words to compare
  'notice_to_you', // and it was written to the one who asks, who has signed in
  'notice_other_channel', // every word is ours, and did not go out the way that this came
  'notice_unknown', // we have written nothing under that number
  'number_missing', // every message by this sender has a number, this one has none
  'sender_ours',
  'sender_not_ours',
  'link_ours',
  'link_not_ours',
] as const;

/** Second opinions: what it looks like, and what others say. None of them is ever a proof. */
export const OPINIONS = [
  'signature_confirms', // by a domain that is registered
  'signature_of_stranger',
  'signature_fails',
  'signature_missing',
  'policy_fails', // DMARC
  'way_fails', // SPF
  'way_forwarded', // SPF fails, and a chain of forwarders holds
  'way_unknown', // the file names no machine that SPF could be asked for
  'chain_fails', // ARC
  'name_is_brand', // our name before a stranger's address
  'name_is_address', // an address before an address that is another
  'words_name_brand', // our name in the words of a stranger
  'answers_elsewhere', // Reply-To
  'host_confusable',
  'host_elsewhere',
  'host_near',
  'brand_in_host',
  'near_in_host',
  'brand_in_path',
  'ending_in_host',
  'host_punycode',
  'host_mixes_scripts',
  'host_is_address',
  'host_is_shared',
  'link_is_short',
  'link_odd_port',
  'link_hides_host',
  'link_leads_on',
  'link_shows_another',
  'host_listed',
  'domain_listed',
] as const;

export type Proof = (typeof PROOFS)[number];
export type Opinion = (typeof OPINIONS)[number];
export type Reason = Proof | Opinion;

export interface Finding {
  readonly reason: Reason;
  /** The host, address or number that it is about. */
  readonly about: string | null;
  readonly owner: Owner | null;
}

/**
 * How much a second opinion weighs, in points; what confirms takes away. Set by judgement, and measured on a made-up
 * collection alone (bench/results/check.md): on mails of one's own `kinken measure-check` says what they come to.
 */
const WEIGHT_OF: Readonly<Record<Opinion, number>> = {
  signature_confirms: -60,
  signature_of_stranger: 0,
  signature_fails: 20,
  signature_missing: 5,
  policy_fails: 40,
  way_fails: 10,
  way_forwarded: 0,
  way_unknown: 0,
  chain_fails: 5,
  name_is_brand: 40,
  name_is_address: 40,
  words_name_brand: 15,
  answers_elsewhere: 10,
  host_confusable: 80,
  host_elsewhere: 50,
  host_near: 60,
  brand_in_host: 50,
  near_in_host: 40,
  brand_in_path: 20,
  ending_in_host: 30,
  host_punycode: 15,
  host_mixes_scripts: 40,
  host_is_address: 40,
  host_is_shared: 10,
  link_is_short: 15,
  link_odd_port: 15,
  link_hides_host: 40,
  link_leads_on: 15,
  link_shows_another: 40,
  host_listed: 100,
  domain_listed: 60,
};

/** From here on it is told that something looks forged. */
export const SCORE_DOUBTFUL = 40;

/** Each opinion counts once, however many links it was found at. */
export function scoreOf(reasons: Iterable<Reason>): number {
  let score = 0;
  for (const reason of new Set(reasons)) if (isOpinion(reason)) score += WEIGHT_OF[reason];
  return score;
}

export function isOpinion(reason: Reason): reason is Opinion {
  return Object.hasOwn(WEIGHT_OF, reason);
}
