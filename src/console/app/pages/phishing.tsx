import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { ShownPhishingReport } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { phishingQuery } from '../api/phishing.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { LongField } from '../parts/field.tsx';
import { RefusalNotice } from '../parts/notice.tsx';
import { Facts, Page } from '../parts/page.tsx';
import { Empty, Shown } from '../parts/shown.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { Ago } from '../parts/time.tsx';
import { Proposals } from './stop-proposals.tsx';

const WHICH = ['open', 'all'] as const;

/** Messages that customers hold for forged, and the stops that many of them propose. */
export function Phishing() {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/phishing' });
  const reports = useQuery(phishingQuery(asked));
  return (
    <Page title={t('phishing.title')} lead={t('phishing.lead')}>
      <Proposals />
      <nav className="tabs" aria-label={t('phishing.tabs')}>
        {WHICH.map((which) => (
          <Link
            key={which}
            to="/phishing"
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
            {found.length === 0 && <Empty title={t('phishing.none')} />}
            {found.map((report) => (
              <Report key={report.number} report={report} />
            ))}
            {next !== null && (
              <div>
                <Link to="/phishing" search={{ ...asked, before: next }} className="button quiet">
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

function Report({ report }: { readonly report: ShownPhishingReport }) {
  const { t, nameOf, instant } = useLanguage();
  const { number, product, seller, reportedAt, closedAt, closedBy, closingNote } = report;
  const named = [product, seller].filter((each) => each !== null).map(nameOf);
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
        {number} {named.join(' / ')}
      </h2>
      <Seen report={report} />
      <Facts
        facts={[
          report.contact !== null && { name: t('reports.contact'), value: report.contact },
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

/** What the asker saw. A link is words here: it leads nowhere. */
function Seen({ report }: { readonly report: ShownPhishingReport }) {
  const { t, nameOf } = useLanguage();
  const { seen, verdict, reasonWords } = report;
  return (
    <>
      <Facts
        facts={[
          { name: t('phishing.told'), value: t(`phishing.verdict.${verdict}`) },
          seen?.sender != null && { name: t('phishing.sender'), value: seen.sender },
          seen?.subject != null && { name: t('phishing.subject'), value: seen.subject },
          seen !== null &&
            seen.links.length > 0 && {
              name: t('phishing.links'),
              value: <span className="mono">{seen.links.join(', ')}</span>,
            },
        ]}
      />
      {seen === null ? (
        <p className="soft">{t('phishing.erased')}</p>
      ) : (
        seen.text !== '' && <blockquote>{seen.text}</blockquote>
      )}
      <ul>
        {reasonWords.map((each) => (
          <li key={each.nameEn}>{nameOf(each)}</li>
        ))}
      </ul>
    </>
  );
}

function Close({ number }: { readonly number: string }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const closed = useMutation({
    mutationFn: () => ask('POST', `/phishing-reports/${number}/close`, { note }),
    onSettled: () => client.invalidateQueries({ queryKey: ['phishing'] }),
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
