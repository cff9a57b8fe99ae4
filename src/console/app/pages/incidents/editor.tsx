import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { IncidentList, IncidentState, NewIncident } from '../../api/answers.ts';
import { INCIDENTS, useConfirmProposal, useOpenIncident } from '../../api/incidents.ts';
import { instantTyped, typedInstant } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField, RadioChoices, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useNow } from '../../parts/time.tsx';
import { affectedSent } from './affected.ts';
import { ComponentsField, type AffectedTyped } from './components-field.tsx';

export const INCIDENT_STATES: readonly IncidentState[] = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
];

/** Opens an incident, out of a proposal or out of what somebody knows. */
export function IncidentEditor() {
  const { t } = useLanguage();
  const incidents = useQuery({ ...INCIDENTS, refetchInterval: false });
  return (
    <Page title={t('incidents.new')} lead={t('incidents.newLead')}>
      <Shown of={incidents}>{(found) => <Editor found={found} />}</Shown>
    </Page>
  );
}

function Editor({ found }: { readonly found: IncidentList }) {
  const { t } = useLanguage();
  const { proposal: proposalId } = useSearch({ from: '/incidents/new' });
  const proposal = found.proposals.find((each) => each.proposalId === proposalId);
  const now = useNow(60_000);
  const usualStart = typedInstant(proposal?.since ?? now);
  const opened = useOpenIncident();
  const confirmed = useConfirmProposal(proposal?.proposalId ?? 0);
  const sending = proposal ? confirmed : opened;
  const navigate = useNavigate();
  const [texts, setTexts] = useState({
    titleJa: proposal ? t('incident.titleJa', { what: proposal.scopeJa }) : '',
    titleEn: proposal ? t('incident.titleEn', { what: proposal.scopeEn }) : '',
    textJa: '',
    textEn: '',
  });
  const [state, setState] = useState<IncidentState>('investigating');
  const [nextLook, setNextLook] = useState('');
  const [affected, setAffected] = useState<readonly AffectedTyped[]>(() =>
    (proposal?.componentIds ?? []).map((componentId) => ({
      componentId,
      status: 'major_outage',
      startedAt: usualStart,
      recoveredAt: '',
    })),
  );
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const incident: NewIncident = {
      ...texts,
      state,
      components: affectedSent(affected),
      nextLookAt: nextLook === '' ? null : instantTyped(nextLook),
    };
    await sending.mutateAsync(incident);
    await navigate({ to: '/incidents' });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <IncidentTexts texts={texts} onChange={setTexts} />
      <StateChoice state={state} onChange={setState} />
      <ComponentsField
        components={found.components}
        affected={affected}
        usualStart={usualStart}
        hasRecovery={false}
        onChange={setAffected}
      />
      <NextLookField value={nextLook} onChange={setNextLook} />
      {affected.length === 0 && <p className="soft">{t('incident.componentNeeded')}</p>}
      <RefusalNotice error={sending.error} />
      <div>
        <Button
          isSubmit
          isLarge
          icon="siren"
          isBusy={sending.isPending}
          isDisabled={affected.length === 0}
        >
          {t('incidents.publish')}
        </Button>
      </div>
    </form>
  );
}

interface Texts {
  readonly titleJa: string;
  readonly titleEn: string;
  readonly textJa: string;
  readonly textEn: string;
}

export function IncidentTexts(props: {
  readonly texts: Texts;
  readonly onChange: (texts: Texts) => void;
}) {
  const { t } = useLanguage();
  const { texts, onChange } = props;
  return (
    <>
      <TextField
        label={t('incident.titleJaLabel')}
        isRequired
        value={texts.titleJa}
        onChange={(titleJa) => onChange({ ...texts, titleJa })}
      />
      <TextField
        label={t('incident.titleEnLabel')}
        isRequired
        value={texts.titleEn}
        onChange={(titleEn) => onChange({ ...texts, titleEn })}
      />
      <LongField
        label={t('compose.textJa')}
        hint={t('incident.textHint')}
        lang="ja"
        isRequired
        value={texts.textJa}
        onChange={(textJa) => onChange({ ...texts, textJa })}
      />
      <LongField
        label={t('compose.textEn')}
        lang="en"
        isRequired
        value={texts.textEn}
        onChange={(textEn) => onChange({ ...texts, textEn })}
      />
    </>
  );
}

export function StateChoice(props: {
  readonly state: IncidentState;
  readonly onChange: (state: IncidentState) => void;
}) {
  const { t } = useLanguage();
  return (
    <RadioChoices
      legend={t('incident.state')}
      value={props.state}
      choices={INCIDENT_STATES.map((each) => ({ value: each, word: t(`incident.${each}`) }))}
      onChange={(state) => props.onChange(state as IncidentState)}
    />
  );
}

/** When the public is told again, also if there is nothing new: the question behind every outage. */
export function NextLookField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useLanguage();
  return (
    <TextField
      label={t('incident.nextLook')}
      hint={t('incident.nextLookHint')}
      type="datetime-local"
      value={props.value}
      onChange={props.onChange}
    />
  );
}
