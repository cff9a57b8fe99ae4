import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { CatalogueNames, SaleHistory, SaleThing } from '../../api/answers.ts';
import { saleHistoryQuery, saleQuery, saleThingQuery } from '../../api/sale.ts';
import { useMay } from '../../api/session.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { NotHere } from '../not-here.tsx';
import { fieldText } from './field-text.ts';
import { ThingTable } from './list.tsx';
import { SaleTabs } from './tabs.tsx';
import { FIELDS, SALE_KINDS, type SaleKind } from './things.ts';

/** One of those who sell, or a tender: what it is now, and everything that it has been before. */
export function SaleThingPage() {
  const { kind, id } = useParams({ from: '/offers/parts/$kind/$id' });
  const known = SALE_KINDS.find((each) => each === kind);
  return known === undefined ? <NotHere /> : <Thing kind={known} id={id} key={`${kind} ${id}`} />;
}

function Thing({ kind, id }: { readonly kind: SaleKind; readonly id: string }) {
  const { t, nameOf } = useLanguage();
  const thing = useQuery(saleThingQuery(kind, id));
  const { data: catalogue } = useQuery(CATALOGUE);
  const mayChange = useMay('offers:change');
  return (
    <Page
      title={thing.data ? nameOf(thing.data) : t(`sale.${kind}`)}
      actions={
        mayChange &&
        thing.data && (
          <Link to="/offers/parts/$kind/$id/change" params={{ kind, id }} className="button quiet">
            {t('sale.change')}
          </Link>
        )
      }
    >
      <SaleTabs shown={kind} />
      <Shown of={thing}>
        {(shown) => (
          <div className="stack wide">
            <ThingFacts kind={kind} thing={shown} catalogue={catalogue} />
            {kind === 'sellers' && <Shops sellerId={shown.id} mayChange={mayChange} />}
            <History kind={kind} id={id} catalogue={catalogue} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function ThingFacts(props: {
  readonly kind: SaleKind;
  readonly thing: SaleThing;
  readonly catalogue: CatalogueNames | undefined;
}) {
  const language = useLanguage();
  const { t } = language;
  const { kind, thing, catalogue } = props;
  const { fields } = thing;
  return (
    <Facts
      facts={FIELDS[kind].map(({ name }) => ({
        name: t(`field.${name}`),
        value: fieldText({ name, value: fields[name], fields, catalogue }, language).map((line) => (
          <div key={line}>{line}</div>
        )),
      }))}
    />
  );
}

/** Those of a seller, the first page of them. */
function Shops({
  sellerId,
  mayChange,
}: {
  readonly sellerId: number;
  readonly mayChange: boolean;
}) {
  const { t, count } = useLanguage();
  const shops = useQuery(saleQuery('shops', { page: 1, seller: sellerId }));
  const aside = mayChange && (
    <Link
      to="/offers/parts/$kind/new"
      params={{ kind: 'shops' }}
      search={{ seller: sellerId }}
      className="button quiet"
    >
      <Icon name="plus" />
      <span>{t('sale.new.shops')}</span>
    </Link>
  );
  return (
    <Panel title={t('sale.shops')} aside={aside}>
      <Shown of={shops}>
        {({ things, total }) => (
          <div className="stack">
            {things.length === 0 ? (
              <Empty title={t('sale.none')} />
            ) : (
              <ThingTable kind="shops" things={things} />
            )}
            {total > things.length && (
              <Link
                to="/offers/parts/$kind"
                params={{ kind: 'shops' }}
                search={{ page: 1, seller: sellerId }}
              >
                {t('sale.allShops', { count: count(total) })}
              </Link>
            )}
          </div>
        )}
      </Shown>
    </Panel>
  );
}

type Revision = SaleHistory['revisions'][number];

/** Every revision with who said it and when, as what it changed; also what never came into force. */
function History(props: {
  readonly kind: SaleKind;
  readonly id: string;
  readonly catalogue: CatalogueNames | undefined;
}) {
  const language = useLanguage();
  const { t, instant } = language;
  const { kind, id, catalogue } = props;
  const history = useQuery(saleHistoryQuery(kind, id));
  return (
    <Panel title={t('history')}>
      <Shown of={history}>
        {({ revisions }) => (
          <ol className="story">
            {revisions.map((revision, index) => {
              const { validFrom, validUntil, recordedAt, by } = revision;
              const before = revisions[index + 1] ?? null;
              const hasBegun = validUntil === null || new Date(validUntil) > new Date(validFrom);
              const lines = changedLines({ kind, revision, before, catalogue }, language);
              return (
                <li key={`${recordedAt} ${validFrom}`}>
                  <strong className="figure">
                    {t('suspension.since', { at: instant(validFrom) })}
                    {!hasBegun && ` (${t('offers.neverInForce')})`}
                  </strong>
                  {lines.length === 0 && <p>{t('offers.unchanged')}</p>}
                  <ul className="lines">
                    {lines.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                  <p className="soft small">{t('history.by', { by, at: instant(recordedAt) })}</p>
                </li>
              );
            })}
          </ol>
        )}
      </Shown>
    </Panel>
  );
}

/** `英語の名前: Shop → Store`; of the first revision all that it says. */
function changedLines(
  shown: {
    readonly kind: SaleKind;
    readonly revision: Revision;
    readonly before: Revision | null;
    readonly catalogue: CatalogueNames | undefined;
  },
  language: Language,
): readonly string[] {
  const { kind, revision, before, catalogue } = shown;
  const textIn = ({ fields }: Revision, name: (typeof FIELDS)[SaleKind][number]['name']) =>
    fieldText({ name, value: fields[name], fields, catalogue }, language).join(
      language.locale === 'ja' ? '、' : '; ',
    );
  return FIELDS[kind].flatMap(({ name }) => {
    const now = textIn(revision, name);
    const title = language.t(`field.${name}`);
    if (before === null) return [`${title}: ${now}`];
    const old = textIn(before, name);
    return old === now ? [] : [`${title}: ${old} → ${now}`];
  });
}
