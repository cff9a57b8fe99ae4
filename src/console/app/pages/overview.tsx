import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Overview } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Chart } from '../parts/chart.tsx';
import { BigFigure, Page, Panel } from '../parts/page.tsx';
import { Notice } from '../parts/notice.tsx';
import { Shown } from '../parts/shown.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { refusalText, wordOf } from '../words.ts';

const OVERVIEW = queryOptions({
  queryKey: ['overview'],
  queryFn: () => ask<Overview>('GET', '/overview'),
  refetchInterval: 5_000,
});

/** What runs and what does not, at a glance; the last hour in numbers, the last hours as lines. */
export function OverviewPage() {
  const { t } = useLanguage();
  const overview = useQuery(OVERVIEW);
  return (
    <Page title={t('overview.title')}>
      <Shown of={overview}>
        {(found) => (
          <div className="stack wide">
            <Attention overview={found} />
            <Figures overview={found} />
            <Panel title={t('overview.lines')}>
              <Minutes overview={found} />
            </Panel>
            <div className="grid two">
              <Refusals overview={found} />
              <Health overview={found} />
            </div>
          </div>
        )}
      </Shown>
    </Page>
  );
}

/** What somebody should look at now comes before every number. */
function Attention({ overview }: { readonly overview: Overview }) {
  const language = useLanguage();
  const { t, count } = language;
  const { stopsInForce, incidentsOpen, health } = overview;
  const troubles = health.filter(({ trouble }) => trouble !== null);
  if (stopsInForce === 0 && incidentsOpen === 0 && troubles.length === 0) {
    return <Notice tone="good" title={t('overview.allWell')} />;
  }
  return (
    <Notice
      tone={troubles.length > 0 || incidentsOpen > 0 ? 'bad' : 'wait'}
      title={t('overview.attention')}
    >
      {troubles.map(({ part, trouble }) => (
        <p key={part}>
          {wordOf('health', part, language)}: {trouble}
        </p>
      ))}
      {incidentsOpen > 0 && (
        <p>
          <Link to="/incidents">{t('overview.incidents', { count: count(incidentsOpen) })}</Link>
        </p>
      )}
      {stopsInForce > 0 && (
        <p>
          <Link to="/switch" search={{ which: 'open', page: 1 }}>
            {t('overview.stops', { count: count(stopsInForce) })}
          </Link>
        </p>
      )}
    </Notice>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  const language = useLanguage();
  const { t, count } = language;
  const { lastHour, hourBefore } = overview;
  const before = (value: number): string => t('overview.before', { count: count(value) });
  return (
    <section className="panel" aria-label={t('overview.lastHour')}>
      <p className="soft">{t('overview.lastHour')}</p>
      <dl className="figures">
        <BigFigure
          name={t('overview.sold')}
          value={count(lastHour.sold)}
          note={<Note sums={lastHour.soldAmounts} before={before(hourBefore.sold)} />}
        />
        <BigFigure
          name={t('overview.activated')}
          value={count(lastHour.activated)}
          note={before(hourBefore.activated)}
        />
        <BigFigure
          name={t('overview.redeemed')}
          value={count(lastHour.redeemed)}
          note={<Note sums={lastHour.redeemedAmounts} before={before(hourBefore.redeemed)} />}
        />
        <BigFigure
          name={t('overview.refused')}
          value={count(lastHour.refused)}
          note={before(hourBefore.refused)}
        />
      </dl>
    </section>
  );
}

function Note(props: {
  readonly sums: Overview['lastHour']['soldAmounts'];
  readonly before: string;
}) {
  const { money } = useLanguage();
  const sums = props.sums.map(({ unit, amountMinor }) => money(amountMinor, unit));
  return (
    <>
      {sums.length > 0 && <span className="note-line figure">{sums.join(' + ')}</span>}
      <span className="note-line">{props.before}</span>
    </>
  );
}

const MINUTE_S = 60;
const SHOWN_MINUTES = 180;

function Minutes({ overview }: { readonly overview: Overview }) {
  const { t } = useLanguage();
  const { seconds, lines } = useMemo(() => {
    const last = Math.floor(new Date(overview.at).getTime() / 1_000 / MINUTE_S) * MINUTE_S;
    const axis = Array.from(
      { length: SHOWN_MINUTES },
      (_, at) => last - (SHOWN_MINUTES - 1 - at) * MINUTE_S,
    );
    const found = new Map(
      overview.minutes.map((minute) => [new Date(minute.at).getTime() / 1_000, minute]),
    );
    const line = (name: 'sold' | 'activated' | 'redeemed' | 'refused'): number[] =>
      axis.map((second) => found.get(second)?.[name] ?? 0);
    return {
      seconds: axis,
      lines: [
        { name: t('overview.sold'), colour: 'accent', values: line('sold') },
        {
          name: t('overview.activated'),
          colour: 'wait',
          dash: [8, 4],
          values: line('activated'),
        },
        { name: t('overview.redeemed'), colour: 'good', dash: [2, 4], values: line('redeemed') },
        {
          name: t('overview.refused'),
          colour: 'bad',
          dash: [12, 3, 2, 3],
          values: line('refused'),
        },
      ] as const,
    };
  }, [overview, t]);
  return <Chart label={t('overview.linesLabel')} seconds={seconds} lines={lines} />;
}

function Refusals({ overview }: { readonly overview: Overview }) {
  const language = useLanguage();
  const { t, count, nameOf } = language;
  const { refusals } = overview;
  const most = Math.max(1, ...refusals.map((each) => each.count));
  return (
    <Panel title={t('overview.refusals')}>
      {refusals.length === 0 && <p className="soft">{t('overview.noRefusals')}</p>}
      <ul className="lines">
        {refusals.slice(0, 12).map((each) => {
          const word = refusalText(each.refusal, language);
          const { productJa, productEn, sellerJa, sellerEn } = each;
          const of = [
            sellerJa !== null && nameOf({ nameJa: sellerJa, nameEn: sellerEn ?? sellerJa }),
            productJa !== null && nameOf({ nameJa: productJa, nameEn: productEn ?? productJa }),
          ].filter((part): part is string => part !== false);
          return (
            <li key={`${each.refusal} ${each.kind} ${productEn} ${sellerEn}`} className="share">
              <span>
                {word}
                {of.length > 0 && <span className="soft small"> {of.join(' × ')}</span>}
              </span>
              <progress value={each.count} max={most} aria-label={word} />
              <strong className="figure">{count(each.count)}</strong>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Health({ overview }: { readonly overview: Overview }) {
  const language = useLanguage();
  const { t, count } = language;
  const { engine, health } = overview;
  return (
    <Panel title={t('overview.health')}>
      <dl className="figures">
        <BigFigure
          name={t('overview.waiting')}
          value={count(engine.waiting)}
          note={t('overview.lanes', { lanes: engine.lanes, writers: engine.writers })}
        />
      </dl>
      <ul className="lines">
        {health.map(({ part, trouble }) => (
          <li key={part} className="row apart">
            <span>{wordOf('health', part, language)}</span>
            <StateMark
              mark={trouble === null ? MARKS.good : MARKS.broken}
              word={trouble ?? t('overview.well')}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
