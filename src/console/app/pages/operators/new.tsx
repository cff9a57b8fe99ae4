import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { useAskForOperator } from '../../api/operators.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { CheckChoices, RadioChoices, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { ROLES } from './roles.ts';

/** Asks for a new colleague; a second person approves, and the colleague chooses a password by the invitation. */
export function NewOperator() {
  const { t } = useLanguage();
  const asked = useAskForOperator();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly (typeof ROLES)[number][]>([]);
  const [locale, setLocale] = useState<'ja' | 'en'>('ja');
  const [reason, setReason] = useState('');
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { approvalId } = await asked.mutateAsync({
      email,
      name,
      roles: [...roles],
      locale,
      reason,
    });
    await navigate({
      to: '/approvals/$approvalId',
      params: { approvalId: String(approvalId) },
    });
  };
  return (
    <Page title={t('operators.new')} lead={t('operators.newLead')}>
      <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
        <TextField label={t('operators.name')} isRequired value={name} onChange={setName} />
        <TextField
          label={t('signIn.email')}
          type="email"
          inputMode="email"
          isRequired
          value={email}
          onChange={setEmail}
        />
        <CheckChoices
          legend={t('operators.roles')}
          values={roles}
          choices={ROLES.map((each) => ({ value: each, word: t(`role.${each}`) }))}
          onChange={(chosen) => setRoles(ROLES.filter((role) => chosen.includes(role)))}
        />
        <RadioChoices
          legend={t('operators.locale')}
          value={locale}
          choices={[
            { value: 'ja', word: '日本語' },
            { value: 'en', word: 'English' },
          ]}
          onChange={(value) => setLocale(value === 'en' ? 'en' : 'ja')}
        />
        <ReasonField value={reason} onChange={setReason} />
        <RefusalNotice error={asked.error} />
        <div className="row">
          <Button
            isSubmit
            isLarge
            icon="stamp"
            isBusy={asked.isPending}
            isDisabled={roles.length === 0}
          >
            {t('change.ask')}
          </Button>
          <Link to="/operators" className="button quiet">
            {t('back')}
          </Link>
        </div>
      </form>
    </Page>
  );
}
