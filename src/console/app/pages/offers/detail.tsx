import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { OfferDetail } from '../../api/answers.ts';
import { offerQuery } from '../../api/offers.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Facts, Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { History } from './history.tsx';
import { OfferMark, rangeText } from './list.tsx';
import { Conditions } from '../switch/conditions.tsx';

/** One offer: whether it is sold, under which conditions, and everything that it has been before. */
export function OfferPage() {
  const { t, nameOf } = useLanguage();
  const { offerId } = useParams({ from: '/offers/$offerId' });
  const offer = useQuery(offerQuery(offerId));
  const found = offer.data;
  return (
    <Page
      title={
        found
          ? [found.seller, found.product, found.tender].map(nameOf).join(' × ')
          : t('offers.offer')
      }
      actions={found && <Actions offer={found} />}
    >
      <Shown of={offer}>{(shown) => <Offer offer={shown} />}</Shown>
    </Page>
  );
}

function Offer({ offer }: { readonly offer: OfferDetail }) {
  const language = useLanguage();
  const { t, instant, duration } = language;
  const { conditions, leadTimeMs, validFrom, endsAt } = offer;
  const hasConditions = Object.keys(conditions).length > 0;
  return (
    <div className="stack wide">
      <div>
        <OfferMark offer={offer} />
      </div>
      <Facts
        facts={[
          { name: t('amount'), value: rangeText(offer, language) },
          hasConditions && {
            name: t('offers.conditions'),
            value: (
              <Conditions
                conditions={conditions as Parameters<typeof Conditions>[0]['conditions']}
              />
            ),
          },
          leadTimeMs !== null && {
            name: t('offers.leadTime'),
            value: leadTimeMs === 0 ? t('offers.atOnce') : duration(leadTimeMs),
          },
          { name: t('offers.validFrom'), value: instant(validFrom) },
          {
            name: t('offers.endsAt'),
            value: endsAt === null ? t('offers.openEnd') : instant(endsAt),
          },
        ]}
      />
      <History offerId={String(offer.offerId)} unit={offer.unit} />
    </div>
  );
}

function Actions({ offer }: { readonly offer: OfferDetail }) {
  const { t } = useLanguage();
  const mayThrow = useMay('suspensions:throw');
  const mayChange = useMay('offers:change');
  const { offerId, product, seller, tender } = offer;
  return (
    <>
      {mayChange && (
        <Link
          to="/offers/$offerId/change"
          params={{ offerId: String(offerId) }}
          className="button quiet"
        >
          {t('offers.change')}
        </Link>
      )}
      {mayThrow && (
        <Link
          to="/switch/new"
          search={{ productId: product.id, sellerId: seller.id, tenderId: tender.id }}
          className="button stop"
        >
          <Icon name="octagon-pause" />
          <span>{t('offers.stop')}</span>
        </Link>
      )}
    </>
  );
}
