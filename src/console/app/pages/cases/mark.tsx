import type { CaseLine } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { MARKS, StateMark } from '../../parts/state-mark.tsx';

export function CaseMark({
  line,
}: {
  readonly line: Pick<CaseLine, 'closedAt' | 'liftedAt' | 'stoppedAt'>;
}) {
  const { t } = useLanguage();
  const { closedAt, liftedAt, stoppedAt } = line;
  if (closedAt !== null) return <StateMark mark={MARKS.over} word={t('cases.closed')} />;
  if (liftedAt !== null) return <StateMark mark={MARKS.good} word={t('cases.lifted')} />;
  if (stoppedAt !== null) return <StateMark mark={MARKS.frozen} word={t('cases.stopped')} />;
  return <StateMark mark={MARKS.waiting} word={t('cases.stopping')} />;
}
