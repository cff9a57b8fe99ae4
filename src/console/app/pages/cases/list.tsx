import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { CaseLine } from '../../api/answers.ts';
import { casesQuery } from '../../api/cases.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { Ago } from '../../parts/time.tsx';
import { wordOf } from '../../words.ts';
import { CaseMark } from './mark.tsx';

const WHICH = ['open', 'all'] as const;

/** "That was not me": members whose value is stopped, and those who call. */
export function Cases() {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/cases' });
  const cases = useQuery(casesQuery(asked));
  const mayLook = useMay('members:look');
  return (
    <Page title={t('cases.title')} lead={t('cases.lead')}>
      {mayLook && (
        <p>
          <Link to="/members">{t('cases.byPhone')}</Link>
        </p>
      )}
      <nav className="tabs" aria-label={t('cases.tabs')}>
        {WHICH.map((which) => (
          <Link
            key={which}
            to="/cases"
            search={{ which }}
            className="tab"
            aria-current={asked.which === which ? 'true' : undefined}
          >
            {t(`cases.${which}`)}
          </Link>
        ))}
      </nav>
      <Shown of={cases}>
        {({ cases: found, next }) => (
          <div className="stack">
            {found.length === 0 && <Empty title={t('cases.none')} />}
            {found.length > 0 && <CaseTable lines={found} />}
            {next !== null && (
              <div>
                <Link to="/cases" search={{ ...asked, before: next }} className="button quiet">
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

function CaseTable({ lines }: { readonly lines: readonly CaseLine[] }) {
  const language = useLanguage();
  const { t, instant } = language;
  return (
    <Table<CaseLine>
      caption={t('cases.title')}
      rows={lines}
      keyOf={({ number }) => number}
      columns={[
        {
          title: t('cases.number'),
          cell: ({ number }) => (
            <Link to="/cases/$number" params={{ number }}>
              {number}
            </Link>
          ),
        },
        { title: t('cases.state'), cell: (line) => <CaseMark line={line} /> },
        {
          title: t('cases.openedAt'),
          cell: ({ openedAt }) => (
            <>
              {instant(openedAt)} (<Ago at={openedAt} />)
            </>
          ),
        },
        {
          title: t('cases.openedBy'),
          cell: ({ openedBy }) => wordOf('caseWay', openedBy, language),
        },
        {
          title: t('cases.lookAt'),
          cell: ({ lookAt, closedAt }) => (closedAt === null ? <Ago at={lookAt} /> : '-'),
        },
      ]}
    />
  );
}
