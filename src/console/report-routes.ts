import type { FastifyInstance } from 'fastify';
import type { RefusalText } from '../doors/http/index.ts';
import { publicId } from '../kernel/ids.ts';
import { accepted, refused } from '../kernel/result.ts';
import { endReport, findReports, type ReportParts } from '../questions/index.ts';
import { refusal } from './problems.ts';
import { closeForm, reportsQuery, type ShownReport } from './report-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

/** What customers have reported, and its end. The card itself is looked at, and let go again, in its own story. */
export function reportRoutes(reports: Pick<ReportParts, 'connection' | 'keys'>) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/reports',
      permission: 'reports:settle',
      audit: 'look',
      query: reportsQuery,
      note: ({ query }) => ({ act: 'reports.list', detail: { which: query.which } }),
      async act(_operator, { issuer: { issuerId }, query: { which, before, limit } }) {
        const page = { isOpenOnly: which === 'open', before: before ?? null, size: limit };
        const found = await findReports(reports, { issuerId, ...page });
        const { products } = parts.catalogue();
        const shown = found.map(({ reportId: _, productId, instrumentId, ...each }) => {
          const { key = '', nameJa = '', nameEn = '' } = products.get(productId) ?? {};
          const product = { key, nameJa, nameEn };
          return { ...each, product, instrumentId: publicId('ins', instrumentId) };
        }) satisfies (ShownReport & { issuerId: number })[];
        const last = found.length === limit ? found.at(-1) : undefined;
        return accepted({ reports: shown, next: last ? String(last.reportId) : null });
      },
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/reports/:number/close',
      permission: 'reports:settle',
      audit: 'act',
      body: closeForm,
      refusals: { not_open: NOT_OPEN },
      async act(operator, { issuer: { issuerId }, params, body: { note }, arrivedAt, record }) {
        const number = params['number'] ?? '';
        const end = { number, issuerId, by: operator.name, note, at: arrivedAt };
        const isClosed = await reports.connection.transaction(async (transaction) => {
          const isEnded = await endReport(transaction, end);
          const named = { act: 'reports.close', subject: number, detail: { note } };
          if (isEnded) await record(transaction, named);
          return isEnded;
        });
        return isClosed ? accepted({ number }) : refused('not_open');
      },
    });
  };
}

const NOT_OPEN: RefusalText = refusal(
  404,
  ['There is no such open report', '未処理の申し出が見つかりません'],
  [
    'Nothing was changed. Somebody else may have closed it: look at all reports.',
    '変更はありません。ほかの担当者が処理した可能性があります。すべての申し出を確認してください。',
  ],
);
