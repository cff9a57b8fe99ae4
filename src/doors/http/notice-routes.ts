import type { FastifyInstance } from 'fastify';
import { isoInstant } from '../../kernel/clock.ts';
import { accepted } from '../../kernel/result.ts';
import { customerRequests, type CustomerRequests } from '../../notices/contract.ts';
import {
  keepCustomerRequests,
  readCustomerRequests,
  type Notices,
  type WantedNotice,
} from '../../notices/index.ts';
import type { Issuer } from '../../programmes/index.ts';
import { registerAdminRoute, type AdminParts } from './admin.ts';

export interface NoticeRouteParts extends AdminParts {
  readonly notices: Pick<Notices, 'sendNotices'>;
}

/**
 * `POST /v1/admin/customer-requests`: the words are ours, so whoever has the key can ask customers to confirm what is
 * known of them, and can write nothing else.
 */
export function registerNotices(scope: FastifyInstance, parts: NoticeRouteParts): void {
  registerAdminRoute(scope, parts, {
    method: 'POST',
    url: '/customer-requests',
    scope: 'notify',
    summary: 'Ask customers to confirm what is known of them, by mail, by SMS or in their inbox',
    body: customerRequests,
    bodyBytesMax: 300_000,
    async act(desks, { body: { to } }) {
      const { issuerId } = desks.clients;
      const issuer = parts.catalogue().issuers.get(issuerId);
      const wanted = to.map((each) => noticeOf(each, issuer));
      return parts.connection.transaction(async (transaction) => {
        const written = await parts.notices.sendNotices(transaction, wanted);
        if (!written.ok) return written;
        const numbers = written.value.map(({ number }) => number);
        const ids = await keepCustomerRequests(transaction, { issuerId, numbers });
        const detail = { requests: to.length };
        await desks.catalogue.record(transaction, {
          act: 'customer_requests.send',
          subject: desks.issuerKey,
          detail,
        });
        const requests = ids.map((requestId, at) => ({ requestId, ...to[at] }));
        return accepted({ requests });
      });
    },
  });
  registerAdminRoute(scope, parts, {
    method: 'GET',
    url: '/customer-requests',
    scope: 'notify',
    summary:
      'What customers were asked to confirm, in that order, and what they last answered on the site',
    async act(desks, { query: { after, limit } }) {
      const { issuerId } = desks.clients;
      const rows = await readCustomerRequests(parts.connection, { issuerId, after, size: limit });
      const requests = rows.map(({ answeredAt, ...request }) => ({
        ...request,
        answeredAt: answeredAt === null ? null : isoInstant(answeredAt),
      }));
      return accepted({ requests });
    },
  });
}

function noticeOf(
  { channel, address, locale, until }: CustomerRequests['to'][number],
  issuer: Issuer | undefined,
): WantedNotice {
  const day = new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'UTC',
    dateStyle: 'long',
  }).format(Date.parse(until));
  const to =
    channel === 'mail'
      ? address
      : channel === 'sms'
        ? ({ channel, number: address } as const)
        : ({ channel, address } as const);
  const asks = (locale === 'ja' ? issuer?.nameJa : issuer?.nameEn) ?? '';
  return { template: 'customer_confirmation', to, locale, values: { issuer: asks, until: day } };
}
