import { useState, type SubmitEvent } from 'react';
import type { CaseDetail } from '../../api/answers.ts';
import { useAskForTwo } from '../../api/cases.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../words.ts';
import { REASON_MIN } from '../../../../kernel/reason.ts';

/** Every gift of the member, what was charged among them; and what the desk may give back, by two. */
export function GiftPart({ detail }: { readonly detail: CaseDetail }) {
  const language = useLanguage();
  const { t, instant, money, count } = language;
  const { gifts, sums, record } = detail;
  const at = (when: number | null) => (when === null ? '-' : instant(when));
  const charged = gifts.filter(({ outcome }) => outcome === 'charged');
  return (
    <Panel title={t('cases.gifts')}>
      {gifts.length === 0 && <p className="soft">{t('cases.noGifts')}</p>}
      {gifts.length > 0 && (
        <>
          <Table
            caption={t('cases.gifts')}
            rows={gifts}
            keyOf={({ giftId }) => giftId}
            columns={[
              { title: t('cases.gift'), cell: ({ giftId, to }) => `${giftId} ${to ?? ''}` },
              {
                title: t('amount'),
                isFigure: true,
                cell: ({ amountMinor, unit }) => money(amountMinor, unit),
              },
              { title: t('cases.madeAt'), cell: ({ madeAt }) => at(madeAt) },
              { title: t('cases.claimedAt'), cell: ({ claimedAt }) => at(claimedAt) },
              { title: t('cases.chargedAt'), cell: ({ chargedAt }) => at(chargedAt) },
              {
                title: t('cases.outcome'),
                cell: ({ outcome }) => wordOf('giftOutcome', outcome, language),
              },
            ]}
          />
          <Table
            caption={t('cases.sums')}
            rows={sums}
            keyOf={({ outcome, unit }) => `${outcome} ${unit}`}
            columns={[
              {
                title: t('cases.outcome'),
                cell: ({ outcome }) => wordOf('giftOutcome', outcome, language),
              },
              { title: t('cases.gifts'), isFigure: true, cell: (sum) => count(sum.count) },
              {
                title: t('amount'),
                isFigure: true,
                cell: ({ amountMinor, unit }) => money(amountMinor, unit),
              },
            ]}
          />
        </>
      )}
      {charged.length > 0 && record.closedAt === null && (
        <Refund number={record.number} charged={charged} />
      )}
    </Panel>
  );
}

function Refund(props: { readonly number: string; readonly charged: CaseDetail['gifts'] }) {
  const { t, money } = useLanguage();
  const { number, charged } = props;
  const [giftId, setGiftId] = useState(charged[0]?.giftId ?? '');
  const [reason, setReason] = useState('');
  const asked = useAskForTwo(number);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    asked.mutate({ as: 'refunds', giftId, reason }, { onSuccess: () => setReason('') });
  };
  return (
    <form className="form" onSubmit={send}>
      <p className="hint">{t('refund.lead')}</p>
      <SelectField
        label={t('cases.gift')}
        value={giftId}
        choices={charged.map((gift) => ({
          value: gift.giftId,
          word: `${gift.giftId} ${money(gift.amountMinor, gift.unit)} ${t(gift.isInTime ? 'refund.inTime' : 'refund.notInTime')}`,
        }))}
        onChange={setGiftId}
      />
      <TextField
        label={t('reason.label')}
        isRequired
        minLength={REASON_MIN}
        maxLength={1_000}
        value={reason}
        onChange={setReason}
      />
      <RefusalNotice error={asked.error} />
      {asked.isSuccess && <Notice tone="wait" title={t('cases.waitsForTwo')} isHeard />}
      <div>
        <Button isSubmit icon="stamp" isBusy={asked.isPending}>
          {t('refund.ask')}
        </Button>
      </div>
    </form>
  );
}
