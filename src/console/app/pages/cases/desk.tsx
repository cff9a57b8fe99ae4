import { useState, type SubmitEvent } from 'react';
import { wallClock } from '../../../../kernel/clock.ts';
import type { CaseDetail } from '../../api/answers.ts';
import { useAskForTwo, useCaseAct } from '../../api/cases.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField, SelectField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';

const HOUR_MS = 60 * 60_000;
const LOOKS = { '4': 4 * HOUR_MS, '24': 24 * HOUR_MS, '72': 72 * HOUR_MS } as const;
type Look = keyof typeof LOOKS;

/** What the desk does with a case: notes and the next look, giving the value back (by two), the end. */
export function CaseDesk({ detail }: { readonly detail: CaseDetail }) {
  const { t } = useLanguage();
  const { number, liftedAt, closedAt } = detail.record;
  if (closedAt !== null) return null;
  return (
    <Panel title={t('caseDesk.title')}>
      <NoteForm number={number} isLifted={liftedAt !== null} />
      {liftedAt === null && <LiftForm number={number} />}
    </Panel>
  );
}

function NoteForm(props: { readonly number: string; readonly isLifted: boolean }) {
  const { t } = useLanguage();
  const { number, isLifted } = props;
  const [note, setNote] = useState('');
  const [look, setLook] = useState<Look>('24');
  const done = useCaseAct(number);
  const clear = { onSuccess: () => setNote('') };
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    done.mutate({ as: 'notes', note, lookAt: wallClock.now() + LOOKS[look] }, clear);
  };
  return (
    <form className="form" onSubmit={send}>
      <LongField
        label={t('caseDesk.note')}
        isRequired
        maxLength={500}
        value={note}
        onChange={setNote}
      />
      <SelectField
        label={t('caseDesk.look')}
        value={look}
        choices={(['4', '24', '72'] as const).map((hours) => ({
          value: hours,
          word: t('caseDesk.hours', { hours }),
        }))}
        onChange={(chosen) => setLook(chosen === '4' || chosen === '72' ? chosen : '24')}
      />
      <RefusalNotice error={done.error} />
      <div className="row">
        <Button isSubmit isBusy={done.isPending}>
          {t('caseDesk.keep')}
        </Button>
        {isLifted && (
          <Button
            kind="quiet"
            isDisabled={done.isPending || note.trim() === ''}
            onPress={() => done.mutate({ as: 'close', note }, clear)}
          >
            {t('caseDesk.close')}
          </Button>
        )}
      </div>
    </form>
  );
}

function LiftForm({ number }: { readonly number: string }) {
  const { t } = useLanguage();
  const [reason, setReason] = useState('');
  const asked = useAskForTwo(number);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    asked.mutate({ as: 'lift', reason }, { onSuccess: () => setReason('') });
  };
  return (
    <form className="form" onSubmit={send}>
      <ReasonField
        label={t('caseDesk.liftReason')}
        hint={t('caseDesk.liftHint')}
        maxLength={1_000}
        value={reason}
        onChange={setReason}
      />
      <RefusalNotice error={asked.error} />
      {asked.isSuccess && <Notice tone="wait" title={t('cases.waitsForTwo')} isHeard />}
      <div>
        <Button isSubmit kind="quiet" icon="stamp" isBusy={asked.isPending}>
          {t('caseDesk.lift')}
        </Button>
      </div>
    </form>
  );
}
