import type { FastifyInstance } from 'fastify';
import {
  closePhishingReport,
  decideStopProposal,
  findPhishingReports,
  findReportPicture,
  findStopProposals,
  OPINIONS,
  PROOFS,
  type PhishingParts,
  type Verdict,
} from '../checks/index.ts';
import type { RefusalText } from '../doors/http/index.ts';
import { textOf } from '../kernel/locale.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { Suspension } from '../suspensions/index.ts';
import {
  closePhishingForm,
  decideProposalForm,
  phishingQuery,
  type ShownPhishingReport,
  type ShownStopProposal,
} from './phishing-contract.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

export interface PhishingRouteParts extends Pick<PhishingParts, 'connection' | 'keys'> {
  findSuspension(suspensionId: number): Suspension | undefined;
}

/** What customers hold for forged, for the fraud desk; and where so many do that a stop is proposed. */
export function phishingRoutes(phishing: PhishingRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    reportRoutes(scope, parts, phishing);
    proposalRoutes(scope, parts, phishing);
  };
}

function reportRoutes(
  scope: FastifyInstance,
  parts: ConsoleParts,
  phishing: PhishingRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/phishing-reports',
    permission: 'reports:settle',
    audit: 'look',
    query: phishingQuery,
    note: ({ query }) => ({ act: 'phishing.list', detail: { which: query.which } }),
    async act(_operator, { issuer: { issuerId }, query: { which, before, limit } }) {
      const page = { isOpenOnly: which === 'open', before: before ?? null, size: limit };
      const found = await findPhishingReports(phishing, { issuerId, ...page });
      const catalogue = parts.catalogue();
      const reports = found.map(({ reportId: _, productId, sellerId, ...each }) => ({
        ...each,
        verdict: each.verdict as Verdict, // a constraint holds it
        reasons: [...each.reasons],
        reasonWords: reasonWords(each.reasons, {
          hosts: each.hosts,
          sender: each.seen?.sender ?? null,
        }),
        hosts: [...each.hosts],
        seen: each.seen && { ...each.seen, links: [...each.seen.links] },
        ...namesOf(catalogue, productId, sellerId),
      })) satisfies ShownPhishingReport[];
      const last = found.length === limit ? found.at(-1) : undefined;
      return accepted({ reports, next: last ? String(last.reportId) : null });
    },
  });
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/phishing-reports/:number/picture',
    permission: 'reports:settle',
    audit: 'look',
    note: () => ({ act: 'phishing.picture' }),
    async act(_operator, { issuer: { issuerId }, params: { number = '' } }) {
      const base64 = await findReportPicture(phishing, { issuerId, number });
      return base64 === null ? refused('not_found') : accepted({ mediaType: 'image/jpeg', base64 });
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/phishing-reports/:number/close',
    permission: 'reports:settle',
    audit: 'act',
    body: closePhishingForm,
    refusals: { not_open: NOT_OPEN },
    async act(operator, { issuer: { issuerId }, params, body: { note }, arrivedAt, record }) {
      const number = params['number'] ?? '';
      const isClosed = await phishing.connection.transaction(async (transaction) => {
        const isEnded = await closePhishingReport(transaction, {
          number,
          issuerId,
          closedBy: operator.name,
          closingNote: note,
          closedAt: arrivedAt,
        });
        const named = { act: 'phishing.close', subject: number, detail: { note } };
        if (isEnded) await record(transaction, named);
        return isEnded;
      });
      return isClosed ? accepted({ number }) : refused('not_open');
    },
  });
}

function proposalRoutes(
  scope: FastifyInstance,
  parts: ConsoleParts,
  phishing: PhishingRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/phishing-proposals',
    permission: 'reports:settle',
    audit: null,
    async act(_operator, { issuer: { issuerId } }) {
      const found = await findStopProposals(phishing, issuerId);
      const catalogue = parts.catalogue();
      const proposals = found.map(({ productId, sellerId, ...each }) => ({
        ...each,
        ...namesOf(catalogue, productId, sellerId),
      })) satisfies ShownStopProposal[];
      return accepted({ proposals });
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/phishing-proposals/:id/decide',
    permission: 'suspensions:throw',
    audit: 'act',
    body: decideProposalForm,
    refusals: { not_open: NOT_OPEN, suspension_not_found: NO_SUSPENSION },
    async act(operator, { issuer: { issuerId }, params, body, arrivedAt, record }) {
      const { suspensionId, note } = body;
      const id = params['id'] ?? '';
      const thrown = suspensionId === null ? null : phishing.findSuspension(suspensionId);
      if (thrown !== null && thrown?.scope.issuerId !== issuerId)
        return refused('suspension_not_found');
      const proposalId = /^[0-9]{1,9}$/.test(id) ? Number(id) : 0;
      const isDecided = await phishing.connection.transaction(async (transaction) => {
        const decision = { proposalId, issuerId, suspensionId, note };
        const decided = { decidedBy: operator.name, decidedAt: arrivedAt };
        const isDone = await decideStopProposal(transaction, { ...decision, ...decided });
        const named = { act: 'phishing.decide', subject: id, detail: { suspensionId, note } };
        if (isDone) await record(transaction, named);
        return isDone;
      });
      return isDecided ? accepted({ proposalId, suspensionId }) : refused('not_open');
    },
  });
}

/** In the words that the asker was shown, as far as it is kept what each was about. */
function reasonWords(
  reasons: readonly string[],
  { hosts, sender }: { readonly hosts: readonly string[]; readonly sender: string | null },
) {
  const aboutOf = (reason: string): string => {
    if (/^(notice|number|signature)_/.test(reason)) return '…';
    if (/^(sender|name)_/.test(reason)) return sender ?? '…';
    return hosts.join(', ') || '…';
  };
  const rest = { owner: '…', way: '…', at: '…', subject: '…' };
  return [...PROOFS, ...OPINIONS]
    .filter((reason) => reasons.includes(reason))
    .map((reason) => ({
      nameJa: textOf('ja', `check.reason.${reason}`, { ...rest, about: aboutOf(reason) }),
      nameEn: textOf('en', `check.reason.${reason}`, { ...rest, about: aboutOf(reason) }),
    }));
}

function namesOf(catalogue: Catalogue, productId: number | null, sellerId: number | null) {
  const product = catalogue.products.get(productId ?? 0);
  const seller = catalogue.sellers.get(sellerId ?? 0);
  return {
    product: product
      ? { id: product.productId, nameJa: product.nameJa, nameEn: product.nameEn }
      : null,
    seller: seller ? { id: seller.sellerId, nameJa: seller.nameJa, nameEn: seller.nameEn } : null,
  };
}

const NOT_OPEN: RefusalText = refusal(
  404,
  ['There is no such open report or proposal', '未処理の届け出または提案が見つかりません'],
  [
    'Nothing was changed. Somebody else may have settled it: look at the list again.',
    '変更はありません。ほかの担当者が処理した可能性があります。一覧をもう一度確認してください。',
  ],
);

const NO_SUSPENSION: RefusalText = refusal(
  404,
  ['There is no such suspension', '停止が見つかりません'],
  [
    'Nothing was changed. Throw the switch first, then name the suspension here.',
    '変更はありません。先に停止をかけてから、その停止を指定してください。',
  ],
);
