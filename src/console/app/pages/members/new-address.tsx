import { useState, type SubmitEvent } from 'react';
import type { FoundMember } from '../../api/answers.ts';
import { useBeginRecovery } from '../../api/members.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';

/** The member has lost the mail, too: a new address, after papers and the longest wait. */
export function NewAddress({ member: { memberId } }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const [email, setEmail] = useState('');
  const [reason, setReason] = useState('');
  const begun = useBeginRecovery();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    begun.mutate({ memberId, email, reason });
  };
  return (
    <Panel title={t('phone.recovery')}>
      <form className="form" onSubmit={send}>
        <p>{t('phone.recoveryLead')}</p>
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
        {begun.data && <Notice tone="wait" title={t('phone.recoveryWaits')} isHeard />}
        <div>
          <Button isSubmit kind="quiet" isBusy={begun.isPending}>
            {t('phone.recoveryBegin')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
