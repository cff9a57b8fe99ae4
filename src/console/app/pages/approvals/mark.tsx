import type { ShownApproval } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';

const APPROVAL_MARKS: Readonly<Record<ShownApproval['state'], Mark>> = {
  open: MARKS.waiting,
  approved: MARKS.good,
  refused: MARKS.refused,
  withdrawn: MARKS.over,
  broken_glass: MARKS.broken,
  expired: MARKS.over,
};

export function ApprovalMark(props: {
  readonly state: ShownApproval['state'];
  readonly isLarge?: boolean;
}) {
  const { t } = useLanguage();
  return (
    <StateMark
      mark={APPROVAL_MARKS[props.state]}
      word={t(`approval.${props.state}`)}
      isLarge={props.isLarge ?? false}
    />
  );
}
