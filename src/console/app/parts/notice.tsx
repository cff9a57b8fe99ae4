import type { ReactNode } from 'react';
import { Refused } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-shapes.ts';
import type { Tone } from './state-mark.tsx';

const ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'circle-check',
  wait: 'shield-alert',
  bad: 'triangle-alert',
  still: 'info',
};

/** What happened, said once and read out: `isHeard` for what comes while somebody works. */
export function Notice(props: {
  readonly tone: Tone;
  readonly title: string;
  readonly isHeard?: boolean;
  readonly children?: ReactNode;
}) {
  const { tone, title, isHeard = false, children } = props;
  return (
    <div
      className={`notice ${tone}`}
      role={isHeard ? (tone === 'bad' ? 'alert' : 'status') : undefined}
    >
      <Icon name={ICONS[tone]} size={24} />
      <div className="notice-text">
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

/** Why it was not done, in the server's words where it has some. */
export function RefusalNotice({ error }: { readonly error: unknown }) {
  const { t } = useLanguage();
  if (error === null || error === undefined) return null;
  const refused = error instanceof Refused ? error : null;
  const isOurs = refused === null || refused.status === 0 || refused.status >= 500;
  const title = refused?.title || t(refused?.status === 0 ? 'failed.notReached' : 'failed.title');
  return (
    <Notice tone="bad" title={title} isHeard>
      {refused?.detail && <p>{refused.detail}</p>}
      {refused?.fields.map((each) => (
        <p key={`${each.field} ${each.message}`}>
          <span className="mono">{each.field}</span>: {each.message}
        </p>
      ))}
      {refused?.retryAfterSeconds != null && (
        <p>{t('failed.wait', { seconds: refused.retryAfterSeconds })}</p>
      )}
      {isOurs && <p>{t('failed.safe')}</p>}
    </Notice>
  );
}
