import { Icon } from './icon.tsx';
import type { IconName } from './icon-shapes.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'still';

/** A state has a word, a colour and a shape, so that none of the three is needed. */
export interface Mark {
  readonly tone: Tone;
  readonly icon: IconName;
}

export function StateMark(props: {
  readonly mark: Mark;
  readonly word: string;
  readonly isLarge?: boolean;
}) {
  const { mark, word, isLarge = false } = props;
  return (
    <span className={`state ${mark.tone}${isLarge ? ' large' : ''}`}>
      <Icon name={mark.icon} size={isLarge ? 28 : 18} />
      <span>{word}</span>
    </span>
  );
}

export const MARKS = {
  good: { tone: 'good', icon: 'circle-check' },
  stopped: { tone: 'bad', icon: 'octagon-pause' },
  refused: { tone: 'bad', icon: 'octagon-x' },
  broken: { tone: 'bad', icon: 'triangle-alert' },
  conditions: { tone: 'wait', icon: 'shield-alert' },
  waiting: { tone: 'wait', icon: 'hourglass' },
  scheduled: { tone: 'wait', icon: 'calendar-clock' },
  frozen: { tone: 'wait', icon: 'snowflake' },
  over: { tone: 'still', icon: 'circle-slash' },
  blank: { tone: 'still', icon: 'circle-dashed' },
  told: { tone: 'wait', icon: 'send' },
  proposed: { tone: 'wait', icon: 'eye' },
} as const satisfies Readonly<Record<string, Mark>>;
