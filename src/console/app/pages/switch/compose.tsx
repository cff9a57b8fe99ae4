import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState, type SubmitEvent } from 'react';
import type { CatalogueNames } from '../../api/answers.ts';
import { CATALOGUE, useThrow } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Shown } from '../../parts/shown.tsx';
import { ConfirmThrow } from './confirm-throw.tsx';
import { EMPTY_DRAFT, isChosen, publicTexts, sentOf, type Draft } from './draft.ts';
import { Preview } from './preview.tsx';
import { namesOf, scopePhrase } from './scope.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { TextFields, WhenFields } from './draft-fields.tsx';

/** Compose what is stopped, see beside it what that stops and leaves open, throw it with one press. */
export function Compose() {
  const { t } = useLanguage();
  const catalogue = useQuery(CATALOGUE);
  return (
    <Page title={t('compose.title')} lead={t('compose.lead')}>
      <Shown of={catalogue}>{(names) => <Composing catalogue={names} />}</Shown>
    </Page>
  );
}

function Composing({ catalogue }: { readonly catalogue: CatalogueNames }) {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/switch/new' });
  const [draft, setDraft] = useState<Draft>(() => ({
    ...EMPTY_DRAFT,
    scope: { ...EMPTY_DRAFT.scope, ...asked },
    reach: Object.values(asked).some((id) => id !== undefined) ? 'part' : null,
  }));
  const [isConfirming, setConfirming] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const thrown = useThrow();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const named = namesOf(draft.scope, catalogue);
  const texts = publicTexts(draft, {
    ja: scopePhrase(named, 'ja'),
    en: scopePhrase(named, 'en'),
  });
  const review = (event: SubmitEvent): void => {
    event.preventDefault();
    setMissing(!isChosen(draft));
    setConfirming(isChosen(draft));
  };
  const throwIt = async (): Promise<void> => {
    const { suspensionId } = await thrown.mutateAsync(sentOf(draft, texts));
    await navigate({
      to: '/switch/$suspensionId',
      params: { suspensionId: String(suspensionId) },
      search: { thrown: true },
    });
  };
  return (
    <div className="compose">
      <form className="form" ref={form} onSubmit={review}>
        <Panel title={t('compose.what')}>
          <ScopeFields draft={draft} onChange={setDraft} catalogue={catalogue} />
        </Panel>
        <Panel title={t('compose.when')}>
          <WhenFields draft={draft} onChange={setDraft} />
        </Panel>
        <Panel title={t('compose.words')}>
          <TextFields draft={draft} texts={texts} onChange={setDraft} />
        </Panel>
        {isMissing && !isChosen(draft) && (
          <Notice tone="bad" title={t('compose.reachMissing')} isHeard />
        )}
        <RefusalNotice error={thrown.error} />
        <div>
          <Button kind="stop" isLarge isSubmit icon="octagon-pause">
            {t('compose.review')}
          </Button>
        </div>
      </form>
      {isChosen(draft) && <Preview scope={draft.scope} catalogue={catalogue} />}
      {isConfirming && (
        <ConfirmThrow
          draft={draft}
          catalogue={catalogue}
          isBusy={thrown.isPending}
          onThrow={() => void throwIt().catch(() => setConfirming(false))}
          onClose={() => setConfirming(false)}
        />
      )}
    </div>
  );
}
