import type { ComponentStatus } from './incident.ts';
import type { Phase } from './system.ts';

/** Whether something can be done: always, sometimes or for some, or not at all. */
export type Works = 'yes' | 'partly' | 'no';

export type PhasesWork = Readonly<Record<Phase, Works>>;

/** What a customer is told. Each has three sentences: of buying, of using, and what to do. */
export const ADVICES = [
  'all_works',
  'use_unsure', // sold; using it fails for some
  'sells_but_unusable', // FACTS 1.2: do not buy, even where a till sells
  'sold_in_part', // not everywhere, or not for every way of paying; what is sold works
  'get_unsure', // buying or activating fails for some
  'both_unsure',
  'pays_but_not_activated', // a till may take the money, and the card stays blank
  'not_activated_use_unsure',
  'not_activated_unusable',
  'not_sold', // what is held can be used
  'not_sold_use_unsure',
  'nothing_works',
] as const;
export type Advice = (typeof ADVICES)[number];

/** Read down: can it be got (bought and activated), and across: can it be used. */
const GOT_BY_USE: Readonly<Record<Works, Readonly<Record<Works, Advice>>>> = {
  yes: { yes: 'all_works', partly: 'use_unsure', no: 'sells_but_unusable' },
  partly: { yes: 'get_unsure', partly: 'both_unsure', no: 'sells_but_unusable' },
  no: { yes: 'not_sold', partly: 'not_sold_use_unsure', no: 'nothing_works' },
};
const NOT_ACTIVATED: Readonly<Record<Works, Advice>> = {
  yes: 'pays_but_not_activated',
  partly: 'not_activated_use_unsure',
  no: 'not_activated_unusable',
};

export function adviceOn({ buy, activate, redeem }: PhasesWork): Advice {
  if (buy !== 'no' && activate === 'no') return NOT_ACTIVATED[redeem];
  if (buy === 'partly' && activate === 'yes' && redeem === 'yes') return 'sold_in_part';
  const got = leastOf([buy, activate]);
  return GOT_BY_USE[got][redeem];
}

export function worksBy(status: ComponentStatus): Works {
  if (status === 'operational') return 'yes';
  return status === 'major_outage' || status === 'under_maintenance' ? 'no' : 'partly';
}

/** Along a route everything has to work. */
export function leastOf(works: Iterable<Works>): Works {
  let least: Works = 'yes';
  for (const each of works) {
    if (each === 'no') return 'no';
    if (each === 'partly') least = 'partly';
  }
  return least;
}

/** Over several places that one can choose from. */
export function overPlaces(works: readonly Works[]): Works {
  const [first = 'yes'] = works;
  return works.every((each) => each === first) ? first : 'partly';
}
