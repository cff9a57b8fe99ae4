import { useQuery } from '@tanstack/react-query';
import type { OfferHistory } from '../../api/answers.ts';
import { historyQuery } from '../../api/offers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { conditionLines } from '../switch/conditions.tsx';

type Revision = OfferHistory['revisions'][number];

/** Every revision with who said it and when, as what it changed; also what never came into force. */
export function History({ offerId, unit }: { readonly offerId: string; readonly unit: string }) {
  const { t } = useLanguage();
  const history = useQuery(historyQuery(offerId));
  return (
    <Panel title={t('history')}>
      <Shown of={history}>
        {({ revisions }) => (
          <ol className="story">
            {revisions.map((revision, index) => (
              <RevisionLine
                key={`${revision.recordedAt} ${index}`}
                revision={revision}
                before={revisions[index + 1] ?? null}
                unit={unit}
              />
            ))}
          </ol>
        )}
      </Shown>
    </Panel>
  );
}

function RevisionLine(props: {
  readonly revision: Revision;
  readonly before: Revision | null;
  readonly unit: string;
}) {
  const language = useLanguage();
  const { t, instant } = language;
  const { revision, before, unit } = props;
  const { validFrom, validUntil, recordedAt, by } = revision;
  const hasComeIntoForce = validUntil === null || new Date(validUntil) > new Date(validFrom);
  const lines = changedLines({ revision, before, unit }, language);
  return (
    <li>
      <strong className="figure">
        {t('suspension.since', { at: instant(validFrom) })}
        {!hasComeIntoForce && ` (${t('offers.neverInForce')})`}
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
}

const TERMS = ['amountMinMinor', 'amountMaxMinor', 'leadTimeMs', 'conditions', 'endsAt'] as const;
type Term = (typeof TERMS)[number];

/** `最大の金額: 50,000円 → 30,000円`; of the first revision all that it says. */
function changedLines(
  { revision, before, unit }: { revision: Revision; before: Revision | null; unit: string },
  language: Language,
): readonly string[] {
  const { t } = language;
  return TERMS.flatMap((term) => {
    const now = termText(term, revision.content[term], unit, language);
    const name = t(`changeOf.${term}`);
    if (before === null) return [`${name}: ${now}`];
    const old = termText(term, before.content[term], unit, language);
    return old === now ? [] : [`${name}: ${old} → ${now}`];
  });
}

function termText(term: Term, value: unknown, unit: string, language: Language): string {
  const { t, locale, money, instant, duration } = language;
  if (term === 'conditions') {
    const lines = conditionLines(value ?? {}, language);
    return lines.length === 0 ? t('none') : lines.join(locale === 'ja' ? '、' : '; ');
  }
  if (term === 'endsAt') return typeof value === 'string' ? instant(value) : t('offers.openEnd');
  if (term === 'leadTimeMs') {
    if (typeof value !== 'number') return t('offers.asTender');
    return value === 0 ? t('offers.atOnce') : duration(value);
  }
  const isAmount = typeof value === 'number' || typeof value === 'string';
  return isAmount ? money(value, unit) : t('offers.asProduct');
}
