import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ShownSuspension } from '../../api/answers.ts';
import { useMay } from '../../api/session.ts';
import { suspensionsQuery } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Ago } from '../../parts/time.tsx';
import { operationsText, scopeTitle, SuspensionState } from './scope.tsx';

const PAGE_SIZE = 50;

/** What is stopped now is first; what is over is one step away. */
export function SwitchList() {
  const { t } = useLanguage();
  const { which, page } = useSearch({ from: '/switch' });
  const suspensions = useQuery(suspensionsQuery(which, page));
  const mayThrow = useMay('suspensions:throw');
  return (
    <Page
      title={t('switch.title')}
      lead={t('switch.lead')}
      actions={
        mayThrow && (
          <Link to="/switch/new" className="button stop large">
            <Icon name="octagon-pause" size={24} />
            <span>{t('switch.new')}</span>
          </Link>
        )
      }
    >
      <nav className="tabs" aria-label={t('switch.tabs')}>
        {(['open', 'past'] as const).map((each) => (
          <Link
            key={each}
            to="/switch"
            search={{ which: each, page: 1 }}
            className="tab"
            aria-current={which === each ? 'true' : undefined}
          >
            {t(`switch.${each}`)}
          </Link>
        ))}
      </nav>
      <Shown of={suspensions}>
        {({ suspensions: found, total }) => (
          <div className="stack">
            {found.length === 0 && <Nothing which={which} />}
            {found.map((each) => (
              <SuspensionCard key={each.suspensionId} suspension={each} />
            ))}
            <Pager
              page={page}
              size={PAGE_SIZE}
              total={total}
              to="/switch"
              searchOf={(next) => ({ which, page: next })}
            />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Nothing({ which }: { readonly which: 'open' | 'past' }) {
  const { t } = useLanguage();
  return (
    <Empty title={t(which === 'open' ? 'switch.noneOpen' : 'switch.nonePast')}>
      {which === 'open' && <p>{t('switch.noneOpenLead')}</p>}
    </Empty>
  );
}

function SuspensionCard({ suspension }: { readonly suspension: ShownSuspension }) {
  const language = useLanguage();
  const { t, instant } = language;
  const { state, names, operations, startsAt, told, expectedEnd } = suspension;
  return (
    <article className="card stop-card">
      <div className="row apart">
        <SuspensionState state={state} />
        <span className="soft">
          {t('suspension.since', { at: instant(startsAt) })} (<Ago at={startsAt} />)
        </span>
      </div>
      <h2>
        <Link to="/switch/$suspensionId" params={{ suspensionId: String(suspension.suspensionId) }}>
          {scopeTitle(names, language)}
        </Link>
      </h2>
      <p>{operationsText(operations, language)}</p>
      <p>{language.locale === 'ja' ? suspension.textJa : suspension.textEn}</p>
      <p className="soft small">
        {told.all > 0 && t('suspension.told', { confirmed: told.confirmed, all: told.all })}
        {expectedEnd !== null && ` ${t('suspension.expected', { at: instant(expectedEnd) })}`}
      </p>
      {suspension.openApprovalId !== null && (
        <p>
          <Link to="/approvals/$approvalId" params={{ approvalId: suspension.openApprovalId }}>
            {t('suspension.waits')}
          </Link>
        </p>
      )}
    </article>
  );
}
