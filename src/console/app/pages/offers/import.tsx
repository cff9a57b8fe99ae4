import { useState, type ChangeEvent, type SubmitEvent } from 'react';
import type { ImportReport } from '../../api/answers.ts';
import { useImport, useImportPreview } from '../../api/offers.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { LongField } from '../../parts/field.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';

/** Chains, sellers, shops, tenders and offers from a file: what it would change is looked at before it is done. */
export function ImportFile() {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const preview = useImportPreview();
  const done = useImport();
  const isBusy = preview.isPending || done.isPending;
  const change = (next: string): void => {
    setText(next);
    preview.reset();
    done.reset();
  };
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.currentTarget.files ?? [];
    if (file) change(await file.text());
  };
  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    preview.mutate(text);
  };
  const report = done.data ?? preview.data;
  const mayBringIn = report && !report.isDone && report.problems.length === 0 && report.changed > 0;
  return (
    <Page title={t('import.title')} lead={t('import.lead')}>
      <form className="form" onSubmit={look}>
        <div className="field">
          <label htmlFor="import-file">{t('import.file')}</label>
          <input
            id="import-file"
            type="file"
            accept=".yaml,.yml,text/yaml"
            onChange={(event) => void choose(event)}
          />
        </div>
        <LongField
          label={t('import.text')}
          hint={t('import.textHint')}
          isRequired
          value={text}
          onChange={change}
        />
        <RefusalNotice error={preview.error ?? done.error} />
        <div className="row">
          <Button isSubmit kind={mayBringIn ? 'quiet' : 'plain'} isBusy={isBusy}>
            {t('import.look')}
          </Button>
        </div>
      </form>
      {report && <Report report={report} />}
      {mayBringIn && (
        <div className="row">
          <Button isLarge icon="check" isBusy={isBusy} onPress={() => done.mutate(text)}>
            {t('import.bringIn')}
          </Button>
        </div>
      )}
    </Page>
  );
}

function Report({ report }: { readonly report: ImportReport }) {
  const { t, count } = useLanguage();
  const { isDone, changed, unchanged, problems, differences } = report;
  const figures = { changed: count(changed), unchanged: count(unchanged) };
  if (problems.length > 0) {
    return (
      <Notice tone="bad" title={t('import.refused', { problems: count(problems.length) })} isHeard>
        <ul className="lines">
          {problems.map(({ line, sentence }) => (
            <li key={`${line} ${sentence}`}>{t('import.line', { line, sentence })}</li>
          ))}
        </ul>
      </Notice>
    );
  }
  return (
    <>
      <Notice
        tone={isDone ? 'good' : 'still'}
        title={t(isDone ? 'import.done' : 'import.would', figures)}
        isHeard
      />
      {differences.length > 0 && (
        <Panel title={t('import.differences')}>
          <Table
            caption={t('import.differences')}
            rows={differences}
            keyOf={({ kind, key }) => `${kind} ${key}`}
            columns={[
              { title: t('import.kind'), cell: ({ kind }) => t(kindWord(kind)) },
              { title: t('import.key'), cell: ({ key }) => <span className="mono">{key}</span> },
              {
                title: t('import.change'),
                cell: ({ isNew, fields }) =>
                  isNew ? (
                    t('import.new')
                  ) : (
                    <ul className="lines">
                      {fields.map(({ field, before, after }) => (
                        <li key={field}>
                          <span className="mono">{field}</span>: {before || t('none')} →{' '}
                          {after || t('none')}
                        </li>
                      ))}
                    </ul>
                  ),
              },
            ]}
          />
          {changed > differences.length && (
            <p className="soft">
              {t('preview.more', { count: count(changed - differences.length) })}
            </p>
          )}
        </Panel>
      )}
    </>
  );
}

const KINDS = ['aggregator', 'chain', 'seller', 'shop', 'tender', 'offer'] as const;

function kindWord(kind: string) {
  const known = KINDS.find((each) => each === kind) ?? 'offer';
  return `import.kind.${known}` as const;
}
