import type { InstrumentState } from '../instruments/index.ts';
import { html, type Html } from '../kernel/html.ts';

export type ShownState = InstrumentState | 'frozen';

/** A state is told by a word, a colour and a shape, so that none of the three is needed. */
export interface StateShape {
  readonly tone: 'good' | 'wait' | 'bad' | 'still';
  readonly shape: Html;
}

export const STATE_SHAPES: Readonly<Record<ShownState, StateShape>> = {
  active: {
    tone: 'good',
    shape: drawn(
      'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.5 14.5-4-4 1.6-1.6 2.4 2.4 5.4-5.4 1.6 1.6Z',
    ),
  },
  blank: { tone: 'wait', shape: drawn('M12 2 23 21H1Zm-1.2 7v5.5h2.4V9Zm0 7v2.4h2.4V16Z') },
  frozen: {
    tone: 'wait',
    shape: drawn('M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9Zm.7 6v9h2.6v-9Zm5 0v9h2.6v-9Z'),
  },
  used: {
    tone: 'still',
    shape: drawn(
      'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15Z',
    ),
  },
  expired: {
    tone: 'still',
    shape: drawn('M5 2h14v4l-5 6 5 6v4H5v-4l5-6-5-6Zm3 2.5v.8l4 4.8 4-4.8v-.8Z'),
  },
  voided: {
    tone: 'bad',
    shape: drawn(
      'M4.2 2 12 9.8 19.8 2 22 4.2 14.2 12 22 19.8 19.8 22 12 14.2 4.2 22 2 19.8 9.8 12 2 4.2Z',
    ),
  },
};

/** For what is no card: by its tone alone. */
export const TONE_SHAPES: Readonly<Record<StateShape['tone'], Html>> = {
  good: STATE_SHAPES.active.shape,
  wait: STATE_SHAPES.blank.shape,
  bad: STATE_SHAPES.voided.shape,
  still: STATE_SHAPES.used.shape,
};

function drawn(path: string): Html {
  return html`<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path fill="currentColor" fill-rule="evenodd" d="${path}" />
  </svg>`;
}
