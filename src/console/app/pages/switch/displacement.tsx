import type { SuspensionDetail } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { BigFigure, Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';

/** The same buyers on other routes since the stop: where the trouble goes next. */
export function Displacement(props: { readonly displacement: SuspensionDetail['displacement'] }) {
  const { t, count, money, instant, nameOf } = useLanguage();
  const { buyers, moved, routes, since } = props.displacement;
  return (
    <Panel title={t('moved.title')}>
      <p className="soft">{t('moved.lead', { since: instant(since) })}</p>
      <dl className="figures">
        <BigFigure name={t('moved.buyers')} value={count(buyers)} />
        <BigFigure name={t('moved.moved')} value={count(moved)} />
      </dl>
      {routes.length > 0 && (
        <Table
          caption={t('moved.title')}
          rows={routes}
          keyOf={({ product, seller, tender }) => `${product.id} ${seller?.id} ${tender?.id}`}
          columns={[
            {
              title: t('moved.route'),
              cell: ({ product, seller, tender }) =>
                [seller, product, tender]
                  .flatMap((each) => (each ? [nameOf(each)] : []))
                  .join(' × '),
            },
            { title: t('moved.people'), isFigure: true, cell: (route) => count(route.buyers) },
            { title: t('moved.purchases'), isFigure: true, cell: (one) => count(one.purchases) },
            {
              title: t('amount'),
              isFigure: true,
              cell: ({ amountMinor, unit }) => (unit === null ? '-' : money(amountMinor, unit)),
            },
            { title: t('moved.firstAt'), cell: (route) => instant(route.firstAt) },
          ]}
        />
      )}
    </Panel>
  );
}
