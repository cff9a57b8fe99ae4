/**
 * Machines that call us: clients (companies), their API keys, partners with signing keys, terminals and
 * webhooks; and what a guess of a code costs (R32). Read from memory, changed only here, each change
 * with its row of the staff's trail in the same transaction.
 *
 * Deliberately absent: people (`operators`), and the delivery of webhooks (`feed`). No secret is kept in
 * clear: an API key as its hash, what must be used again sealed.
 */
export type { Caller, Client, ClientFunding } from './client.ts';
export {
  isScope,
  SCOPES,
  SCOPES_OF_PARTNER,
  SCOPES_OF_TERMINAL,
  SCOPES_OF_WEBHOOK,
  type Scope,
} from './scopes.ts';
export type { ClientDirectory, SigningKeyRow, TerminalRow } from './directory.ts';
export {
  holdDirectory,
  DIRECTORY_AGE_MAX_MS,
  type DirectoryHolder,
  type DirectoryParts,
} from './hold-directory.ts';
export {
  createGuessThrottle,
  type GuessThrottle,
  type GuessThrottleOptions,
  type Visitor,
} from './guess-throttle.ts';
export { askerName, keepGuesses, type GuessKeeper } from './keep-guesses.ts';
export { recordAct, type ClientDesk, type ClientRefusal } from './client-desk.ts';
export {
  createApiKey,
  createClient,
  listApiKeys,
  listClients,
  revokeApiKey,
  setClientActive,
  type CreatedApiKey,
  type ListedApiKey,
} from './change-clients.ts';
export {
  createPartner,
  createSigningKey,
  listPartners,
  revokeSigningKey,
  type CreatedSigningKey,
} from './change-partners.ts';
export {
  createTerminal,
  listTerminals,
  setTerminalActive,
  type ListedTerminal,
} from './change-terminals.ts';
export {
  createWebhook,
  listWebhooks,
  setWebhookActive,
  type CreatedWebhook,
  type ListedWebhook,
} from './change-webhooks.ts';
export { HOUSE_CLIENT, houseClientId } from './house-client.ts';
export { mockPartnerIdOf, partnerDirectory, terminalDirectory } from './door-directories.ts';
