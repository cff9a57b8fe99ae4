import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { SaleThing } from '../../api/answers.ts';
import { saleQuery } from '../../api/sale.ts';
import { useMay } from '../../api/session.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { NotHere } from '../not-here.tsx';
import { fieldText } from './field-text.ts';
import { SaleTabs } from './tabs.tsx';
import { SALE_KINDS, type FieldName, type SaleKind } from './things.ts';

/** What offers are made of: one kind of it, by page. */
export function SaleListPage() {
  const { kind } = useParams({ from: '/offers/parts/$kind' });
  const known = SALE_KINDS.find((each) => each === kind);
  return known === undefined ? <NotHere /> : <List kind={known} key={known} />;
}

function List({ kind }: { readonly kind: SaleKind }) {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/offers/parts/$kind' });
  const mayChange = useMay('offers:change');
  const things = useQuery(saleQuery(kind, asked));
  return (
    <Page
      title={t(`sale.${kind}`)}
      lead={t(`sale.lead.${kind}`)}
      actions={
        mayChange && (
          <Link
            to="/offers/parts/$kind/new"
            params={{ kind }}
            search={asked.seller === undefined ? {} : { seller: asked.seller }}
            className="button"
          >
            <Icon name="plus" />
            <span>{t(`sale.new.${kind}`)}</span>
          </Link>
        )
      }
    >
      <SaleTabs shown={kind} />
      <Find kind={kind} key={asked.find ?? ''} />
      <Shown of={things}>
        {({ things: found, total, pageSize }) => (
          <div className="stack">
            {found.length === 0 ? (
              <Empty title={t('sale.none')} />
            ) : (
              <ThingTable kind={kind} things={found} />
            )}
            <Pager
              page={asked.page}
              size={pageSize}
              total={total}
              to="."
              searchOf={(page) => ({ ...asked, page })}
            />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Find({ kind }: { readonly kind: SaleKind }) {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/offers/parts/$kind' });
  const navigate = useNavigate();
  const [find, setFind] = useState(asked.find ?? '');
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const search = { ...asked, page: 1, find: find.trim() === '' ? undefined : find.trim() };
    void navigate({ to: '/offers/parts/$kind', params: { kind }, search });
  };
  return (
    <form className="form across" role="search" onSubmit={send}>
      <TextField label={t('sale.find')} value={find} maxLength={100} onChange={setFind} />
      <Button isSubmit kind="quiet" icon="search">
        {t('audit.search')}
      </Button>
    </form>
  );
}

const COLUMNS: Readonly<Record<SaleKind, readonly FieldName[]>> = {
  tenders: ['kind', 'monthLimits', 'resetDay'],
  sellers: ['chain'],
  shops: ['seller'],
  chains: ['aggregator'],
  aggregators: [],
};

export function ThingTable(props: {
  readonly kind: SaleKind;
  readonly things: readonly SaleThing[];
}) {
  const language = useLanguage();
  const { t, nameOf } = language;
  const { kind, things } = props;
  const { data: catalogue } = useQuery(CATALOGUE);
  const columns: Column<SaleThing>[] = [
    {
      title: t('field.name'),
      cell: (thing) => (
        <Link to="/offers/parts/$kind/$id" params={{ kind, id: String(thing.id) }}>
          {nameOf(thing)}
        </Link>
      ),
    },
    { title: t('field.key'), cell: (thing) => <span className="mono">{thing.key}</span> },
    ...COLUMNS[kind].map((name) => ({
      title: t(`field.${name}`),
      cell: (thing: SaleThing) => (
        <>
          {fieldText(
            { name, value: thing.fields[name], fields: thing.fields, catalogue },
            language,
          ).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </>
      ),
    })),
  ];
  return (
    <Table
      caption={t(`sale.${kind}`)}
      rows={things}
      keyOf={(thing) => thing.id}
      columns={columns}
    />
  );
}
