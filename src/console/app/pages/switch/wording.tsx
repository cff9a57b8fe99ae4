import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { SuspensionDetail } from '../../api/answers.ts';
import { suspensionQuery, useReword } from '../../api/suspensions.ts';
import { instantTyped, typedInstant } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Check, LongField, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Shown } from '../../parts/shown.tsx';
import { operationsText, scopeTitle } from './scope.tsx';

/** What one person may do with a stop that stands: say it in better words, or stop again what was resumed. */
export function SwitchWording() {
  const { t } = useLanguage();
  const { suspensionId } = useParams({ from: '/switch/$suspensionId/wording' });
  const suspension = useQuery(suspensionQuery(suspensionId));
  return (
    <Page title={t('wording.title')} lead={t('wording.lead')}>
      <Shown of={suspension}>{(found) => <Wording suspension={found} />}</Shown>
    </Page>
  );
}

function Wording({ suspension }: { readonly suspension: SuspensionDetail }) {
  const language = useLanguage();
  const { t } = language;
  const suspensionId = String(suspension.suspensionId);
  const { state, names, operations, expectedEnd } = suspension;
  const reworded = useReword(suspensionId);
  const navigate = useNavigate();
  const [afterPhaseNo] = useState(suspension.phases.at(-1)?.phaseNo ?? 0); // seen when this was begun
  const [stopsAgain, setStopsAgain] = useState(false);
  const [texts, setTexts] = useState({
    textJa: suspension.textJa,
    textEn: suspension.textEn,
    criteria: suspension.criteria,
    reason: '',
  });
  const [end, setEnd] = useState(
    expectedEnd === null ? '' : typedInstant(expectedEnd).slice(0, 16),
  );
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const sentEnd = end === '' ? null : instantTyped(end);
    await reworded.mutateAsync({ ...texts, afterPhaseNo, stopsAgain, expectedEnd: sentEnd });
    await navigate({ to: '/switch/$suspensionId', params: { suspensionId } });
  };
  const field = (name: keyof typeof texts) => ({
    value: texts[name],
    onChange: (text: string) => setTexts({ ...texts, [name]: text }),
  });
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <p className="confirm-what">
        <strong>{scopeTitle(names, language)}</strong>
        <span>{operationsText(operations, language)}</span>
      </p>
      {state === 'conditions' && (
        <Check word={t('wording.stopsAgain')} isChecked={stopsAgain} onChange={setStopsAgain} />
      )}
      <LongField label={t('compose.textJa')} lang="ja" isRequired {...field('textJa')} />
      <LongField label={t('compose.textEn')} lang="en" isRequired {...field('textEn')} />
      <TextField
        label={t('compose.expectedEnd')}
        hint={t('compose.expectedEndHint')}
        type="datetime-local"
        value={end}
        onChange={setEnd}
      />
      <LongField label={t('compose.criteria')} {...field('criteria')} />
      <ReasonField {...field('reason')} />
      <RefusalNotice error={reworded.error} />
      <div className="row">
        <Button
          isSubmit
          isLarge
          kind={stopsAgain ? 'stop' : 'plain'}
          icon={stopsAgain ? 'octagon-pause' : 'send'}
          isBusy={reworded.isPending}
        >
          {t(stopsAgain ? 'confirm.throw' : 'incidents.publish')}
        </Button>
        <Link to="/switch/$suspensionId" params={{ suspensionId }} className="button quiet">
          {t('back')}
        </Link>
      </div>
    </form>
  );
}
