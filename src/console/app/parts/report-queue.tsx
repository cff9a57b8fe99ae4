import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { ask } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { LongField } from './field.tsx';
import { RefusalNotice } from './notice.tsx';
import { Facts, Page, type Fact } from './page.tsx';
import { Empty, Shown } from './shown.tsx';
import { MARKS, StateMark } from './state-mark.tsx';
import { Ago } from './time.tsx';

const WHICH = ['open', 'all'] as const;

const WORDS = {
  '/reports': {
    title: 'reports.title',
    lead: 'reports.lead',
    tabs: 'reports.tabs',
    none: 'reports.none',
  },
  '/phishing': {
    title: 'phishing.title',
    lead: 'phishing.lead',
    tabs: 'phishing.tabs',
    none: 'phishing.none',
  },
} as const;

export interface QueueAsked {
  readonly which: (typeof WHICH)[number];
  readonly before?: string | undefined;
}

interface Waiting {
  readonly number: string;
  readonly reportedAt: number;
  readonly contact: string | null;
  readonly closedAt: number | null;
  readonly closedBy: string | null;
  readonly closingNote: string | null;
}

/** What people reported and wait to be answered: those that are open, or all, the older ones behind a link. */
export function ReportQueue<Report extends Waiting>(props: {
  readonly of: UseQueryResult<{
    readonly reports: readonly Report[];
    readonly next: string | null;
  }>;
  readonly to: keyof typeof WORDS;
  readonly asked: QueueAsked;
  readonly children: (report: Report) => ReactNode;
  readonly above: ReactNode;
}) {
  const { of, to, asked, children, above } = props;
  const { t } = useLanguage();
  const words = WORDS[to];
  return (
    <Page title={t(words.title)} lead={t(words.lead)}>
      {above}
      <nav className="tabs" aria-label={t(words.tabs)}>
        {WHICH.map((which) => (
          <Link
            key={which}
            to={to}
            search={{ which }}
            className="tab"
            aria-current={asked.which === which ? 'true' : undefined}
          >
            {t(`reports.${which}`)}
          </Link>
        ))}
      </nav>
      <Shown of={of}>
        {({ reports, next }) => (
          <div className="stack">
            {reports.length === 0 && <Empty title={t(words.none)} />}
            {reports.map(children)}
            {next !== null && (
              <div>
                <Link to={to} search={{ ...asked, before: next }} className="button quiet">
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

/** One of them: whether it waits and since when, what it says, and the note that closes it. */
export function ReportCard(props: {
  readonly report: Waiting;
  readonly heading: ReactNode;
  readonly facts?: readonly (Fact | null | false)[];
  readonly closing: { readonly path: string; readonly queryKey: string };
  readonly children: ReactNode;
}) {
  const { report, heading, facts = [], closing, children } = props;
  const { t, instant } = useLanguage();
  const { reportedAt, contact, closedAt, closedBy, closingNote } = report;
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
      <h2>{heading}</h2>
      {children}
      <Facts
        facts={[
          contact !== null && { name: t('reports.contact'), value: contact },
          ...facts,
          closedAt !== null && {
            name: t('reports.closed'),
            value: `${closedBy ?? ''} ${instant(closedAt)} ${closingNote ?? ''}`,
          },
        ]}
      />
      {closedAt === null && <Close {...closing} />}
    </article>
  );
}

function Close({ path, queryKey }: { readonly path: string; readonly queryKey: string }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const closed = useMutation({
    mutationFn: () => ask('POST', `${path}/close`, { note }),
    onSettled: () => client.invalidateQueries({ queryKey: [queryKey] }),
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
