/** A state on the status page: a word, a colour and a shape, so that none of the three is needed. */
import type { ComponentStatus, Impact, IncidentState, Works } from '../../incidents/index.ts';
import { PHASES, type PhasesWork } from '../../incidents/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { Product } from '../../programmes/index.ts';
import { TONE_SHAPES, type StateShape } from '../state-shapes.ts';

type Tone = StateShape['tone'];

const TONE_OF_WORKS: Readonly<Record<Works, Tone>> = { yes: 'good', partly: 'wait', no: 'bad' };
const TONE_OF_STATUS: Readonly<Record<ComponentStatus, Tone>> = {
  operational: 'good',
  under_maintenance: 'still',
  degraded_performance: 'wait',
  partial_outage: 'wait',
  major_outage: 'bad',
};
const TONE_OF_IMPACT: Readonly<Record<Impact, Tone>> = {
  none: 'good',
  minor: 'wait',
  major: 'bad',
  critical: 'bad',
};

export function overallMark(
  impact: Impact,
  isMaintenance: boolean,
  text: string,
  note: string,
): Html {
  const tone = isMaintenance ? 'still' : TONE_OF_IMPACT[impact];
  return html`<div class="overall tone-${tone}">
    ${TONE_SHAPES[tone]}
    <p><strong>${text}</strong><span>${note}</span></p>
  </div>`;
}

/** Everything can be done: one mark says so. */
export function worksMark(locale: Locale): Html {
  return mark('good', textOf(locale, 'advice.all_works.short'));
}

/** By phase; of codes alone nothing is said of activating, which they never need. */
export function worksMarks(
  locale: Locale,
  { works, of }: { readonly works: PhasesWork; readonly of: readonly Pick<Product, 'kind'>[] },
): Html {
  const areCodes = of.length > 0 && of.every(({ kind }) => kind === 'code');
  const phases = PHASES.filter((phase) => phase !== 'activate' || !areCodes);
  return html`<ul class="works">
    ${phases.map((phase) => {
      const tone = TONE_OF_WORKS[works[phase]];
      const what = textOf(locale, `phase.${phase}`);
      return html`<li class="tone-${tone}">
        ${TONE_SHAPES[tone]}<span>${what}: ${textOf(locale, `works.${works[phase]}`)}</span>
      </li>`;
    })}
  </ul>`;
}

export function statusMark(locale: Locale, status: ComponentStatus): Html {
  return mark(TONE_OF_STATUS[status], textOf(locale, `component.${status}`));
}

export function incidentMark(locale: Locale, state: IncidentState): Html {
  const isOver = state === 'resolved' || state === 'completed' || state === 'postmortem';
  const isPlanned = state === 'scheduled' || state === 'in_progress' || state === 'cancelled';
  const tone = isOver ? 'good' : isPlanned ? 'still' : state === 'monitoring' ? 'wait' : 'bad';
  return mark(tone, textOf(locale, `incident.${state}`));
}

export function mark(tone: Tone, text: string): Html {
  return html`<span class="status-mark tone-${tone}">${TONE_SHAPES[tone]}${text}</span>`;
}
