import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { FoundMember, ShownDeath } from '../../api/answers.ts';
import { useAskDeath } from '../../api/members.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Facts, Panel } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Table } from '../../parts/table.tsx';

const DOES = ['account', 'gifts', 'help', 'value', 'notices'] as const;

/** A member has died: what will happen, and the question to a second person. */
export function DeathForm({ member: { memberId } }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const asked = useAskDeath();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    asked.mutate({ memberId, reference: reference.trim(), reason });
  };
  return (
    <Panel title={t('death.title')}>
      <form className="form" onSubmit={send}>
        <p>{t('death.lead')}</p>
        <ul className="lines">
          {DOES.map((each) => (
            <li key={each}>{t(`death.does.${each}`)}</li>
          ))}
        </ul>
        <TextField
          label={t('death.reference')}
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
          <Notice tone="wait" title={t('death.waitsForTwo')} isHeard>
            <p>
              <Link to="/approvals/$approvalId" params={{ approvalId: asked.data.approvalId }}>
                {t('death.approval')}
              </Link>
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

/** It is recorded: what that means, and where the paper is. */
export function RecordedDeath({
  death: { toldAt, toldBy, reference },
}: {
  readonly death: NonNullable<ShownDeath['death']>;
}) {
  const { t, instant } = useLanguage();
  return (
    <Panel title={t('death.recorded')}>
      <p>{t('death.recordedLead')}</p>
      <Facts
        facts={[
          { name: t('death.toldAt'), value: instant(toldAt) },
          ...(toldBy === null ? [] : [{ name: t('death.toldBy'), value: toldBy }]),
          ...(reference === null
            ? []
            : [{ name: t('death.reference'), value: <span className="mono">{reference}</span> }]),
        ]}
      />
    </Panel>
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
