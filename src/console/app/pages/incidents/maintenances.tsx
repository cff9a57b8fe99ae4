import { useState, type SubmitEvent } from 'react';
import type { IncidentList } from '../../api/answers.ts';
import { useEndMaintenance } from '../../api/incidents.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';
import { componentText } from './marks.tsx';

type Planned = IncidentList['maintenances'][number];

const PLAN_MARKS: Readonly<Record<Planned['state'], Mark>> = {
  scheduled: MARKS.scheduled,
  in_progress: MARKS.waiting,
  completed: MARKS.good,
  cancelled: MARKS.over,
};

export function Maintenances(props: {
  readonly maintenances: readonly Planned[];
  readonly mayEdit: boolean;
}) {
  const { t } = useLanguage();
  return (
    <Panel title={t('maintenance.title')}>
      {props.maintenances.map((one) => (
        <Maintenance key={one.maintenanceId} planned={one} mayEdit={props.mayEdit} />
      ))}
    </Panel>
  );
}

function Maintenance({ planned, mayEdit }: { planned: Planned; mayEdit: boolean }) {
  const language = useLanguage();
  const { t, nameOf, instant, locale } = language;
  const { state, startsAt, endsAt, titleJa, titleEn, textJa, textEn, components } = planned;
  const [ending, setEnding] = useState<'completed' | 'cancelled' | null>(null);
  const isOpen = state === 'scheduled' || state === 'in_progress';
  return (
    <article className="card">
      <div className="row apart">
        <StateMark mark={PLAN_MARKS[state]} word={t(`maintenance.${state}`)} />
        <span className="figure">
          {instant(startsAt)} - {instant(endsAt)}
        </span>
      </div>
      <h3>{nameOf({ nameJa: titleJa, nameEn: titleEn })}</h3>
      <p className="soft small">
        {components.map((each) => componentText(each, language)).join(' / ')}
      </p>
      <p>{locale === 'ja' ? textJa : textEn}</p>
      {mayEdit && isOpen && ending === null && (
        <div className="row">
          <Button kind="quiet" onPress={() => setEnding('completed')}>
            {t('maintenance.complete')}
          </Button>
          <Button kind="bare" onPress={() => setEnding('cancelled')}>
            {t('maintenance.cancel')}
          </Button>
        </div>
      )}
      {ending !== null && <End planned={planned} state={ending} onClose={() => setEnding(null)} />}
    </article>
  );
}

function End(props: {
  readonly planned: Planned;
  readonly state: 'completed' | 'cancelled';
  readonly onClose: () => void;
}) {
  const { t } = useLanguage();
  const { planned, state, onClose } = props;
  const ended = useEndMaintenance(planned.maintenanceId);
  const [textJa, setTextJa] = useState('');
  const [textEn, setTextEn] = useState('');
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    ended.mutate({ state, textJa, textEn }, { onSuccess: onClose });
  };
  return (
    <form className="form" onSubmit={send}>
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
      <RefusalNotice error={ended.error} />
      <div className="row">
        <Button isSubmit isBusy={ended.isPending}>
          {t(state === 'completed' ? 'maintenance.complete' : 'maintenance.cancel')}
        </Button>
        <Button kind="quiet" onPress={onClose}>
          {t('back')}
        </Button>
      </div>
    </form>
  );
}
