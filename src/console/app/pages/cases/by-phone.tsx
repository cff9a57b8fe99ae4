import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { FoundMember } from '../../api/answers.ts';
import { useBeginRecovery, useFindMember, useOpenCase } from '../../api/cases.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Facts, Panel } from '../../parts/page.tsx';

/** Somebody calls: find the member by the address, and stop everything before any question. */
export function ByPhone() {
  const { t } = useLanguage();
  const [email, setEmail] = useState('');
  const [reason, setReason] = useState('');
  const found = useFindMember();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    found.mutate({ email, reason });
  };
  return (
    <Panel title={t('phone.title')}>
      <p>{t('phone.lead')}</p>
      <form className="form" onSubmit={send}>
        <TextField
          label={t('phone.email')}
          type="email"
          isRequired
          maxLength={254}
          value={email}
          onChange={setEmail}
        />
        <TextField
          label={t('phone.reason')}
          hint={t('phone.reasonHint')}
          isRequired
          minLength={3}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        <RefusalNotice error={found.error} />
        <div>
          <Button isSubmit kind="quiet" icon="search" isBusy={found.isPending}>
            {t('phone.find')}
          </Button>
        </div>
      </form>
      {found.data && <StopMember key={found.data.memberId} member={found.data} />}
      {found.data && <NewAddress key={`${found.data.memberId} address`} member={found.data} />}
    </Panel>
  );
}

function StopMember({ member }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const opened = useOpenCase();
  const { memberId, caseInForce } = member;
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    opened.mutate(
      { memberId, words },
      { onSuccess: ({ number }) => void navigate({ to: '/cases/$number', params: { number } }) },
    );
  };
  return (
    <form className="form" onSubmit={send}>
      <Facts
        facts={[
          { name: t('phone.name'), value: member.name },
          { name: t('phone.email'), value: member.email },
          caseInForce !== null && {
            name: t('phone.inForce'),
            value: (
              <Link to="/cases/$number" params={{ number: caseInForce }}>
                {caseInForce}
              </Link>
            ),
          },
        ]}
      />
      <LongField label={t('phone.words')} maxLength={1_000} value={words} onChange={setWords} />
      <p className="hint">{t('phone.does')}</p>
      <RefusalNotice error={opened.error} />
      <div>
        <Button isSubmit icon="octagon-pause" isBusy={opened.isPending}>
          {t('phone.stop')}
        </Button>
      </div>
    </form>
  );
}

/** The member has lost the mail, too: a new address, after papers and the longest wait. */
function NewAddress({ member }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const [email, setEmail] = useState('');
  const [reason, setReason] = useState('');
  const begun = useBeginRecovery();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    begun.mutate({ memberId: member.memberId, email, reason });
  };
  return (
    <form className="form" onSubmit={send}>
      <h3>{t('phone.recovery')}</h3>
      <p className="hint">{t('phone.recoveryLead')}</p>
      <TextField
        label={t('phone.recoveryEmail')}
        type="email"
        isRequired
        maxLength={254}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={t('phone.recoveryReason')}
        hint={t('phone.reasonHint')}
        isRequired
        minLength={10}
        maxLength={500}
        value={reason}
        onChange={setReason}
      />
      <RefusalNotice error={begun.error} />
      {begun.data && <p role="status">{t('phone.recoveryWaits')}</p>}
      <div>
        <Button isSubmit kind="quiet" isBusy={begun.isPending}>
          {t('phone.recoveryBegin')}
        </Button>
      </div>
    </form>
  );
}
