/** What an API key may do. A key holds a set of these; a door asks for one by name. */
export const SCOPES = [
  'issue',
  'activate',
  'deactivate',
  'load',
  'order', // beside issue, activate or load: keeps what a buyer asks for until it is paid
  'redeem', // by code
  'redeem:number', // beside `redeem` or `hold`: a number can be copied from a rack (R16)
  'return',
  'hold', // also captures and releases
  'freeze', // also unfreezes
  'void',
  'move',
  'reverse',
  'batch', // many operations at once; each needs its own scope too
  'inquire', // the balance of a card that the caller can name
  'read', // instruments, their transfers, requests, funds
  'plan', // what can be bought, where and how
  'feed', // every event of the issuer
  'suspensions', // what is stopped of one's own sales and uses, and to confirm it
  'suspend', // stops any part of the issuer; lifting needs two people of the staff
  'notify', // writes an official request to customers, in words that are ours
  'fund', // pays into a client's funds and out of them
  'staff', // names a card by its id and any seller and merchant, takes back any sale, lifts any freeze, closes items
  'admin:clients',
  'admin:keys',
  'admin:terminals',
  'admin:partners',
  'admin:webhooks',
  'admin:catalogue', // programmes, products, sellers, merchants
  'admin:cards', // runs of blank cards, and a card base with its value
  'admin:backups', // copies of the whole database, of all issuers; they stay in the data folder
] as const;

export type Scope = (typeof SCOPES)[number];

/**
 * What the things that an administrator makes can do at other doors. Who has not got it cannot give it: a
 * signing key or a till would else be a way around the scopes of API keys.
 */
export const SCOPES_OF_PARTNER: readonly Scope[] = ['issue', 'activate', 'deactivate', 'reverse'];
export const SCOPES_OF_TERMINAL: readonly Scope[] = [
  'activate',
  'deactivate',
  'load',
  'redeem',
  'redeem:number',
  'return',
  'reverse',
];
export const SCOPES_OF_WEBHOOK: readonly Scope[] = ['feed'];

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

export function isScope(text: string): text is Scope {
  return KNOWN.has(text);
}
