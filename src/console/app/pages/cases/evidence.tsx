import type { CaseDetail } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../words.ts';

type Evidence = CaseDetail['evidence'][number];

/** What was seen when the case was opened; it does not change any more. */
export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const language = useLanguage();
  const { t, instant } = language;
  const rows = evidence.map((each, place) => ({ ...each, place }));
  return (
    <Panel title={t('cases.evidence')}>
      {rows.length === 0 && <p className="soft">{t('cases.noEvidence')}</p>}
      {rows.length > 0 && (
        <Table
          caption={t('cases.evidence')}
          rows={rows}
          keyOf={({ place }) => place}
          columns={[
            {
              title: t('audit.at'),
              cell: ({ at }) => <span className="figure">{instant(at)}</span>,
            },
            { title: t('cases.seen'), cell: ({ kind }) => wordOf('evidence', kind, language) },
            { title: t('cases.nextWhat'), cell: (each) => textOf(each, language) },
          ]}
        />
      )}
    </Panel>
  );
}

/** Each member that says something, by its name; instants as such, and what the server names in words. */
function textOf({ kind, content }: Evidence, language: Language): string {
  const { t, instant } = language;
  if (content === null) return t('cases.erased');
  return Object.entries(content)
    .filter(([, value]) => value !== null && value !== '' && !isEmptyList(value))
    .map(([name, value]) => {
      const isInstant = name.endsWith('At') && typeof value === 'number';
      const each = (one: unknown): string => named(kind, name, String(one), language);
      const shown = isInstant
        ? instant(value)
        : Array.isArray(value)
          ? value.map(each).join(', ')
          : each(value);
      return `${wordOf('seen', name, language)}: ${shown}`;
    })
    .join(' / ');
}

function named(kind: Evidence['kind'], name: string, value: string, language: Language): string {
  if (name === 'oddities') return wordOf('odd', value, language);
  if (name === 'factor') return wordOf('factor', value, language);
  if (name === 'kind') return wordOf('kind', value, language);
  if (name !== 'outcome') return value;
  return kind === 'sign_in'
    ? wordOf('memberSignIn', value, language)
    : wordOf('outcome', value, language);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
