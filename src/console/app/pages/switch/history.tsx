import type { SuspensionDetail } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { Conditions } from './conditions.tsx';
import { SuspensionState } from './scope.tsx';

/** Every phase as it was recorded, newest first; nothing of it is ever changed. */
export function History({ phases }: { readonly phases: SuspensionDetail['phases'] }) {
  const { t, instant, locale } = useLanguage();
  return (
    <Panel title={t('history')}>
      <ol className="story">
        {phases.toReversed().map((phase) => (
          <li key={phase.phaseNo}>
            <div className="row">
              <SuspensionState state={phase.effect} />
              <span className="figure">{instant(phase.startsAt)}</span>
            </div>
            {phase.conditions && <Conditions conditions={phase.conditions} />}
            <p>{locale === 'ja' ? phase.textJa : phase.textEn}</p>
            {phase.reason !== '' && <p className="soft">{phase.reason}</p>}
            <p className="soft small">
              {phase.approvedBy === null
                ? t('history.by', { by: phase.by, at: instant(phase.recordedAt) })
                : t('history.byTwo', {
                    by: phase.by,
                    approvedBy: phase.approvedBy,
                    at: instant(phase.recordedAt),
                  })}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
