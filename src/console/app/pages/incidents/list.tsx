import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IncidentList, ShownIncident } from '../../api/answers.ts';
import { INCIDENTS } from '../../api/incidents.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Ago } from '../../parts/time.tsx';
import { componentText, IncidentMark, StatusMark } from './marks.tsx';
import { Maintenances } from './maintenances.tsx';
import { Proposal } from './proposal.tsx';

/** What the public is told. A proposal comes first: it waits for somebody who looks. */
export function Incidents() {
  const { t } = useLanguage();
  const incidents = useQuery(INCIDENTS);
  const mayEdit = useMay('incidents:edit');
  return (
    <Page
      title={t('incidents.title')}
      lead={t('incidents.lead')}
      actions={
        mayEdit && (
          <>
            <Link to="/incidents/new" search={{}} className="button">
              <Icon name="plus" />
              <span>{t('incidents.new')}</span>
            </Link>
            <Link to="/incidents/maintenance" className="button quiet">
              <Icon name="calendar-clock" />
              <span>{t('maintenance.new')}</span>
            </Link>
            <Link to="/incidents/systems" className="button quiet">
              {t('systems.title')}
            </Link>
          </>
        )
      }
    >
      <Shown of={incidents}>{(found) => <Lists found={found} mayEdit={mayEdit} />}</Shown>
    </Page>
  );
}

function Lists({ found, mayEdit }: { readonly found: IncidentList; readonly mayEdit: boolean }) {
  const { t } = useLanguage();
  const { proposals, open, maintenances, past } = found;
  return (
    <div className="stack wide">
      {proposals.length > 0 && (
        <Panel title={t('proposal.title')}>
          {proposals.map((proposal) => (
            <Proposal key={proposal.proposalId} proposal={proposal} mayEdit={mayEdit} />
          ))}
        </Panel>
      )}
      <Panel title={t('incidents.open')}>
        {open.length === 0 && <Empty title={t('incidents.none')} />}
        {open.map((incident) => (
          <IncidentCard key={incident.incidentId} incident={incident} />
        ))}
      </Panel>
      <Components found={found} />
      {maintenances.length > 0 && <Maintenances maintenances={maintenances} mayEdit={mayEdit} />}
      {past.length > 0 && (
        <Panel title={t('incidents.past')}>
          {past.map((incident) => (
            <IncidentCard key={incident.incidentId} incident={incident} />
          ))}
        </Panel>
      )}
    </div>
  );
}

function IncidentCard({ incident }: { readonly incident: ShownIncident }) {
  const language = useLanguage();
  const { nameOf, instant, locale } = language;
  const { titleJa, titleEn, state, startedAt, components, updates } = incident;
  const latest = updates[0];
  return (
    <article className="card">
      <div className="row apart">
        <IncidentMark state={state} />
        <span className="soft">
          {instant(startedAt)} (<Ago at={startedAt} />)
        </span>
      </div>
      <h3>
        <Link to="/incidents/$incidentId" params={{ incidentId: String(incident.incidentId) }}>
          {nameOf({ nameJa: titleJa, nameEn: titleEn })}
        </Link>
      </h3>
      <p className="soft small">
        {components.map((each) => componentText(each, language)).join(' / ')}
      </p>
      {latest && <p>{locale === 'ja' ? latest.textJa : latest.textEn}</p>}
    </article>
  );
}

function Components({ found }: { readonly found: IncidentList }) {
  const language = useLanguage();
  const { t } = language;
  return (
    <Panel title={t('components.title')}>
      {found.components.length === 0 && <Empty title={t('components.none')} />}
      <ul className="lines">
        {found.components.map((component) => (
          <li key={component.componentId} className="row apart">
            <span>{componentText(component, language)}</span>
            <StatusMark status={component.status} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
