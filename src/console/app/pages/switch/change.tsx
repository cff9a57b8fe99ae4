import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { SuspensionChange, SuspensionDetail } from '../../api/answers.ts';
import { suspensionQuery, useAskForChange } from '../../api/suspensions.ts';
import { instantTyped } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Check, CheckChoices, LongField, RadioChoices, TextField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Shown } from '../../parts/shown.tsx';
import { textIn } from '../../text.ts';
import { operationsText, scopePhrase, scopeTitle } from './scope.tsx';

const DEVICES = ['phone', 'tablet', 'pc', 'till'] as const;
type Device = (typeof DEVICES)[number];

/** Asks for what lets something through again; it happens when a second person has approved it. */
export function SwitchChange() {
  const language = useLanguage();
  const { suspensionId } = useParams({ from: '/switch/$suspensionId/change' });
  const suspension = useQuery(suspensionQuery(suspensionId));
  return (
    <Page title={language.t('change.title')} lead={language.t('change.lead')}>
      <Shown of={suspension}>{(found) => <ChangeForm suspension={found} />}</Shown>
    </Page>
  );
}

function ChangeForm({ suspension }: { readonly suspension: SuspensionDetail }) {
  const language = useLanguage();
  const { t } = language;
  const suspensionId = String(suspension.suspensionId);
  const asked = useAskForChange(suspensionId);
  const navigate = useNavigate();
  const [afterPhaseNo] = useState(suspension.phases.at(-1)?.phaseNo ?? 0); // seen when this was begun
  const [effect, setEffect] = useState<SuspensionChange['effect']>('lifted');
  const [conditions, setConditions] = useState({
    ownLineOnly: true,
    noWifi: true,
    devices: ['phone'] as Device[],
  });
  const [startsAt, setStartsAt] = useState<string | null>(null); // null: when it is approved
  const [touched, setTouched] = useState<Partial<Texts>>({});
  const [reason, setReason] = useState('');
  const texts = { ...usualTexts(effect, suspension), ...touched };
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { approvalId } = await asked.mutateAsync({
      afterPhaseNo,
      effect,
      conditions: effect === 'conditions' ? conditions : null,
      startsAt: startsAt === null ? null : instantTyped(startsAt),
      ...texts,
      reason,
    });
    await navigate({ to: '/approvals/$approvalId', params: { approvalId } });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <p className="confirm-what">
        <strong>{scopeTitle(suspension.names, language)}</strong>
        <span>{operationsText(suspension.operations, language)}</span>
      </p>
      {suspension.criteria !== '' && (
        <Notice tone="still" title={t('compose.criteria')}>
          <p>{suspension.criteria}</p>
        </Notice>
      )}
      <RadioChoices
        legend={t('change.effect')}
        value={effect}
        choices={(['lifted', 'conditions', 'ended'] as const).map((each) => ({
          value: each,
          word: t(`change.${each}`),
        }))}
        onChange={(value) => setEffect(value as SuspensionChange['effect'])}
      />
      {effect === 'conditions' && <ConditionFields value={conditions} onChange={setConditions} />}
      <WhenField startsAt={startsAt} onChange={setStartsAt} />
      <ChangeTexts texts={texts} onChange={setTouched} />
      <ReasonField hint={t('change.reasonHint')} value={reason} onChange={setReason} />
      <RefusalNotice error={asked.error} />
      <AskOrBack suspensionId={suspensionId} isBusy={asked.isPending} />
    </form>
  );
}

function AskOrBack(props: { readonly suspensionId: string; readonly isBusy: boolean }) {
  const { t } = useLanguage();
  const { suspensionId, isBusy } = props;
  return (
    <div className="row">
      <Button isSubmit isLarge icon="stamp" isBusy={isBusy}>
        {t('change.ask')}
      </Button>
      <Link to="/switch/$suspensionId" params={{ suspensionId }} className="button quiet">
        {t('back')}
      </Link>
    </div>
  );
}

interface ConditionsTyped {
  readonly ownLineOnly: boolean;
  readonly noWifi: boolean;
  readonly devices: Device[];
}

function ConditionFields(props: {
  readonly value: ConditionsTyped;
  readonly onChange: (value: ConditionsTyped) => void;
}) {
  const { t } = useLanguage();
  const { value, onChange } = props;
  return (
    <div className="card">
      <Check
        word={t('condition.ownLineOnly')}
        isChecked={value.ownLineOnly}
        onChange={(ownLineOnly) => onChange({ ...value, ownLineOnly })}
      />
      <Check
        word={t('condition.noWifi')}
        isChecked={value.noWifi}
        onChange={(noWifi) => onChange({ ...value, noWifi })}
      />
      <CheckChoices
        legend={t('condition.devicesLegend')}
        hint={t('condition.devicesHint')}
        values={value.devices}
        choices={DEVICES.map((each) => ({ value: each, word: t(`device.${each}`) }))}
        onChange={(devices) => onChange({ ...value, devices: devices as Device[] })}
      />
    </div>
  );
}

interface Texts {
  readonly textJa: string;
  readonly textEn: string;
}

/** Until somebody writes better words. */
function usualTexts(effect: SuspensionChange['effect'], { names }: SuspensionDetail): Texts {
  return {
    textJa: textIn('ja', `changeText.${effect}`, { what: scopePhrase(names, 'ja') }),
    textEn: textIn('en', `changeText.${effect}`, { what: scopePhrase(names, 'en') }),
  };
}

function WhenField(props: {
  readonly startsAt: string | null;
  readonly onChange: (startsAt: string | null) => void;
}) {
  const { t } = useLanguage();
  const { startsAt, onChange } = props;
  return (
    <>
      <RadioChoices
        legend={t('compose.from')}
        value={startsAt === null ? 'now' : 'later'}
        choices={[
          { value: 'now', word: t('change.whenApproved') },
          { value: 'later', word: t('compose.later') },
        ]}
        onChange={(value) => onChange(value === 'now' ? null : '')}
      />
      {startsAt !== null && (
        <TextField
          label={t('compose.startsAt')}
          hint={t('zone')}
          type="datetime-local"
          step={1}
          isRequired
          value={startsAt}
          onChange={onChange}
        />
      )}
    </>
  );
}

function ChangeTexts(props: { readonly texts: Texts; readonly onChange: (texts: Texts) => void }) {
  const { t } = useLanguage();
  const { texts, onChange } = props;
  return (
    <>
      <LongField
        label={t('compose.textJa')}
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
