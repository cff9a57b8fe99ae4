import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReportList, ShownReport } from '../api/answers.ts';
import { ask, withQuery } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { ReportCard, ReportQueue, type QueueAsked } from '../parts/report-queue.tsx';

function reportsQuery(asked: QueueAsked) {
  return queryOptions({
    queryKey: ['reports', asked],
    queryFn: () => ask<ReportList>('GET', withQuery('/reports', { ...asked })),
    staleTime: 60_000, // every look is written down
    refetchOnWindowFocus: false,
  });
}

/** "That was not me": customers who wait for an answer. */
export function Reports() {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/reports' });
  const members = (
    <p>
      <Link to="/cases" search={{ which: 'open' }}>
        {t('reports.members')}
      </Link>
    </p>
  );
  return (
    <ReportQueue of={useQuery(reportsQuery(asked))} to="/reports" asked={asked} above={members}>
      {(report) => <Report key={report.number} report={report} />}
    </ReportQueue>
  );
}

function Report({ report }: { readonly report: ShownReport }) {
  const { t, nameOf } = useLanguage();
  const { number, instrumentId, product, words, isStopped } = report;
  return (
    <ReportCard
      report={report}
      heading={
        <Link to="/cards/$instrumentId" params={{ instrumentId }}>
          {number} {nameOf(product)}
        </Link>
      }
      facts={[{ name: t('reports.stopped'), value: t(isStopped ? 'yes' : 'no') }]}
      closing={{ path: `/reports/${number}`, queryKey: 'reports' }}
    >
      {words !== null && <p>{words}</p>}
    </ReportCard>
  );
}
