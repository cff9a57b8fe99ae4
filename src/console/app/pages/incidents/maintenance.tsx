import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { IncidentList } from '../../api/answers.ts';
import { INCIDENTS, usePlanMaintenance } from '../../api/incidents.ts';
import { instantTyped } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { CheckChoices, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { IncidentTexts } from './editor.tsx';
import { componentText } from './marks.tsx';

export function Maintenance() {
  const { t } = useLanguage();
  const incidents = useQuery({ ...INCIDENTS, refetchInterval: false });
  return (
    <Page title={t('maintenance.new')} lead={t('maintenance.lead')}>
      <Shown of={incidents}>{(found) => <Plan found={found} />}</Shown>
    </Page>
  );
}

function Plan({ found }: { readonly found: IncidentList }) {
  const language = useLanguage();
  const { t } = language;
  const planned = usePlanMaintenance();
  const navigate = useNavigate();
  const [texts, setTexts] = useState({ titleJa: '', titleEn: '', textJa: '', textEn: '' });
  const [startsAt, setStartsAt] = useState('');
  const [endsAt, setEndsAt] = useState('');
  const [components, setComponents] = useState<readonly string[]>([]);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await planned.mutateAsync({
      ...texts,
      startsAt: instantTyped(startsAt),
      endsAt: instantTyped(endsAt),
      componentIds: components.map(Number),
    });
    await navigate({ to: '/incidents' });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <IncidentTexts texts={texts} onChange={setTexts} />
      <div className="form across">
        <TextField
          label={t('maintenance.startsAt')}
          hint={t('zone')}
          type="datetime-local"
          isRequired
          value={startsAt}
          onChange={setStartsAt}
        />
        <TextField
          label={t('maintenance.endsAt')}
          hint={t('zone')}
          type="datetime-local"
          isRequired
          value={endsAt}
          onChange={setEndsAt}
        />
      </div>
      <CheckChoices
        legend={t('incident.components')}
        values={components}
        choices={found.components.map((component) => ({
          value: String(component.componentId),
          word: componentText(component, language),
        }))}
        onChange={setComponents}
      />
      <RefusalNotice error={planned.error} />
      <div>
        <Button
          isSubmit
          isLarge
          icon="calendar-clock"
          isBusy={planned.isPending}
          isDisabled={components.length === 0}
        >
          {t('maintenance.plan')}
        </Button>
      </div>
    </form>
  );
}
