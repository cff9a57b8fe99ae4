import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { ShownDeath } from '../../api/answers.ts';
import { useAskDeath } from '../../api/members.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Facts, Panel } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Table } from '../../parts/table.tsx';

const WORDS = {
  death: {
    title: 'death.title',
    lead: 'death.lead',
    does: [
      'death.does.account',
      'death.does.gifts',
      'death.does.help',
      'death.does.value',
      'death.does.notices',
    ],
    reference: 'death.reference',
    waits: 'death.waitsForTwo',
  },
  life: {
    title: 'life.title',
    lead: 'life.lead',
    does: ['life.does.account', 'life.does.value', 'life.does.gone', 'life.does.notices'],
    reference: 'life.reference',
    waits: 'life.waitsForTwo',
  },
} as const;

/** A member has died, or lives of whom that was told: what will happen, and the question to a second person. */
export function DeathForm({
  memberId,
  about,
}: {
  readonly memberId: string;
  readonly about: 'death' | 'life';
}) {
  const { t } = useLanguage();
  const maySeeApprovals = useMay('approvals:see');
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const asked = useAskDeath(about);
  const words = WORDS[about];
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    asked.mutate({ memberId, reference: reference.trim(), reason });
  };
  return (
    <Panel title={t(words.title)}>
      <form className="form" onSubmit={send}>
        <p>{t(words.lead)}</p>
        <ul className="lines">
          {words.does.map((each) => (
            <li key={each}>{t(each)}</li>
          ))}
        </ul>
        <TextField
          label={t(words.reference)}
          hint={t('death.referenceHint')}
          isRequired
          minLength={3}
          maxLength={40}
          value={reference}
          onChange={setReference}
        />
        <ReasonField
          label={t('death.reason')}
          hint={t('death.reasonHint')}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        <RefusalNotice error={asked.error} />
        {asked.data && (
          <Notice tone="wait" title={t(words.waits)} isHeard>
            <p>
              {maySeeApprovals ? (
                <Link to="/approvals/$approvalId" params={{ approvalId: asked.data.approvalId }}>
                  {t('death.approval')}
                </Link>
              ) : (
                t('death.whoApproves')
              )}
            </p>
          </Notice>
        )}
        <div>
          <Button
            isSubmit
            kind="quiet"
            icon="stamp"
            isBusy={asked.isPending}
            isDisabled={asked.isSuccess}
          >
            {t('death.ask')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** It is recorded: what that means, where the paper is, and how it is taken back where it was wrong. */
export function RecordedDeath({
  death: { toldAt, issuer, toldBy, reference },
  memberId,
}: {
  readonly death: NonNullable<ShownDeath['death']>;
  readonly memberId: string;
}) {
  const { t, instant, nameOf } = useLanguage();
  const maySettle = useMay('cases:settle');
  const isOurs = reference !== null;
  return (
    <>
      <Panel title={t('death.recorded')}>
        <p>{t('death.recordedLead')}</p>
        <Facts
          facts={[
            { name: t('death.toldAt'), value: instant(toldAt) },
            issuer !== null && { name: t('death.issuer'), value: nameOf(issuer) },
            ...(toldBy === null ? [] : [{ name: t('death.toldBy'), value: toldBy }]),
            isOurs && {
              name: t('death.reference'),
              value: <span className="mono">{reference}</span>,
            },
          ]}
        />
        {!isOurs && <p>{t('life.otherDesk')}</p>}
      </Panel>
      {isOurs && maySettle && <DeathForm memberId={memberId} about="life" />}
    </>
  );
}

/** What lies in the wallet of what this issuer has issued. */
export function Estate({ holdings }: Pick<ShownDeath, 'holdings'>) {
  const { t, money, nameOf } = useLanguage();
  return (
    <Panel title={t('members.wallet')}>
      {holdings.length === 0 && <p className="soft">{t('members.noValue')}</p>}
      {holdings.length > 0 && (
        <Table
          caption={t('members.wallet')}
          rows={holdings}
          keyOf={({ instrumentId }) => instrumentId}
          columns={[
            {
              title: t('cases.card'),
              cell: ({ instrumentId, product, maskedNumber }) => (
                <Link to="/cards/$instrumentId" params={{ instrumentId }}>
                  {product ? nameOf(product) : instrumentId} {maskedNumber}
                </Link>
              ),
            },
            {
              title: t('cards.balance'),
              isFigure: true,
              cell: ({ spendableMinor, unit }) => money(spendableMinor, unit),
            },
            {
              title: t('cases.state'),
              cell: ({ isFrozen }) => t(isFrozen ? 'cases.frozen' : 'members.usable'),
            },
          ]}
        />
      )}
    </Panel>
  );
}
