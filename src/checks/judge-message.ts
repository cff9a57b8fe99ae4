import type { SentNotice } from '../notices/index.ts';
import {
  isHostUnder,
  readAddress,
  readChannelValue,
  type Channel,
  type ChannelKind,
  type Owner,
} from './channel.ts';
import { findContacts, type Link } from './find-contacts.ts';
import {
  scoreOf,
  SCORE_DOUBTFUL,
  type Finding,
  type Opinion,
  type Reason,
  type Verdict,
} from './finding.ts';
import { likenessOf } from './host-likeness.ts';
import { UNREADABLE } from './leads-on.ts';
import { brandsOf, ownNamesOf, readForBrands, registered, type OwnName } from './own-names.ts';
import type { MailSignatures } from './authenticate-mail.ts';
import { plainWords, type ReadMessage } from './read-mail.ts';

/** Everything that a message is judged by, gathered before. */
export interface CheckFacts {
  readonly owners: readonly Owner[];
  /** The message; null when only a number, a sender or a link was asked for. */
  readonly message: ReadMessage | null;
  /** As the asker says, where there is no mail that says it. */
  readonly sender: string | null;
  readonly links: readonly Link[];
  readonly number: string | null; // of a notice
  readonly notice: SentNotice | null; // what stands in the register under it
  /** It was written to the one who asks. */
  readonly isToAsker: boolean;
  readonly isMailFile: boolean;
  readonly knownHosts: ReadonlyMap<string, { readonly brand: string; readonly since: string }>;
  readonly signatures: MailSignatures | null;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** What it looks like where we cannot tell; null: nothing either way. */
  readonly leaning: 'ours' | 'not_ours' | null;
  readonly findings: readonly Finding[]; // what decided stands first
  readonly score: number;
}

/** Pure. The registers decide, in their order; what follows behind them only advises. */
export function judgeMessage(facts: CheckFacts): Judgement {
  const sender = judgeSender(facts);
  const notice = judgeNotice(facts, sender);
  const around = facts.message?.around ?? null;
  const attached = around === null ? [] : [attachedTo(around)];
  // Where every word is ours, so is every link: also one whose host nobody has registered.
  const isOurWords = notice.some(({ reason }) => reason === 'notice_matches');
  const asked = isOurWords ? { ...facts, links: around?.contacts.links ?? [] } : facts;
  const links = asked.links.map((link) => judgeLink(facts, link));
  const proofs = [
    ...attached,
    ...notice,
    ...(sender === null ? [] : [sender]),
    ...links.filter(isFinding),
  ];
  const opinions = opinionsOf(asked, sender);
  const decided = decide(facts, proofs);
  // A mail of ours that somebody attached to his own makes his no mail of ours.
  const verdict = decided === 'ours' && around !== null ? 'cannot_tell' : decided;
  const score = scoreOf(opinions.map(({ reason }) => reason));
  const leaning =
    score >= SCORE_DOUBTFUL
      ? 'not_ours'
      : score <= -SCORE_DOUBTFUL && around === null
        ? 'ours'
        : null;
  return {
    verdict,
    leaning: verdict === 'cannot_tell' ? leaning : null,
    findings: unique([...proofs, ...opinions]),
    score,
  };
}

function attachedTo({ sender }: ReadMessage): Finding {
  return { reason: 'attached_to_another', about: sender || null, owner: null };
}

function decide(facts: CheckFacts, proofs: readonly Finding[]): Verdict {
  const has = (reason: Reason) => proofs.some((each) => each.reason === reason);
  if (has('sender_not_ours') || has('notice_other_channel')) return 'not_ours';
  if (has('notice_matches')) return 'ours';
  if (has('notice_known') && has('notice_to_you') && !has('link_not_ours')) return 'ours';
  if (has('notice_unknown') || has('notice_strange_contacts')) return 'not_ours';
  if (has('notice_words_differ') || has('notice_erased')) {
    return has('link_not_ours') && has('notice_erased') ? 'not_ours' : 'cannot_tell';
  }
  if (has('number_missing')) return 'not_ours';
  if (has('link_not_ours')) return has('sender_ours') ? 'cannot_tell' : 'not_ours';
  const isLinkAlone = facts.message === null && facts.sender === null && facts.number === null;
  return isLinkAlone && has('link_ours') ? 'ours' : 'cannot_tell';
}

function judgeNotice(facts: CheckFacts, sender: Finding | null): Finding[] {
  const { number, notice, message } = facts;
  const about = (reason: Reason): Finding[] => [{ reason, about: number, owner: null }];
  if (number === null) {
    const isNumbered = sender?.reason === 'sender_ours' && ofSender(facts)?.channel.isNumbered;
    return isNumbered === true && message !== null ? about('number_missing') : [];
  }
  if (notice === null) return about('notice_unknown');
  const toYou = facts.isToAsker ? about('notice_to_you') : [];
  if (message === null || isNumberAlone(facts, message))
    return [...about('notice_known'), ...toYou];
  if (isWhatWeWrote(message, notice)) {
    return [
      ...about(cameAsSent(facts, notice) ? 'notice_matches' : 'notice_other_channel'),
      ...toYou,
    ];
  }
  if (notice.content === null) return [...about('notice_erased'), ...toYou];
  // Beyond this nobody is told in what the words differ: it could be asked out, piece by piece.
  const ours = findContacts(`${notice.content.subject}\n${notice.content.text}`);
  const { links, addresses, phones } = message.contacts;
  const known = new Set([
    ...ours.links.map(({ host, path }) => host + path),
    ...ours.addresses,
    ...ours.phones,
  ]);
  const said = [...links.map(({ host, path }) => host + path), ...addresses, ...phones];
  const isOwnSender = (each: string) => each === senderOf(facts);
  const hasStrange = said.some((each) => !known.has(each) && !isOwnSender(each));
  return [...about(hasStrange ? 'notice_strange_contacts' : 'notice_words_differ'), ...toYou];
}

/** Told only to who has every word: an SMS of ours that comes as a mail was copied by somebody. */
function cameAsSent(facts: CheckFacts, { channel }: SentNotice): boolean {
  const sender = senderOf(facts);
  if (facts.isMailFile || sender?.includes('@') === true) return channel === 'mail';
  return sender === null || channel === 'sms';
}

/** The whole of it, as far as people read it; with its subject or without. A mail with markup is none of ours. */
function isWhatWeWrote(message: ReadMessage, notice: SentNotice): boolean {
  if (message.hasMore) return false;
  if (notice.content === null) {
    return notice.isContent(message.subject ?? '', asWritten(message.text));
  }
  const { subject, text } = notice.content;
  const isSubjectOurs =
    message.subject === null ||
    subject === '' ||
    plainWords(message.subject) === plainWords(subject);
  const [body, whole] = [plainWords(text), plainWords(`${subject}${text}`)];
  return [message.text, withoutHead(message.text)].some((each) => {
    const said = plainWords(each);
    return (said === body && isSubjectOurs) || said === whole;
  });
}

/** Pasted with the lines that a mail program shows above it. */
function withoutHead(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !HEAD_LINE.test(line));
  return lines.slice(Math.max(first, 0)).join('\n');
}

const HEAD_LINE =
  /^\s*$|^\s*(from|to|cc|date|sent|subject|差出人|送信者|宛先|日時|送信日時|件名)\s*[:：]/i;

function asWritten(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}

/** Typed where the text belongs. The file of a mail has a sender, and says more than the number even where it hides it. */
function isNumberAlone(
  { isMailFile }: CheckFacts,
  { text, subject, hasMore }: ReadMessage,
): boolean {
  return !isMailFile && !hasMore && subject === null && plainWords(text).length <= 20;
}

/** Null where nobody is named, or nothing of that kind is registered: then it cannot be said. */
function judgeSender(facts: CheckFacts): Finding | null {
  const about = senderOf(facts);
  if (about === null) return null;
  const found = ofSender(facts);
  if (found) return { reason: 'sender_ours', about, owner: found.owner };
  const kinds: readonly ChannelKind[] = about.includes('@')
    ? ['mail_address', 'mail_domain']
    : /^[+0-9]/.test(about)
      ? ['phone', 'short_code']
      : ['sender_name'];
  const isRegistered = facts.owners.some(({ channels }) =>
    channels.some(({ kind }) => kinds.includes(kind)),
  );
  return isRegistered ? { reason: 'sender_not_ours', about, owner: null } : null;
}

function senderOf({ message, sender }: CheckFacts): string | null {
  const said = message?.sender ?? sender;
  if (said === null) return null;
  if (said === '') return '@'; // several, or none that could be read
  return (
    readAddress(said) ??
    readChannelValue('short_code', said) ??
    readChannelValue('phone', said) ??
    readChannelValue('sender_name', said) ??
    (said.includes('@') ? '@' : null)
  );
}

function ofSender(facts: CheckFacts): { owner: Owner; channel: Channel } | undefined {
  const sender = senderOf(facts);
  if (sender === null) return undefined;
  const domain = sender.includes('@') ? sender.slice(sender.lastIndexOf('@') + 1) : null;
  return findChannel(facts.owners, ({ kind, value }) => {
    if (kind === 'web_host') return false;
    if (kind === 'mail_domain') return domain !== null && isHostUnder(domain, value);
    return value === sender;
  });
}

function judgeLink({ owners }: CheckFacts, link: Link): Finding | null {
  const found = hostOf(owners, link.host);
  if (found) {
    const isPlain = !link.isHidden && leadingAway(owners, link) === undefined;
    return isPlain ? { reason: 'link_ours', about: link.host, owner: found.owner } : null;
  }
  const isRegistered = findChannel(owners, ({ kind }) => kind === 'web_host') !== undefined;
  return isRegistered ? { reason: 'link_not_ours', about: link.host, owner: null } : null;
}

/** A page that passes people on to wherever its address says: where they end is not said by its host. */
function leadingAway(owners: readonly Owner[], { leadsOn }: Link): string | undefined {
  const away = leadsOn.filter((host) => hostOf(owners, host) === undefined);
  return away.find((host) => host !== UNREADABLE) ?? away[0];
}

/** A host in the register, or below one: by us, or by a company that was entered. */
export function isReallyUsed(owners: readonly Owner[], host: string): boolean {
  return hostOf(owners, host) !== undefined;
}

function hostOf(owners: readonly Owner[], host: string) {
  return findChannel(owners, ({ kind, value }) => kind === 'web_host' && isHostUnder(host, value));
}

function findChannel(owners: readonly Owner[], is: (channel: Channel) => boolean) {
  for (const owner of owners) {
    const channel = owner.channels.find(is);
    if (channel) return { owner, channel };
  }
  return undefined;
}

function opinionsOf(facts: CheckFacts, sender: Finding | null): Finding[] {
  const names = ownNamesOf(facts.owners);
  const found: Finding[] = [];
  const add = (reason: Opinion, about: string | null) => found.push({ reason, about, owner: null });
  for (const link of facts.links) {
    for (const reason of opinionsOfLink(facts, link, names)) {
      const on = leadingAway(facts.owners, link) ?? link.leadsOn[0];
      add(reason, reason === 'link_leads_on' ? on || null : link.host);
    }
  }
  const address = senderOf(facts);
  if (sender?.reason === 'sender_not_ours' && address?.includes('@')) {
    const host = address.slice(address.lastIndexOf('@') + 1);
    for (const reason of opinionsOfLink(facts, asLink(host), names)) add(reason, host);
    const { senderName, subject, text } = facts.message ?? {};
    const brands = brandsOf(facts.owners);
    if (namesBrand(brands, senderName ?? '')) add('name_is_brand', address);
    else if (namesBrand(brands, `${subject ?? ''}\n${text ?? ''}`)) {
      add('words_name_brand', address);
    }
  }
  const { answersTo, shownAddress } = facts.message ?? {};
  if (address?.includes('@') && shownAddress != null && isElsewhere(shownAddress, address)) {
    add('name_is_address', shownAddress);
  }
  if (address?.includes('@') && answersTo != null && isElsewhere(answersTo, address)) {
    add('answers_elsewhere', answersTo);
  }
  for (const [reason, about] of opinionsOfMail(facts)) add(reason, about);
  return found;
}

/** A brand that is a word of its own language is looked for as a whole word; one in Japanese has no ends. */
function namesBrand(brands: readonly string[], words: string): boolean {
  // What stands in an address is told by itself.
  const said = readForBrands(words).replaceAll(/https?:\/\/\S+/g, ' ');
  return brands.some((brand) => hasWord(said, brand));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const around = [
      text[at - 1] ?? ' ',
      word[0] ?? '',
      word.at(-1) ?? '',
      text[at + word.length] ?? ' ',
    ];
    const isLatin = around.map((sign) => /[a-z0-9]/.test(sign));
    if (!(isLatin[0] && isLatin[1]) && !(isLatin[2] && isLatin[3])) return true;
  }
  return false;
}

function isElsewhere(one: string, other: string): boolean {
  const [host, otherHost] = [one, other].map((each) => each.slice(each.lastIndexOf('@') + 1));
  return registered(host ?? '') !== registered(otherHost ?? '');
}

function asLink(host: string): Link {
  return { host, path: '', isHidden: false, port: '', leadsOn: [], shownHost: null };
}

export function opinionsOfLink(
  { owners, knownHosts }: Pick<CheckFacts, 'owners' | 'knownHosts'>,
  link: Link,
  names: readonly OwnName[] = ownNamesOf(owners),
): readonly Opinion[] {
  if (hostOf(owners, link.host)) {
    const isAway = leadingAway(owners, link) !== undefined;
    const leadsOn: Opinion[] = isAway ? ['link_leads_on'] : [];
    return [...leadsOn, ...(link.isHidden ? (['link_hides_host'] as const) : [])];
  }
  const listed: Opinion[] = knownHosts.has(link.host)
    ? ['host_listed']
    : knownHosts.has(registered(link.host))
      ? ['domain_listed']
      : [];
  return [...listed, ...likenessOf(link, names)];
}

/** A stranger's valid signature is a stranger's: it weighs nothing. */
function opinionsOfMail(facts: CheckFacts): readonly (readonly [Opinion, string | null])[] {
  const { signatures, owners } = facts;
  if (signatures === null) return [];
  const found: [Opinion, string | null][] = [];
  const isOurs = (domain: string) =>
    findChannel(
      owners,
      ({ kind, value }) =>
        (kind === 'mail_domain' && isHostUnder(domain, value)) ||
        (kind === 'mail_address' && isHostUnder(domain, value.slice(value.indexOf('@') + 1))),
    ) !== undefined;
  if (!signatures.isSigned) found.push(['signature_missing', null]);
  for (const { domain, result, isAligned, isWhole } of signatures.dkim) {
    if (result === 'fail') found.push(['signature_fails', domain]);
    if (result !== 'pass') continue;
    const confirms = isAligned && isWhole && isOurs(domain);
    found.push([confirms ? 'signature_confirms' : 'signature_of_stranger', domain]);
  }
  if (signatures.dmarc === 'fail') found.push(['policy_fails', null]);
  // A forwarder's machine is never one of the writer's: where a chain holds, the way says nothing.
  const isForwarded = signatures.arc === 'pass';
  const isWayWrong = signatures.spf === 'fail' || signatures.spf === 'softfail';
  if (isWayWrong) found.push([isForwarded ? 'way_forwarded' : 'way_fails', null]);
  const isOpen = signatures.spf === 'unknown' && signatures.isLookedUp === 'yes';
  if (isOpen) found.push(['way_unknown', null]);
  if (signatures.arc === 'fail') found.push(['chain_fails', null]);
  return found;
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  const known = new Map(findings.map((each) => [`${each.reason} ${each.about}`, each]));
  return [...known.values()].slice(0, FINDINGS_MAX);
}

const FINDINGS_MAX = 40;

function isFinding(finding: Finding | null): finding is Finding {
  return finding !== null;
}
