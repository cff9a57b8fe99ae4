import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { CatalogueNames } from '../../api/answers.ts';
import { Refused } from '../../api/ask.ts';
import { saleThingQuery, useSaleAct } from '../../api/sale.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { NotHere } from '../not-here.tsx';
import { showFirstWrong } from '../offers/terms-fields.tsx';
import { SaleFields } from './fields.tsx';
import {
  changeSent,
  FIELD_REFUSED,
  newSent,
  SALE_KINDS,
  typedNew,
  typedOf,
  wrongIn,
  type SaleKind,
  type Typed,
} from './things.ts';

/** One more of its kind. */
export function NewSaleThing() {
  const { t } = useLanguage();
  const { kind } = useParams({ from: '/offers/parts/$kind/new' });
  const { seller } = useSearch({ from: '/offers/parts/$kind/new' });
  const catalogue = useQuery(CATALOGUE);
  const known = SALE_KINDS.find((each) => each === kind);
  if (known === undefined) return <NotHere />;
  return (
    <Page title={t(`sale.new.${known}`)} lead={t(`sale.lead.${known}`)}>
      <Shown of={catalogue}>
        {(names) => {
          const first = typedNew(known);
          const { key = '' } = names.sellers.find(({ id }) => id === seller) ?? {};
          const before = { ...first, words: { ...first.words, seller: key } };
          return <Form kind={known} id={null} before={before} catalogue={names} key={known} />;
        }}
      </Shown>
    </Page>
  );
}

/** What it is to be like, and from when on; what was sold before stays as it was sold. */
export function ChangeSaleThing() {
  const { kind, id } = useParams({ from: '/offers/parts/$kind/$id/change' });
  const known = SALE_KINDS.find((each) => each === kind);
  return known === undefined ? <NotHere /> : <Change kind={known} id={id} key={`${kind} ${id}`} />;
}

function Change({ kind, id }: { readonly kind: SaleKind; readonly id: string }) {
  const { t, nameOf } = useLanguage();
  const catalogue = useQuery(CATALOGUE);
  const thing = useQuery(saleThingQuery(kind, id));
  return (
    <Page title={t('sale.change')} lead={thing.data && nameOf(thing.data)}>
      <Shown of={thing}>
        {({ fields }) => (
          <Shown of={catalogue}>
            {(names) => (
              <Form kind={kind} id={id} before={typedOf(kind, fields)} catalogue={names} />
            )}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

function Form(props: {
  readonly kind: SaleKind;
  readonly id: string | null; // null: it is made
  readonly before: Typed;
  readonly catalogue: CatalogueNames;
}) {
  const { kind, id, catalogue } = props;
  const { t } = useLanguage();
  const [before] = useState(props.before);
  const [typed, setTyped] = useState(before);
  const [isTried, setTried] = useState(false);
  const [isUnchanged, setUnchanged] = useState(false);
  const done = useSaleAct(kind, id);
  const navigate = useNavigate();
  const wrong = isTried ? wrongIn(kind, typed) : {};
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setTried(true);
    if (Object.keys(wrongIn(kind, typed)).length > 0) {
      requestAnimationFrame(() => showFirstWrong(form));
      return;
    }
    const sent = id === null ? newSent(kind, typed) : changeSent(kind, typed, before);
    setUnchanged(sent === null);
    if (sent === null) return;
    const made = await done.mutateAsync(sent);
    await navigate({ to: '/offers/parts/$kind/$id', params: { kind, id: String(made.id) } });
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void send(event).catch(() => null)}>
      <SaleFields
        kind={kind}
        isNew={id === null}
        typed={typed}
        wrong={{ ...refusedFields(done.error), ...saidIn(wrong, t) }}
        catalogue={catalogue}
        onChange={setTyped}
      />
      {isUnchanged && (
        <Notice tone="still" title={t('offers.unchanged')} isHeard>
          <p>{t('offers.unchangedLead')}</p>
        </Notice>
      )}
      <RefusalNotice error={done.error} />
      <div className="row">
        <Button isSubmit isLarge isBusy={done.isPending}>
          {t(id === null ? 'offers.create' : 'offers.save')}
        </Button>
        {id === null ? (
          <Link
            to="/offers/parts/$kind"
            params={{ kind }}
            search={{ page: 1 }}
            className="button quiet"
          >
            {t('back')}
          </Link>
        ) : (
          <Link to="/offers/parts/$kind/$id" params={{ kind, id }} className="button quiet">
            {t('back')}
          </Link>
        )}
      </div>
    </form>
  );
}

function saidIn(
  wrong: ReturnType<typeof wrongIn>,
  t: ReturnType<typeof useLanguage>['t'],
): Record<string, string> {
  return Object.fromEntries(Object.entries(wrong).map(([name, text]) => [name, t(text)]));
}

/** What the server refused, beside the field that it speaks of. */
function refusedFields(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {};
  const named = FIELD_REFUSED[error.code];
  return {
    ...Object.fromEntries(error.fields.map(({ field, message }) => [field, message])),
    ...(named !== undefined && { [named]: error.title }),
  };
}
