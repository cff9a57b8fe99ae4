import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { IncidentList, ShownIncident } from '../../api/answers.ts';
import { INCIDENTS, useAddUpdate } from '../../api/incidents.ts';
import { useMay } from '../../api/session.ts';
import { instantTyped, typedInstant } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField, SelectField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { affectedSent } from './affected.ts';
import { ComponentsField, type AffectedTyped } from './components-field.tsx';
import { NextLookField, StateChoice } from './editor.tsx';
import { componentText, IncidentMark, StatusMark } from './marks.tsx';

/** One incident: where it stands, each component with its own times, every update, corrections beside what was wrong. */
export function IncidentDetail() {
  const { t } = useLanguage();
  const { incidentId } = useParams({ from: '/incidents/$incidentId' });
  const incidents = useQuery(INCIDENTS);
  const found = [...(incidents.data?.open ?? []), ...(incidents.data?.past ?? [])].find(
    (each) => String(each.incidentId) === incidentId,
  );
  if (!found || !incidents.data) {
    return (
      <Page title={t('incidents.title')}>
        <Shown of={incidents}>{() => <Empty title={t('incidents.notHere')} />}</Shown>
      </Page>
    );
  }
  return <Detail incident={found} all={incidents.data} />;
}

function Detail({
  incident,
  all,
}: {
  readonly incident: ShownIncident;
  readonly all: IncidentList;
}) {
  const { t, nameOf } = useLanguage();
  const mayEdit = useMay('incidents:edit');
  return (
    <Page
      title={nameOf({ nameJa: incident.titleJa, nameEn: incident.titleEn })}
      actions={
        <a href={incident.publicPath} className="button quiet">
          {t('incident.public')}
        </a>
      }
    >
      <div>
        <IncidentMark state={incident.state} isLarge />
      </div>
      <Affected incident={incident} />
      <Updates incident={incident} />
      {mayEdit && <AddUpdate incident={incident} all={all} key={incident.updates.length} />}
    </Page>
  );
}

function Affected({ incident }: { readonly incident: ShownIncident }) {
  const language = useLanguage();
  const { t, instant, duration } = language;
  return (
    <Panel title={t('incident.components')}>
      <Table
        caption={t('incident.components')}
        rows={incident.components}
        keyOf={(component) => component.componentId}
        columns={[
          { title: t('incident.component'), cell: (one) => componentText(one, language) },
          {
            title: t('state'),
            cell: ({ status, recoveredAt }) => (
              <StatusMark status={recoveredAt === null ? status : 'operational'} />
            ),
          },
          { title: t('incident.startedAt'), cell: ({ startedAt }) => instant(startedAt) },
          {
            title: t('incident.recoveredAt'),
            cell: ({ recoveredAt }) => (recoveredAt === null ? '-' : instant(recoveredAt)),
          },
          {
            title: t('incident.lasted'),
            cell: ({ startedAt, recoveredAt }) =>
              recoveredAt === null
                ? '-'
                : duration(new Date(recoveredAt).getTime() - new Date(startedAt).getTime()),
          },
        ]}
      />
    </Panel>
  );
}

function Updates({ incident }: { readonly incident: ShownIncident }) {
  const { t, instant, locale } = useLanguage();
  const corrected = new Set(incident.updates.map(({ corrects }) => corrects));
  return (
    <Panel title={t('incident.updates')}>
      <ol className="story">
        {incident.updates.map((update) => {
          const text = locale === 'ja' ? update.textJa : update.textEn;
          return (
            <li key={update.updateId}>
              <div className="row">
                <IncidentMark state={update.state} />
                <span className="figure">{instant(update.at)}</span>
                <span className="soft">{update.by}</span>
              </div>
              {update.corrects !== null && <strong>{t('incident.correction')}</strong>}
              {corrected.has(update.updateId) ? (
                <p>
                  <del>{text}</del> ({t('incident.corrected')})
                </p>
              ) : (
                <p>{text}</p>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function AddUpdate({
  incident,
  all,
}: {
  readonly incident: ShownIncident;
  readonly all: IncidentList;
}) {
  const { t, instant } = useLanguage();
  const added = useAddUpdate(incident.incidentId);
  const [state, setState] = useState(incident.state);
  const [textJa, setTextJa] = useState('');
  const [textEn, setTextEn] = useState('');
  const [corrects, setCorrects] = useState('');
  const [nextLook, setNextLook] = useState('');
  const [affected, setAffected] = useState<readonly AffectedTyped[]>(() => typedOf(incident));
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const corrected = corrects === '' ? null : Number(corrects);
    added.mutate({
      state,
      textJa,
      textEn,
      corrects: corrected,
      components: affectedSent(affected),
      nextLookAt: nextLook === '' ? null : instantTyped(nextLook),
    });
  };
  return (
    <Panel title={t('incident.add')}>
      <form className="form" onSubmit={send}>
        <StateChoice state={state} onChange={setState} />
        <LongField
          label={t('compose.textJa')}
          lang="ja"
          isRequired
          value={textJa}
          onChange={setTextJa}
        />
        <LongField
          label={t('compose.textEn')}
          lang="en"
          isRequired
          value={textEn}
          onChange={setTextEn}
        />
        <SelectField
          label={t('incident.corrects')}
          hint={t('incident.correctsHint')}
          value={corrects}
          choices={[
            { value: '', word: t('incident.correctsNone') },
            ...incident.updates.map(({ updateId, at }) => ({
              value: String(updateId),
              word: instant(at),
            })),
          ]}
          onChange={setCorrects}
        />
        <ComponentsField
          components={all.components}
          affected={affected}
          usualStart={typedInstant(incident.startedAt)}
          hasRecovery
          onChange={setAffected}
        />
        <NextLookField value={nextLook} onChange={setNextLook} />
        <RefusalNotice error={added.error} />
        <div>
          <Button isSubmit icon="send" isBusy={added.isPending}>
            {t('incidents.publish')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function typedOf(incident: ShownIncident): readonly AffectedTyped[] {
  return incident.components.map(({ componentId, status, startedAt, recoveredAt }) => ({
    componentId,
    status: status === 'operational' ? 'major_outage' : status,
    startedAt: typedInstant(startedAt),
    recoveredAt: recoveredAt === null ? '' : typedInstant(recoveredAt),
  }));
}
