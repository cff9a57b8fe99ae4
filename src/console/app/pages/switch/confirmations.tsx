import type { SuspensionDetail } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';
import { Table } from '../../parts/table.tsx';

type Telling = SuspensionDetail['tellings'][number];

const TELLING_MARKS: Readonly<Record<Telling['state'], Mark>> = {
  waiting: MARKS.waiting,
  told: MARKS.told,
  confirmed: MARKS.good,
  failed: MARKS.broken,
};

/** Which sellers' systems have been told, and which have said that they have stopped too. */
export function Confirmations({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t, count, instant } = useLanguage();
  const { told, tellings } = suspension;
  const sentence = t('tell.sum', { confirmed: count(told.confirmed), all: count(told.all) });
  return (
    <Panel title={t('tell.title')} aside={told.all > 0 && <strong>{sentence}</strong>}>
      {told.all === 0 ? (
        <p className="soft">{t('tell.nobody')}</p>
      ) : (
        <>
          <progress value={told.confirmed} max={told.all} aria-label={sentence} />
          <Table
            caption={t('tell.title')}
            rows={tellings}
            keyOf={(telling) => telling.client}
            columns={[
              { title: t('tell.client'), cell: (telling) => telling.client },
              {
                title: t('state'),
                cell: ({ state }) => (
                  <StateMark mark={TELLING_MARKS[state]} word={t(`tell.${state}`)} />
                ),
              },
              {
                title: t('tell.toldAt'),
                cell: ({ toldAt }) => (toldAt === null ? '-' : instant(toldAt)),
              },
              {
                title: t('tell.confirmedAt'),
                cell: ({ confirmedAt }) => (confirmedAt === null ? '-' : instant(confirmedAt)),
              },
              { title: t('tell.attempts'), isFigure: true, cell: (one) => count(one.attempts) },
            ]}
          />
        </>
      )}
    </Panel>
  );
}
