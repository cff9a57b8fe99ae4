import { useState, type SubmitEvent } from 'react';
import type { CardStory } from '../../api/answers.ts';
import { useFreeze } from '../../api/cards.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { wordOf } from '../../words.ts';
import { REASON_MIN } from '../../../../kernel/reason.ts';

/** Freeze first, argue later: one reason, one press; and who holds it frozen since when. */
export function FreezeDesk({ story }: { readonly story: CardStory }) {
  const language = useLanguage();
  const { t, instant } = language;
  const { freezesAs } = story;
  const open = story.freezes.filter(({ liftedAt }) => liftedAt === null);
  return (
    <Panel title={t('freeze.title')}>
      {open.length === 0 && <p className="soft">{t('freeze.none')}</p>}
      <ul className="lines">
        {story.freezes.map((freeze) => (
          <li key={`${freeze.owner} ${freeze.openedAt}`} className="row apart">
            <strong>{wordOf('freezeOwner', freeze.owner, language)}</strong>
            <span>{freeze.reason}</span>
            <span className="figure">{instant(freeze.openedAt)}</span>
            <span>
              {freeze.liftedAt === null
                ? t('freeze.open')
                : t('freeze.lifted', { at: instant(freeze.liftedAt) })}
            </span>
          </li>
        ))}
      </ul>
      {freezesAs !== null && (
        <FreezeForm story={story} isFrozen={open.some(({ owner }) => owner === freezesAs)} />
      )}
    </Panel>
  );
}

function FreezeForm(props: { readonly story: CardStory; readonly isFrozen: boolean }) {
  const { t } = useLanguage();
  const { story, isFrozen } = props;
  const [reason, setReason] = useState('');
  const frozen = useFreeze(story.card.instrumentId);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    frozen.mutate({ as: 'freeze', reason }, { onSuccess: () => setReason('') });
  };
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label={t('freeze.reason')}
        isRequired
        maxLength={200}
        minLength={REASON_MIN}
        value={reason}
        onChange={setReason}
      />
      <RefusalNotice error={frozen.error} />
      <div className="row">
        <Button isSubmit icon="snowflake" isBusy={frozen.isPending}>
          {t('freeze.do')}
        </Button>
        {isFrozen && (
          <Button
            kind="quiet"
            isDisabled={frozen.isPending || reason.trim() === ''}
            onPress={() =>
              frozen.mutate({ as: 'unfreeze', reason }, { onSuccess: () => setReason('') })
            }
          >
            {t('freeze.undo')}
          </Button>
        )}
      </div>
    </form>
  );
}
