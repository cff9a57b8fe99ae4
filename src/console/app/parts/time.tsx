import { useEffect, useState } from 'react';
import { wallClock } from '../../../kernel/clock.ts';
import type { SentInstant } from '../formats.ts';
import { useLanguage } from '../language.tsx';

/** The browser's time, moved on each second while somebody looks. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => wallClock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(wallClock.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long ago, or how long until; it moves. */
export function Ago({ at }: { readonly at: SentInstant }) {
  const { t, duration } = useLanguage();
  const now = useNow();
  const ms = now - new Date(at).getTime();
  if (Math.abs(ms) < 1_000) return <span className="figure">{t('time.now')}</span>;
  return (
    <span className="figure">
      {t(ms > 0 ? 'time.ago' : 'time.until', { time: duration(Math.abs(ms)) })}
    </span>
  );
}
