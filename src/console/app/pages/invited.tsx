import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { ask } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { RefusalNotice } from '../parts/notice.tsx';

/** The invitation stands behind the # of the address, so that no server and no log has seen it. */
export function invitationOf(): string | null {
  return /^#(?:invitation=)?([\w-]{43})$/.exec(location.hash)?.[1] ?? null;
}

/** Whoever was invited chooses the password; nobody else ever knows it. */
export function Invited(props: { readonly invitation: string; readonly onDone: () => void }) {
  const { t } = useLanguage();
  const { invitation, onDone } = props;
  const [password, setPassword] = useState('');
  const chosen = useMutation({
    mutationFn: () => ask('POST', '/sign-in/password', { invitation, password }),
    onSuccess: () => {
      history.replaceState(null, '', '/console');
      onDone();
    },
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    chosen.mutate();
  };
  return (
    <>
      <h1>{t('invitation.title')}</h1>
      <p className="soft">{t('invitation.lead')}</p>
      <form className="form" onSubmit={send}>
        <TextField
          label={t('account.next')}
          hint={t('account.nextHint')}
          type="password"
          autoComplete="new-password"
          minLength={12}
          isRequired
          value={password}
          onChange={setPassword}
        />
        <RefusalNotice error={chosen.error} />
        <Button isSubmit isLarge isBusy={chosen.isPending}>
          {t('invitation.submit')}
        </Button>
      </form>
    </>
  );
}
