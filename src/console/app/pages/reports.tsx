import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { ReportList, ShownReport } from '../api/answers.ts';
import { ask, withQuery } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { LongField } from '../parts/field.tsx';
import { RefusalNotice } from '../parts/notice.tsx';
import { Facts, Page } from '../parts/page.tsx';
import { Empty, Shown } from '../parts/shown.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { Ago } from '../parts/time.tsx';

const WHICH = ['open', 'all'] as const;

export interface ReportsAsked {
  readonly which: (typeof WHICH)[number];
  readonly before?: string | undefined;
}

function reportsQuery(asked: ReportsAsked) {
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
  const reports = useQuery(reportsQuery(asked));
  return (
    <Page title={t('reports.title')} lead={t('reports.lead')}>
      <p>
        <Link to="/cases" search={{ which: 'open' }}>
          {t('reports.members')}
        </Link>
      </p>
      <nav className="tabs" aria-label={t('reports.tabs')}>
        {WHICH.map((which) => (
          <Link
            key={which}
            to="/reports"
            search={{ which }}
            className="tab"
            aria-current={asked.which === which ? 'true' : undefined}
          >
            {t(`reports.${which}`)}
          </Link>
        ))}
      </nav>
      <Shown of={reports}>
        {({ reports: found, next }) => (
          <div className="stack">
            {found.length === 0 && <Empty title={t('reports.none')} />}
            {found.map((report) => (
              <Report key={report.number} report={report} />
            ))}
            {next !== null && (
              <div>
                <Link to="/reports" search={{ ...asked, before: next }} className="button quiet">
                  {t('pager.older')}
                </Link>
              </div>
            )}
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Report({ report }: { readonly report: ShownReport }) {
  const { t, nameOf, instant } = useLanguage();
  const { number, instrumentId, product, reportedAt, words, contact, isStopped } = report;
  const { closedAt, closedBy, closingNote } = report;
  return (
    <article className="card">
      <div className="row apart">
        <StateMark
          mark={closedAt === null ? MARKS.waiting : MARKS.good}
          word={t(closedAt === null ? 'reports.waits' : 'reports.closed')}
        />
        <span className="soft">
          {instant(reportedAt)} (<Ago at={reportedAt} />)
        </span>
      </div>
      <h2>
        <Link to="/cards/$instrumentId" params={{ instrumentId }}>
          {number} {nameOf(product)}
        </Link>
      </h2>
      {words !== null && <p>{words}</p>}
      <Facts
        facts={[
          contact !== null && { name: t('reports.contact'), value: contact },
          { name: t('reports.stopped'), value: t(isStopped ? 'yes' : 'no') },
          closedAt !== null && {
            name: t('reports.closed'),
            value: `${closedBy ?? ''} ${instant(closedAt)} ${closingNote ?? ''}`,
          },
        ]}
      />
      {closedAt === null && <Close number={number} />}
    </article>
  );
}

function Close({ number }: { readonly number: string }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const closed = useMutation({
    mutationFn: () => ask('POST', `/reports/${number}/close`, { note }),
    onSettled: () => client.invalidateQueries({ queryKey: ['reports'] }),
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    closed.mutate();
  };
  return (
    <form className="form" onSubmit={send}>
      <LongField
        label={t('reports.note')}
        isRequired
        maxLength={500}
        value={note}
        onChange={setNote}
      />
      <RefusalNotice error={closed.error} />
      <div>
        <Button isSubmit isBusy={closed.isPending}>
          {t('reports.close')}
        </Button>
      </div>
    </form>
  );
}
