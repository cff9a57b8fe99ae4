import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { ask } from '../api/ask.ts';
import { SESSION, useSession } from '../api/session.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Notice, RefusalNotice } from '../parts/notice.tsx';
import { Facts, Page, Panel } from '../parts/page.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { wordOf } from '../words.ts';
import { RemoveSecondFactor, SetUpSecondFactor } from './second-factor.tsx';

/** Who one is here, and how one proves it. */
export function Account() {
  const language = useLanguage();
  const { t, locale } = language;
  const { operator } = useSession();
  const roles = operator.roles.map((role) => wordOf('role', role, language));
  return (
    <Page title={t('account.title')}>
      <Facts
        facts={[
          { name: t('operators.name'), value: operator.name },
          { name: t('signIn.email'), value: operator.email },
          { name: t('operators.roles'), value: roles.join(locale === 'ja' ? '・' : ', ') },
        ]}
      />
      <Panel
        title={t('secondFactor.title')}
        aside={
          <StateMark
            mark={operator.hasSecondFactor ? MARKS.good : MARKS.waiting}
            word={t(operator.hasSecondFactor ? 'secondFactor.on' : 'secondFactor.off')}
          />
        }
      >
        {operator.hasSecondFactor ? <RemoveSecondFactor /> : <SetUpSecondFactor />}
      </Panel>
      <Panel title={t('account.password')}>
        <ChangePassword />
      </Panel>
    </Page>
  );
}

function ChangePassword() {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const changed = useMutation({
    mutationFn: () => ask('POST', '/account/password', { current, next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      return client.invalidateQueries({ queryKey: SESSION.queryKey });
    },
  });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    changed.mutate();
  };
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label={t('account.current')}
        type="password"
        autoComplete="current-password"
        isRequired
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label={t('account.next')}
        hint={t('account.nextHint')}
        type="password"
        autoComplete="new-password"
        minLength={12}
        isRequired
        value={next}
        onChange={setNext}
      />
      <RefusalNotice error={changed.error} />
      {changed.isSuccess && <Notice tone="good" title={t('account.changed')} isHeard />}
      <div>
        <Button isSubmit isBusy={changed.isPending}>
          {t('account.change')}
        </Button>
      </div>
    </form>
  );
}
