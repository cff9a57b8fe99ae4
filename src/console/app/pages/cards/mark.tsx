import { useLanguage } from '../../language.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';
import { wordOf } from '../../words.ts';

const CARD_MARKS: Readonly<Record<string, Mark>> = {
  active: MARKS.good,
  blank: MARKS.blank,
  used: MARKS.over,
  expired: MARKS.over,
  voided: MARKS.refused,
  frozen: MARKS.frozen,
};

export function CardMark(props: {
  readonly state: string;
  readonly isFrozen: boolean;
  readonly isLarge?: boolean;
}) {
  const language = useLanguage();
  const state = props.isFrozen ? 'frozen' : props.state;
  return (
    <StateMark
      mark={CARD_MARKS[state] ?? MARKS.over}
      word={wordOf('card', state, language)}
      isLarge={props.isLarge ?? false}
    />
  );
}
