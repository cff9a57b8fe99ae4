/**
 * What this server sends to addresses that others chose: one signed POST, to an address that was checked.
 *
 * **Invariant.** The connection is made to the address that was judged, and nothing is followed from there.
 * Deliberately absent: queues, retries and what is sent; each sender finds what is due in its own tables.
 */
export { type AddressPolicy, AddressRefused, judgeWebhookUrl, type Resolve } from './address.ts';
export { causeOfFailure, pauseAfter, type PausePolicy } from './retry.ts';
export { post, signatureOf, type Post } from './post.ts';
