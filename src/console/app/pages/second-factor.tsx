import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { SecondFactorBegun } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { SESSION } from '../api/session.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Notice, RefusalNotice } from '../parts/notice.tsx';

/** Password first; then the key goes into the authenticator, and a code from it proves that it is there. */
export function SetUpSecondFactor() {
  const { t } = useLanguage();
  const [password, setPassword] = useState('');
  const begun = useMutation({
    mutationFn: () => ask<SecondFactorBegun>('POST', '/account/second-factor', { password }),
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    begun.mutate();
  };
  if (begun.data) return <Begun begun={begun.data} />;
  return (
    <form className="form" onSubmit={send}>
      <p className="soft">{t('secondFactor.lead')}</p>
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
      />
      <RefusalNotice error={begun.error} />
      <div>
        <Button isSubmit icon="key-round" isBusy={begun.isPending}>
          {t('secondFactor.begin')}
        </Button>
      </div>
    </form>
  );
}

function Begun({ begun }: { readonly begun: SecondFactorBegun }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const confirmed = useMutation({
    mutationFn: () => ask('POST', '/account/second-factor/confirmation', { code: code.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSION.queryKey }),
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    confirmed.mutate();
  };
  const secret = new URL(begun.uri).searchParams.get('secret') ?? '';
  return (
    <form className="form" onSubmit={send}>
      <p>{t('secondFactor.enter')}</p>
      <p className="secret mono">{(secret.match(/.{1,4}/g) ?? []).join(' ')}</p>
      <p>
        <a href={begun.uri}>{t('secondFactor.open')}</a>
      </p>
      <Notice tone="wait" title={t('secondFactor.backup')}>
        <p className="mono">{begun.backupCodes.join('  ')}</p>
      </Notice>
      <TextField
        label={t('signIn.code')}
        hint={t('signIn.codeHint')}
        autoComplete="one-time-code"
        inputMode="numeric"
        className="code-digits"
        maxLength={6}
        isRequired
        value={code}
        onChange={setCode}
      />
      <RefusalNotice error={confirmed.error} />
      <div>
        <Button isSubmit isBusy={confirmed.isPending}>
          {t('secondFactor.confirm')}
        </Button>
      </div>
    </form>
  );
}

export function RemoveSecondFactor() {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const removed = useMutation({
    mutationFn: () =>
      ask('POST', '/account/second-factor/removal', { password, code: code.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSION.queryKey }),
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    removed.mutate();
  };
  if (!isAsked) {
    return (
      <div>
        <Button kind="quiet" onPress={() => setAsked(true)}>
          {t('secondFactor.remove')}
        </Button>
      </div>
    );
  }
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
      />
      <TextField
        label={t('signIn.code')}
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={6}
        isRequired
        value={code}
        onChange={setCode}
      />
      <RefusalNotice error={removed.error} />
      <div>
        <Button isSubmit isBusy={removed.isPending}>
          {t('secondFactor.remove')}
        </Button>
      </div>
    </form>
  );
}
