import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { RefusalNotice } from './notice.tsx';

/** What was asked for, or honestly why it is not here yet. What is old stays to be seen beside a failure. */
export function Shown<Answer>(props: {
  readonly of: Pick<
    UseQueryResult<Answer>,
    'data' | 'isPending' | 'isError' | 'error' | 'dataUpdatedAt' | 'refetch'
  >;
  readonly children: (answer: Answer) => ReactNode;
}) {
  const { of: query, children } = props;
  const { t, hour } = useLanguage();
  if (query.isPending) return <Loading />;
  if (query.data === undefined) {
    return (
      <div className="stack">
        <RefusalNotice error={query.error} />
        <div>
          <Button kind="quiet" icon="refresh-cw" onPress={() => void query.refetch()}>
            {t('again')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      {query.isError && (
        <p className="soft small" role="status">
          {t('failed.old', { time: hour(query.dataUpdatedAt) })}
        </p>
      )}
      {children(query.data)}
    </>
  );
}

export function Loading() {
  const { t } = useLanguage();
  return (
    <div className="loading" role="status">
      <span className="only-heard">{t('loading')}</span>
      <span className="loading-line" />
      <span className="loading-line" />
      <span className="loading-line" />
    </div>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name="inbox" size={32} />
      <strong>{title}</strong>
      {children}
    </div>
  );
}
