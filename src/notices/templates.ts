import { createHash } from 'node:crypto';
import { textOf, TEXTS, type Locale, type TextKey } from '../kernel/locale.ts';

/**
 * What we write to people. A template's words stand in `locales/` as `notice.<template>.subject` and
 * `.body`; here stands what is filled in. A line has no line break in it, a name is one that somebody goes by, a text
 * may have several lines, a url is an address on the web. There is no markup: a mail of ours is plain text, so nothing
 * in it can look like something else than it is.
 */
export const TEMPLATES = {
  /** Somebody asked for mail about components; nothing more is sent until the owner of the address agrees. */
  subscription_confirmation: { what: 'line', confirmUrl: 'url', until: 'line' },
  /** An incident or a maintenance, to who asked for it. */
  incident_update: { title: 'line', state: 'line', what: 'line', body: 'text', pageUrl: 'url' },
  /** To the operators of an issuer: one person did alone what needs two. */
  glass_broken: { operator: 'line', act: 'line', reason: 'text', at: 'line' },
  /** To the operators of an issuer, also who was put out lately: somebody was put out. */
  operator_disabled: { operator: 'line', disabled: 'line', at: 'line' },
  /** To a desk: a customer says that it was somebody else who used a code. */
  not_me_report: { report: 'line', card: 'line', at: 'line', words: 'text' },
  /** Somebody wants to become a member with this address. */
  member_sign_up_code: { code: 'line', until: 'line' },
  /** The same, where the address is a member's already. */
  member_already: { at: 'line' },
  /** A right password on a device that is not known. */
  member_sign_in_code: { code: 'line', until: 'line', device: 'line', place: 'line' },
  /** A member came in on a device for the first time. */
  member_new_device: { device: 'line', place: 'line', at: 'line' },
  /** A sign-in that begins with the code by mail. */
  member_mail_code: { code: 'line', until: 'line' },
  /** A member who is signed in is to show that the mailbox is still his. */
  member_step_up_code: { code: 'line', until: 'line' },
  /** A way back into an account. */
  member_recovery_code: { code: 'line', until: 'line' },
  /** The new address of an account is proved. */
  member_new_address_code: { code: 'line', until: 'line' },
  /** A telephone number for notices is proved. It opens nothing. */
  member_phone_code: { code: 'line', until: 'line' },
  /** Somebody typed an address that is no member's, to sign in or to recover an account. */
  member_address_unknown: { at: 'line' },
  /** A change that waits before it holds: its owner can cancel it until then. */
  member_change_waits: { what: 'line', at: 'line', ready: 'line', device: 'line', place: 'line' },
  /** The same of the number that it also goes to by SMS, where only what goes elsewhere stops it. */
  member_phone_change_waits: {
    what: 'line',
    at: 'line',
    ready: 'line',
    device: 'line',
    place: 'line',
  },
  /** It holds now. */
  member_change_done: { what: 'line', at: 'line' },
  /** It was stopped. */
  member_change_cancelled: { what: 'line', at: 'line' },
  /** A password or a second factor was changed. */
  member_security_changed: { what: 'line', at: 'line' },
  /** "That was not me": everything of a member was stopped. */
  case_opened: { case: 'line', at: 'line', gifts: 'text', look: 'line' },
  /** And given back. */
  case_lifted: { case: 'line', at: 'line', by: 'line' },
  /** To the recipient of a gift that goes by mail: what the sender wrote stands on the page, not in the mail. */
  gift_received: { sender: 'name', amount: 'line', code: 'line', until: 'line' },
  /** To its recipient: what has become of it. */
  gift_news: { sender: 'name', amount: 'line', what: 'text' },
  /** To the sender, each with how to stop what was not the sender: it went out, and when it is charged. */
  gift_sent: { by: 'line', amount: 'line', recipient: 'line', plan: 'text', until: 'line' },
  gift_not_sent: { amount: 'line', recipient: 'line', why: 'text' },
  gift_claim_waits: {
    amount: 'line',
    recipient: 'line',
    signs: 'text',
    until: 'line',
    money: 'line',
  },
  gift_claim_asks: {
    amount: 'line',
    recipient: 'line',
    signs: 'text',
    until: 'line',
    money: 'line',
  },
  gift_charged: { amount: 'line', recipient: 'line', at: 'line', money: 'line' },
  gift_not_charged: { amount: 'line', recipient: 'line', why: 'text', until: 'line' },
  gift_over: { amount: 'line', recipient: 'line', what: 'text', money: 'text' },
  gift_not_refunded: { amount: 'line', recipient: 'line' },
  gift_address_changed: { amount: 'line', recipient: 'line', at: 'line', what: 'line' },
  gift_bounced: { amount: 'line', recipient: 'line', money: 'line' },
  /** Somebody asks the owner of this address to help with a wallet. */
  helper_invited: { name: 'name', until: 'line' },
  /** To whoever asked: the helper has agreed. */
  helper_accepted: { name: 'name', at: 'line' },
  /** An account is to be closed, and can be kept until then. */
  closing_asked: { until: 'line' },
  /** With whose desk was told: no other one takes it back. */
  death_recorded: { at: 'line', issuer: 'line' },
  death_taken_back: { at: 'line' },
  /** The last message of an account. */
  closing_done: { at: 'line' },
  /** The law asks the issuer to have what it knows of a customer confirmed; each customer has an own day. */
  customer_confirmation: { issuer: 'line', until: 'line' },
  /** What the customer has answered to it on the site, and what comes next. */
  customer_answered: { at: 'line', answer: 'line', next: 'line' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ValueKind>>>>;

export type ValueKind = 'line' | 'name' | 'text' | 'url';
export type TemplateName = keyof typeof TEMPLATES;
export type TemplateValues<Name extends TemplateName> = Readonly<
  Record<keyof (typeof TEMPLATES)[Name], string>
>;

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as readonly TemplateName[];

/**
 * Codes that prove who somebody is (`member_..._code`). A person asked for one a moment ago and waits for it: it is sent
 * also where messages have come back, since its arrival is what proves the address right again. And whoever is in a
 * session must not find it there: only the mailbox is to have it.
 */
export const PROVING_CODES: ReadonlySet<TemplateName> = new Set(
  TEMPLATE_NAMES.filter((name) => /^member_.*_code$/.test(name)),
);

export interface Wording {
  readonly subject: string;
  readonly body: string;
  readonly sms: string; // of a template without short words of its own: that of all of them
  readonly footers: readonly string[];
}

/** The words of a template before anything is filled in, in both languages. */
export function wordingsOf(template: TemplateName): Readonly<Record<Locale, Wording>> {
  const inLocale = (locale: Locale): Wording => ({
    subject: textOf(locale, subjectKey(template)),
    body: textOf(locale, bodyKey(template)),
    sms: textOf(locale, smsKey(template)),
    footers: FOOTERS.map((key) => textOf(locale, key)),
  });
  return { ja: inLocale('ja'), en: inLocale('en') };
}

/** SHA-256 over both languages: another wording is another version. */
export function wordingHash(template: TemplateName): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([template, wordingsOf(template)]), 'utf8')
    .digest();
}

export function subjectKey(template: TemplateName): TextKey {
  return `notice.${template}.subject`;
}

export function bodyKey(template: TemplateName): TextKey {
  return `notice.${template}.body`;
}

/** `notice.<template>.sms` where a template has short words of its own; else where to read the whole of it. */
export function smsKey(template: TemplateName): TextKey {
  const own = `notice.${template}.sms`;
  return Object.hasOwn(TEXTS.ja, own) ? (own as TextKey) : 'notice.sms';
}

const FOOTERS = [
  'notice.footer',
  'notice.footer.end',
  'notice.footer.sms',
  'notice.footer.inbox',
] as const;
