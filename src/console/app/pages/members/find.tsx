import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { FoundMember } from '../../api/answers.ts';
import { deathQuery, useFindMember } from '../../api/members.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { DeathForm, Estate, RecordedDeath } from './death.tsx';
import { NewAddress } from './new-address.tsx';
import { StopMember } from './stop-member.tsx';
import { REASON_MIN } from '../../../../kernel/reason.ts';

/** Somebody calls: the member is found by the address, and what is asked for is done from here. */
export function Members() {
  const { t } = useLanguage();
  const [whom, setWhom] = useState('');
  const [reason, setReason] = useState('');
  const found = useFindMember();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    found.mutate({ whom, reason });
  };
  return (
    <Page title={t('members.title')} lead={t('members.lead')}>
      <form className="form" onSubmit={send}>
        <TextField
          label={t('members.whom')}
          hint={t('members.whomHint')}
          isRequired
          minLength={3}
          maxLength={254}
          value={whom}
          onChange={setWhom}
        />
        <TextField
          label={t('phone.reason')}
          hint={t('phone.reasonHint')}
          isRequired
          minLength={REASON_MIN}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        <RefusalNotice error={found.error} />
        <div>
          <Button isSubmit icon="search" isBusy={found.isPending}>
            {t('phone.find')}
          </Button>
        </div>
      </form>
      {found.data && <Found key={found.data.memberId} member={found.data} />}
    </Page>
  );
}

function Found({ member }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const { memberId, caseInForce } = member;
  const shown = useQuery(deathQuery(memberId));
  const maySettle = useMay('cases:settle');
  return (
    <div className="stack" role="region" aria-label={t('members.found')}>
      <Panel title={t('members.found')}>
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
      </Panel>
      <Shown of={shown}>
        {({ isConcerned, death, holdings }) => (
          <div className="stack">
            {death !== null && <RecordedDeath death={death} memberId={memberId} />}
            <Estate holdings={holdings} />
            {death === null && maySettle && (
              <>
                <StopMember member={member} />
                <NewAddress member={member} />
                {isConcerned ? (
                  <DeathForm memberId={memberId} about="death" />
                ) : (
                  <Panel title={t('death.title')}>
                    <p>{t('death.otherDesk')}</p>
                  </Panel>
                )}
              </>
            )}
          </div>
        )}
      </Shown>
    </div>
  );
}
