import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { SuspensionDetail } from '../../api/answers.ts';
import { useMay } from '../../api/session.ts';
import { suspensionQuery } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import type { ConsoleText } from '../../text.ts';
import { Ago } from '../../parts/time.tsx';
import { Conditions } from './conditions.tsx';
import { Confirmations } from './confirmations.tsx';
import { Displacement } from './displacement.tsx';
import { History } from './history.tsx';
import { OpenOrders } from './open-orders.tsx';
import { operationsText, scopeTitle, SuspensionState } from './scope.tsx';

/** One stop: since when, who knows it, what it left half done, where its buyers went, and how it ends. */
export function SwitchDetail() {
  const { t } = useLanguage();
  const { suspensionId } = useParams({ from: '/switch/$suspensionId' });
  const suspension = useQuery(suspensionQuery(suspensionId));
  if (!suspension.data) {
    return (
      <Page title={t('switch.one')}>
        <Shown of={suspension}>{() => null}</Shown>
      </Page>
    );
  }
  return <Detail suspension={suspension.data} />;
}

function Detail({ suspension }: { readonly suspension: SuspensionDetail }) {
  const language = useLanguage();
  const { t } = language;
  const { openApprovalId } = suspension;
  return (
    <Page
      title={scopeTitle(suspension.names, language)}
      lead={operationsText(suspension.operations, language)}
      actions={<Actions suspension={suspension} />}
    >
      <InForce suspension={suspension} />
      {openApprovalId !== null && (
        <Notice tone="wait" title={t('switch.waitsForSecond')}>
          <p>
            <Link to="/approvals/$approvalId" params={{ approvalId: openApprovalId }}>
              {t('switch.toApproval')}
            </Link>
          </p>
        </Notice>
      )}
      <Confirmations suspension={suspension} />
      <OpenOrders suspension={suspension} />
      <Unresolved suspension={suspension} />
      <Displacement displacement={suspension.displacement} />
      <Told suspension={suspension} />
      <History phases={suspension.phases} />
    </Page>
  );
}

const HOLDS = {
  scheduled: 'switch.holdsFromThen',
  stopped: 'switch.holdsSince',
  conditions: 'switch.conditionsSince',
  ended: 'switch.endedSince',
  lifted: 'switch.liftedSince',
} as const satisfies Readonly<Record<SuspensionDetail['state'], ConsoleText>>;

/** The instant is the largest thing: it decides what stands and what is refused. */
function InForce({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t, hour, day, instant } = useLanguage();
  const { thrown } = useSearch({ from: '/switch/$suspensionId' });
  const { state, expectedEnd, announcedText, conditions, phases } = suspension;
  const inForce = phases.findLast(({ effect }) => effect === state);
  const startsAt = inForce?.startsAt ?? suspension.startsAt;
  return (
    <section className={`card${state === 'stopped' ? ' loud' : ''}`} aria-live="polite">
      <div className="row">
        <SuspensionState state={state} isLarge />
        <Ago at={startsAt} />
      </div>
      <p className="instant">
        <span className="soft">{day(startsAt)}</span>
        <strong className="figure">{hour(startsAt)}</strong>
        <span>{t(HOLDS[state])}</span>
      </p>
      {thrown === true && <p>{t('switch.thrown')}</p>}
      {announcedText !== null && <p>{t('switch.announced', { text: announcedText })}</p>}
      {expectedEnd !== null && <p>{t('suspension.expected', { at: instant(expectedEnd) })}</p>}
      {conditions && <Conditions conditions={conditions} />}
    </section>
  );
}

/** Never half: what was sold before the stop is finished within its session, or reversed. */
function Unresolved({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t, count, instant } = useLanguage();
  const { unresolved } = suspension;
  return (
    <Panel
      title={t('unresolved.title')}
      aside={<span className="figure">{count(unresolved.count)}</span>}
    >
      <p className="soft">{t(unresolved.count === 0 ? 'unresolved.none' : 'unresolved.lead')}</p>
      {unresolved.first.length > 0 && (
        <ul className="lines">
          {unresolved.first.map((each) => (
            <li key={`${each.client} ${each.requestId}`} className="row apart">
              <span className="mono">{each.requestId}</span>
              <span>{each.client}</span>
              <span className="figure">{instant(each.at)}</span>
              <span>{each.state}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Told({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t, instant } = useLanguage();
  const { textJa, textEn, internalReason, criteria, thrownBy, thrownAt } = suspension;
  return (
    <Panel title={t('switch.told')}>
      <Facts
        facts={[
          { name: t('compose.textJa'), value: <span lang="ja">{textJa}</span> },
          { name: t('compose.textEn'), value: <span lang="en">{textEn}</span> },
          { name: t('compose.internalReason'), value: internalReason },
          { name: t('compose.criteria'), value: criteria === '' ? t('none') : criteria },
          { name: t('switch.thrownBy'), value: `${thrownBy} ${instant(thrownAt)}` },
        ]}
      />
    </Panel>
  );
}

/** Resuming and ending are asked for; better words, and stopping again, are one person's. */
function Actions({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t } = useLanguage();
  const mayResume = useMay('suspensions:resume');
  const mayThrow = useMay('suspensions:throw');
  const { state, openApprovalId } = suspension;
  const params = { suspensionId: String(suspension.suspensionId) };
  if (state === 'lifted' || state === 'ended') return null;
  return (
    <>
      {mayResume && openApprovalId === null && (
        <Link to="/switch/$suspensionId/change" params={params} className="button quiet">
          <Icon name="undo-2" />
          <span>{t('switch.change')}</span>
        </Link>
      )}
      {mayThrow && (
        <Link to="/switch/$suspensionId/wording" params={params} className="button bare">
          {t('wording.title')}
        </Link>
      )}
    </>
  );
}
