import type { IncidentList, IncidentState } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';

export type Component = IncidentList['components'][number];

const STATE_MARKS: Readonly<Record<IncidentState, Mark>> = {
  investigating: MARKS.broken,
  identified: MARKS.broken,
  monitoring: MARKS.waiting,
  resolved: MARKS.good,
  postmortem: MARKS.over,
};

const STATUS_MARKS: Readonly<Record<Component['status'], Mark>> = {
  operational: MARKS.good,
  degraded: MARKS.waiting,
  partial_outage: MARKS.broken,
  major_outage: MARKS.refused,
};

export function IncidentMark({ state, isLarge }: { state: IncidentState; isLarge?: boolean }) {
  const { t } = useLanguage();
  return (
    <StateMark mark={STATE_MARKS[state]} word={t(`incident.${state}`)} isLarge={isLarge ?? false} />
  );
}

export function StatusMark({ status }: { readonly status: Component['status'] }) {
  const { t } = useLanguage();
  return <StateMark mark={STATUS_MARKS[status]} word={t(`status.${status}`)} />;
}

/** `みほん本部 - 有効化`: a component is a system in one of its phases. */
export function componentText(
  component: Pick<Component, 'systemJa' | 'systemEn' | 'phase'>,
  { t, nameOf }: Language,
): string {
  const system = nameOf({ nameJa: component.systemJa, nameEn: component.systemEn });
  return `${system} - ${t(`phase.${component.phase}`)}`;
}
