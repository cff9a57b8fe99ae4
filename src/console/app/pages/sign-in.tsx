import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type SubmitEvent } from 'react';
import type { SignInAnswer } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { SESSION } from '../api/session.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { Check, TextField } from '../parts/field.tsx';
import { Notice, RefusalNotice } from '../parts/notice.tsx';

/** E-mail and password, then the code of the authenticator where one is set up. */
export function SignIn({ isInvited }: { readonly isInvited: boolean }) {
  const { t } = useLanguage();
  const [step, setStep] = useState<'password' | 'second_factor'>('password');
  useEffect(() => {
    document.title = `${t('signIn.title')} - ${t('app.name')}`;
  }, [t]);
  return (
    <>
      <h1>{t('signIn.title')}</h1>
      {isInvited && <Notice tone="good" title={t('invitation.done')} isHeard />}
      {step === 'password' ? (
        <Password onSecondFactor={() => setStep('second_factor')} />
      ) : (
        <SecondFactor onBack={() => setStep('password')} />
      )}
    </>
  );
}

function useSignedIn(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => client.refetchQueries({ queryKey: SESSION.queryKey });
}

function Password({ onSecondFactor }: { readonly onSecondFactor: () => void }) {
  const { t } = useLanguage();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signedIn = useSignedIn();
  const sent = useMutation({
    mutationFn: () => ask<SignInAnswer>('POST', '/sign-in', { email, password }),
    onSuccess: async ({ next }) => (next === 'second_factor' ? onSecondFactor() : signedIn()),
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    sent.mutate();
  };
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label={t('signIn.email')}
        type="email"
        inputMode="email"
        autoComplete="username"
        isRequired
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
      />
      <RefusalNotice error={sent.error} />
      <Button isSubmit isLarge isBusy={sent.isPending}>
        {t('signIn.submit')}
      </Button>
      <p className="soft small">{t('signIn.lost')}</p>
    </form>
  );
}

function SecondFactor({ onBack }: { readonly onBack: () => void }) {
  const { t } = useLanguage();
  const [code, setCode] = useState('');
  const [isBackupCode, setBackupCode] = useState(false);
  const signedIn = useSignedIn();
  const sent = useMutation({
    mutationFn: () => ask('POST', '/sign-in/second-factor', { code: code.trim(), isBackupCode }),
    onSuccess: signedIn,
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    sent.mutate();
  };
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label={t(isBackupCode ? 'signIn.backupCode' : 'signIn.code')}
        hint={t(isBackupCode ? 'signIn.backupCodeHint' : 'signIn.codeHint')}
        autoComplete="one-time-code"
        inputMode={isBackupCode ? 'text' : 'numeric'}
        className="code-digits"
        maxLength={isBackupCode ? 40 : 6}
        isRequired
        value={code}
        onChange={setCode}
      />
      <Check word={t('signIn.useBackup')} isChecked={isBackupCode} onChange={setBackupCode} />
      <RefusalNotice error={sent.error} />
      <Button isSubmit isLarge isBusy={sent.isPending}>
        {t('signIn.submit')}
      </Button>
      <Button kind="quiet" onPress={onBack}>
        {t('back')}
      </Button>
    </form>
  );
}
