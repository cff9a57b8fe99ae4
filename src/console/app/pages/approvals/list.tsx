import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ShownApproval } from '../../api/answers.ts';
import { approvalsQuery } from '../../api/approvals.ts';
import { useSession } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Ago } from '../../parts/time.tsx';
import { ApprovalMark } from './mark.tsx';

const WHICH = ['open', 'unreviewed', 'all'] as const;

/** What waits for a second person; what was done alone and waits to be looked at; everything. */
export function Approvals() {
  const { t } = useLanguage();
  const { which, before } = useSearch({ from: '/approvals' });
  const approvals = useQuery(approvalsQuery(which, before));
  return (
    <Page title={t('approvals.title')} lead={t('approvals.lead')}>
      <nav className="tabs" aria-label={t('approvals.tabs')}>
        {WHICH.map((each) => (
          <Link
            key={each}
            to="/approvals"
            search={{ which: each }}
            className="tab"
            aria-current={which === each ? 'true' : undefined}
          >
            {t(`approvals.${each}`)}
          </Link>
        ))}
      </nav>
      <Shown of={approvals}>
        {({ approvals: found, next }) => (
          <div className="stack">
            {found.length === 0 && <Empty title={t(`approvals.none.${which}`)} />}
            {found.map((approval) => (
              <ApprovalCard key={String(approval.approvalId)} approval={approval} />
            ))}
            {next !== null && (
              <Link to="/approvals" search={{ which, before: next }} className="button quiet">
                {t('pager.older')}
              </Link>
            )}
          </div>
        )}
      </Shown>
    </Page>
  );
}

function ApprovalCard({ approval }: { readonly approval: ShownApproval }) {
  const { t, locale, instant } = useLanguage();
  const { operator } = useSession();
  const isOwn = approval.askedBy.operatorId === operator.operatorId;
  return (
    <article className="card">
      <div className="row apart">
        <ApprovalMark state={approval.state} />
        <span className="soft">
          {instant(approval.askedAt)} (<Ago at={approval.askedAt} />)
        </span>
      </div>
      <h2>
        <Link to="/approvals/$approvalId" params={{ approvalId: String(approval.approvalId) }}>
          {approval.summary[locale]}
        </Link>
      </h2>
      <p className="soft">
        {isOwn ? t('approvals.own') : t('approvals.askedBy', { name: approval.askedBy.name })}
      </p>
    </article>
  );
}
