import { useQuery } from '@tanstack/react-query';
import type { CatalogueNames, SuspensionPreview, SuspensionScope } from '../../api/answers.ts';
import { previewQuery } from '../../api/suspensions.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { BigFigure } from '../../parts/page.tsx';
import { HourBars } from '../../parts/hour-bars.tsx';
import { Shown } from '../../parts/shown.tsx';
import { namesOf, operationsText, scopeTitle } from './scope.tsx';

/** What the composed stop would do, beside it and always of what is chosen right now. */
export function Preview(props: {
  readonly scope: SuspensionScope;
  readonly catalogue: CatalogueNames;
}) {
  const language = useLanguage();
  const { t } = language;
  const { scope, catalogue } = props;
  const preview = useQuery(previewQuery(scope));
  return (
    <section className="preview" aria-label={t('preview.label')} aria-live="polite">
      <p className="preview-what">
        <span className="soft">{t('preview.stops')}</span>
        <strong>{scopeTitle(namesOf(scope, catalogue), language)}</strong>
        <span>{operationsText(scope.operations ?? [], language)}</span>
      </p>
      <Shown of={preview}>{(found) => <Consequences preview={found} />}</Shown>
    </section>
  );
}

function Consequences({ preview }: { readonly preview: SuspensionPreview }) {
  const language = useLanguage();
  const { t, count, nameOf } = language;
  const { offers, hours, openOrders, staysOpen, uses, chargedThrough, operationsLeft } = preview;
  const sold = hours.reduce((sum, hour) => sum + hour.count, 0);
  return (
    <div className="stack">
      <dl className="figures">
        <BigFigure name={t('preview.offers')} value={count(offers.count)} />
        <BigFigure name={t('preview.sold', { hours: hours.length })} value={count(sold)} />
        <BigFigure
          name={t('preview.openOrders')}
          value={count(openOrders.count)}
          note={openOrders.count > 0 ? t('preview.openOrdersNote') : undefined}
        />
      </dl>
      <HourBars title={t('preview.perHour')} hours={hours} />
      <OfferLines title={t('preview.offersStopped')} offers={offers} language={language} />
      {uses !== null && <UsesByPlace uses={uses} language={language} />}
      <div className="stack tight">
        <h3>{t('preview.untouched')}</h3>
        <p>
          {operationsLeft.length === 0
            ? t('preview.nothingUntouched')
            : operationsText(operationsLeft, language)}
        </p>
        {chargedThrough.length > 0 && (
          <p>
            {t('preview.chargedThrough', { tenders: chargedThrough.map(nameOf).join(t('comma')) })}
          </p>
        )}
      </div>
      <OfferLines
        title={t('preview.staysOpen')}
        offers={staysOpen}
        language={language}
        none={t('preview.nothingOpen')}
      />
    </div>
  );
}

function UsesByPlace(props: {
  readonly uses: NonNullable<SuspensionPreview['uses']>;
  readonly language: Language;
}) {
  const { uses, language } = props;
  const { t, nameOf, count } = language;
  const all = uses.reduce((sum, each) => sum + each.count, 0);
  return (
    <div className="stack tight">
      <h3>
        {t('preview.uses')} <span className="soft figure">{count(all)}</span>
      </h3>
      {uses.length === 0 && <p className="soft">{t('preview.noUses')}</p>}
      <ul className="lines">
        {uses.slice(0, LINES_SHOWN).map(({ merchant, count: used }) => (
          <li key={merchant.id} className="row apart">
            <span>{nameOf(merchant)}</span>
            <span className="figure">{count(used)}</span>
          </li>
        ))}
      </ul>
      {uses.length > LINES_SHOWN && (
        <p className="soft small">
          {t('preview.more', { count: count(uses.length - LINES_SHOWN) })}
        </p>
      )}
    </div>
  );
}

/** Enough to see what is meant; how many there are stands beside it. */
const LINES_SHOWN = 6;

function OfferLines(props: {
  readonly title: string;
  readonly offers: SuspensionPreview['offers'];
  readonly language: Language;
  readonly none?: string;
}) {
  const { title, offers, language, none } = props;
  const { t, nameOf, count } = language;
  if (offers.count === 0 && none === undefined) return null;
  return (
    <div className="stack tight">
      <h3>
        {title} <span className="soft figure">{count(offers.count)}</span>
      </h3>
      {offers.count === 0 && <p className="soft">{none}</p>}
      <ul className="lines">
        {offers.first.slice(0, LINES_SHOWN).map(({ offerId, seller, product, tender }) => (
          <li key={`${offerId} ${seller.id} ${product.id} ${tender?.id}`}>
            {[seller, product, ...(tender ? [tender] : [])].map(nameOf).join(' × ')}
          </li>
        ))}
      </ul>
      {offers.count > LINES_SHOWN && (
        <p className="soft small">
          {t('preview.more', {
            count: count(offers.count - Math.min(LINES_SHOWN, offers.first.length)),
          })}
        </p>
      )}
    </div>
  );
}
