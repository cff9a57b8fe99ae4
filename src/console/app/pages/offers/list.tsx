import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { CatalogueNames, OfferState, ShownOffer } from '../../api/answers.ts';
import { offersQuery, type OffersAsked } from '../../api/offers.ts';
import { useMay } from '../../api/session.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { SelectField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';
import { Table } from '../../parts/table.tsx';
import { SaleTabs } from '../sale/tabs.tsx';
import { choicesOf } from '../switch/scope.tsx';

export const OFFER_STATES: readonly OfferState[] = [
  'on_sale',
  'suspended',
  'resumed_with_conditions',
  'ended',
];

const OFFER_MARKS: Readonly<Record<OfferState, Mark>> = {
  on_sale: MARKS.good,
  suspended: MARKS.stopped,
  resumed_with_conditions: MARKS.conditions,
  ended: MARKS.over,
};

/** What is sold where, how, and whether it is sold right now. */
export function Offers() {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/offers' });
  const mayChange = useMay('offers:change');
  const catalogue = useQuery(CATALOGUE);
  const offers = useQuery(offersQuery(asked));
  return (
    <Page
      title={t('offers.title')}
      lead={t('offers.lead')}
      actions={
        mayChange && (
          <>
            <Link to="/offers/new" className="button">
              <Icon name="plus" />
              <span>{t('offers.new')}</span>
            </Link>
            <Link to="/offers/import" className="button quiet">
              {t('import.title')}
            </Link>
          </>
        )
      }
    >
      <SaleTabs shown="offers" />
      {catalogue.data && <Filters catalogue={catalogue.data} asked={asked} />}
      <Shown of={offers}>
        {({ offers: found, total, pageSize }) => (
          <div className="stack">
            {found.length === 0 ? (
              <Empty title={t('offers.none')} />
            ) : (
              <OfferTable offers={found} />
            )}
            <Pager
              page={asked.page}
              size={pageSize}
              total={total}
              to="/offers"
              searchOf={(page) => ({ ...asked, page })}
            />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Filters(props: { readonly catalogue: CatalogueNames; readonly asked: OffersAsked }) {
  const language = useLanguage();
  const { t } = language;
  const { catalogue, asked } = props;
  const navigate = useNavigate({ from: '/offers' });
  const choose = (chosen: Partial<OffersAsked>): void =>
    void navigate({ search: { ...asked, ...chosen, page: 1 }, replace: true });
  return (
    <div className="form across">
      {(['productId', 'sellerId', 'tenderId'] as const).map((dimension) => (
        <SelectField
          key={dimension}
          label={t(`dim.${dimension}`)}
          value={String(asked[dimension] ?? '')}
          choices={choicesOf(catalogue, dimension, language)}
          onChange={(value) => choose({ [dimension]: value === '' ? undefined : Number(value) })}
        />
      ))}
      <SelectField
        label={t('state')}
        value={asked.state ?? ''}
        choices={[
          { value: '', word: t('scope.any') },
          ...OFFER_STATES.map((state) => ({ value: state, word: t(`offer.${state}`) })),
        ]}
        onChange={(value) => choose({ state: value === '' ? undefined : (value as OfferState) })}
      />
    </div>
  );
}

function OfferTable({ offers }: { readonly offers: readonly ShownOffer[] }) {
  const language = useLanguage();
  const { t, nameOf, instant } = language;
  return (
    <Table
      caption={t('offers.title')}
      rows={offers}
      keyOf={(offer) => offer.offerId}
      columns={[
        { title: t('state'), cell: (offer) => <OfferMark offer={offer} /> },
        {
          title: t('offers.offer'),
          cell: (offer) => (
            <Link to="/offers/$offerId" params={{ offerId: String(offer.offerId) }}>
              {[offer.seller, offer.product, offer.tender].map(nameOf).join(' × ')}
            </Link>
          ),
        },
        { title: t('amount'), cell: (offer) => rangeText(offer, language) },
        {
          title: t('offers.validFrom'),
          isFigure: true,
          cell: (offer) => instant(offer.validFrom),
        },
      ]}
    />
  );
}

export function OfferMark({ offer }: { readonly offer: ShownOffer }) {
  const { t } = useLanguage();
  const mark = <StateMark mark={OFFER_MARKS[offer.state]} word={t(`offer.${offer.state}`)} />;
  if (offer.suspensionId === null) return mark;
  return (
    <Link to="/switch/$suspensionId" params={{ suspensionId: String(offer.suspensionId) }}>
      {mark}
    </Link>
  );
}

export function rangeText(offer: ShownOffer, { t, money }: Language): string {
  const { amountMinMinor: least, amountMaxMinor: most, unit } = offer;
  if (least === null && most === null) return t('offers.anyAmount');
  if (least !== null && least === most) return money(least, unit);
  if (least === null) return t('offers.upTo', { most: money(most ?? 0, unit) });
  if (most === null) return t('offers.from', { least: money(least, unit) });
  return `${money(least, unit)} - ${money(most, unit)}`;
}
