import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { OfferDetail } from '../../api/answers.ts';
import { offerQuery, useChangeOffer } from '../../api/offers.ts';
import { typedInstant } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { termsOf, termsSent } from './terms.ts';
import { TermsFields } from './terms-fields.tsx';

/** New terms from an instant on; what was sold before stays as it was sold. */
export function OfferChangePage() {
  const { t, nameOf } = useLanguage();
  const { offerId } = useParams({ from: '/offers/$offerId/change' });
  const offer = useQuery(offerQuery(offerId));
  const found = offer.data;
  return (
    <Page
      title={t('offers.change')}
      lead={found && [found.seller, found.product, found.tender].map(nameOf).join(' × ')}
    >
      <Shown of={offer}>{(shown) => <Change offer={shown} />}</Shown>
    </Page>
  );
}

function Change({ offer }: { readonly offer: OfferDetail }) {
  const { t } = useLanguage();
  const offerId = String(offer.offerId);
  const changed = useChangeOffer(offerId);
  const navigate = useNavigate();
  const [terms, setTerms] = useState(() => ({
    ...termsOf(offer),
    endsAt: offer.endsAt === null ? '' : typedInstant(offer.endsAt),
  }));
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await changed.mutateAsync(termsSent(terms));
    await navigate({ to: '/offers/$offerId', params: { offerId } });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <TermsFields terms={terms} unit={offer.unit} onChange={setTerms} />
      <RefusalNotice error={changed.error} />
      <div className="row">
        <Button isSubmit isLarge isBusy={changed.isPending}>
          {t('offers.save')}
        </Button>
        <Link to="/offers/$offerId" params={{ offerId }} className="button quiet">
          {t('back')}
        </Link>
      </div>
    </form>
  );
}
