import type { CaseDetail } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../words.ts';
import { evidenceText } from './evidence-text.ts';

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
            { title: t('cases.nextWhat'), cell: (each) => evidenceText(each, language) },
          ]}
        />
      )}
    </Panel>
  );
}
