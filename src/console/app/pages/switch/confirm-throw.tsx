import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CatalogueNames } from '../../api/answers.ts';
import { previewQuery } from '../../api/suspensions.ts';
import { instantTyped } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Check } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { isEverything, type Draft } from './draft.ts';
import { namesOf, operationsText, scopeTitle } from './scope.tsx';

/** The last look before it holds: one person is enough to stop, so this is the only question asked. */
export function ConfirmThrow(props: {
  readonly draft: Draft;
  readonly catalogue: CatalogueNames;
  readonly isBusy: boolean;
  readonly onThrow: () => void;
  readonly onClose: () => void;
}) {
  const language = useLanguage();
  const { t, count, instant } = language;
  const { draft, catalogue, isBusy, onThrow, onClose } = props;
  const preview = useQuery(previewQuery(draft.scope));
  const isAll = isEverything(draft);
  const [isMeant, setMeant] = useState(false);
  return (
    <Dialog title={t(draft.isNow ? 'confirm.now' : 'confirm.later')} onClose={onClose}>
      <p className="confirm-what">
        <strong>{scopeTitle(namesOf(draft.scope, catalogue), language)}</strong>
        <span>{operationsText(draft.scope.operations ?? [], language)}</span>
      </p>
      {preview.data && (
        <p>
          {t('confirm.offers', {
            offers: count(preview.data.offers.count),
            orders: count(preview.data.openOrders.count),
          })}
        </p>
      )}
      <p>
        {draft.isNow
          ? t('confirm.second')
          : t('confirm.from', { at: instant(instantTyped(draft.startsAt)) })}
      </p>
      <p className="soft">{t('confirm.stands')}</p>
      {isAll && (
        <>
          <Notice tone="bad" title={t('confirm.everything')} />
          <Check word={t('confirm.meant')} isChecked={isMeant} onChange={setMeant} />
        </>
      )}
      <div className="row">
        <Button
          kind="stop"
          isLarge
          icon="octagon-pause"
          isBusy={isBusy}
          isDisabled={isAll && !isMeant}
          onPress={onThrow}
        >
          {t(draft.isNow ? 'confirm.throw' : 'confirm.schedule')}
        </Button>
        <Button kind="quiet" onPress={onClose}>
          {t('back')}
        </Button>
      </div>
    </Dialog>
  );
}
