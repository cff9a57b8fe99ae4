import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { OfferDetail } from '../../api/answers.ts';
import { offerQuery, useChangeOffer } from '../../api/offers.ts';
import { typedInstant } from '../../formats.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { areTermsTyped, termsChanged, termsOf } from './terms.ts';
import { showFirstWrong, TermsFields } from './terms-fields.tsx';

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
  const [before] = useState(() => ({
    ...termsOf(offer),
    endsAt: offer.endsAt === null ? '' : typedInstant(offer.endsAt),
  }));
  const [terms, setTerms] = useState(before);
  const [isUnchanged, setUnchanged] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!areTermsTyped(terms)) return showFirstWrong(event.currentTarget as HTMLFormElement);
    const change = termsChanged(terms, before);
    setUnchanged(change === null);
    if (change === null) return;
    await changed.mutateAsync(change);
    await navigate({ to: '/offers/$offerId', params: { offerId } });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      <TermsFields terms={terms} unit={offer.unit} onChange={setTerms} />
      {isUnchanged && (
        <Notice tone="still" title={t('offers.unchanged')} isHeard>
          <p>{t('offers.unchangedLead')}</p>
        </Notice>
      )}
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
