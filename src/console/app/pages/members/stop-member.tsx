import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { FoundMember } from '../../api/answers.ts';
import { useOpenCase } from '../../api/members.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';

/** "That was not me", by phone: everything is stopped before any question. */
export function StopMember({ member: { memberId } }: { readonly member: FoundMember }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const opened = useOpenCase();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    opened.mutate(
      { memberId, words },
      { onSuccess: ({ number }) => void navigate({ to: '/cases/$number', params: { number } }) },
    );
  };
  return (
    <Panel title={t('phone.title')}>
      <form className="form" onSubmit={send}>
        <p>{t('phone.does')}</p>
        <LongField
          label={t('phone.words')}
          hint={t('phone.wordsHint')}
          maxLength={1_000}
          value={words}
          onChange={setWords}
        />
        <RefusalNotice error={opened.error} />
        <div>
          <Button isSubmit kind="stop" icon="octagon-pause" isBusy={opened.isPending}>
            {t('phone.stop')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
