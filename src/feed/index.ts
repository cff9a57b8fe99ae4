/**
 * What happened, for machines: a feed by cursor and webhooks. Both are read from the journals of batches,
 * which are written in the transaction of their cause, so an event is there exactly when what it tells is.
 *
 * Deliberately absent: a table of events, and a queue. An event is derived each time it is read, and has the
 * same id and content each time; only the position of a reader is kept, by the reader or in its webhook.
 */
export { FEED_EVENT_TYPES, type FeedEvent, type FeedEventType, type FeedRoot } from './event.ts';
export {
  FEED_LIMIT_MAX,
  type FeedPage,
  type FeedQuery,
  latestCursor,
  readFeed,
} from './read-feed.ts';
export {
  deliverDue,
  startWebhooks,
  WEBHOOK_POLICY,
  type WebhookDeliverer,
  type WebhookPolicy,
  type WebhookTools,
} from './webhooks.ts';
