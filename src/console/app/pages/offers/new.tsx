import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { CatalogueNames } from '../../api/answers.ts';
import { useCreateOffer } from '../../api/offers.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { SelectField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choicesOf } from '../switch/scope.tsx';
import { areTermsTyped, NO_TERMS, termsSent } from './terms.ts';
import { showFirstWrong, TermsFields } from './terms-fields.tsx';

const NAMED = ['sellerId', 'productId', 'tenderId'] as const;

/** That a seller sells a product for a tender, from now or from an instant on. */
export function NewOffer() {
  const { t } = useLanguage();
  const catalogue = useQuery(CATALOGUE);
  return (
    <Page title={t('offers.new')} lead={t('offers.newLead')}>
      <Shown of={catalogue}>{(names) => <Form catalogue={names} />}</Shown>
    </Page>
  );
}

function Form({ catalogue }: { readonly catalogue: CatalogueNames }) {
  const language = useLanguage();
  const { t } = language;
  const made = useCreateOffer();
  const navigate = useNavigate();
  const [route, setRoute] = useState({ sellerId: '', productId: '', tenderId: '' });
  const [terms, setTerms] = useState(NO_TERMS);
  const product = catalogue.products.find(({ id }) => String(id) === route.productId);
  const programme = catalogue.programmes.find(({ id }) => id === product?.programmeId);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!areTermsTyped(terms)) return showFirstWrong(event.currentTarget as HTMLFormElement);
    const { offerId } = await made.mutateAsync({
      sellerId: Number(route.sellerId),
      productId: Number(route.productId),
      tenderId: Number(route.tenderId),
      ...termsSent(terms),
    });
    await navigate({ to: '/offers/$offerId', params: { offerId: String(offerId) } });
  };
  return (
    <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
      {NAMED.map((name) => (
        <SelectField
          key={name}
          label={t(`dim.${name}`)}
          isRequired
          value={route[name]}
          choices={choicesOf(catalogue, name, language).map((choice) =>
            choice.value === '' ? { value: '', word: t('offers.choose') } : choice,
          )}
          onChange={(id) => setRoute({ ...route, [name]: id })}
        />
      ))}
      <TermsFields terms={terms} unit={programme?.unit ?? null} onChange={setTerms} />
      <RefusalNotice error={made.error} />
      <div className="row">
        <Button isSubmit isLarge icon="plus" isBusy={made.isPending}>
          {t('offers.create')}
        </Button>
        <Link to="/offers" search={{ page: 1 }} className="button quiet">
          {t('back')}
        </Link>
      </div>
    </form>
  );
}
