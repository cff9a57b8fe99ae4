import { useQuery } from '@tanstack/react-query';
import { useState, type ChangeEvent, type SubmitEvent } from 'react';
import type { HostListReport } from '../api/answers.ts';
import { HOST_LISTS, useBringInHostList, useHostListPreview } from '../api/phishing.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Notice, RefusalNotice } from '../parts/notice.tsx';
import { Page, Panel } from '../parts/page.tsx';
import { Empty, Shown } from '../parts/shown.tsx';
import { Table } from '../parts/table.tsx';
import { wordOf } from '../words.ts';

const BYTES_MAX = 4_000_000;

/** Lists of phishing hosts: what a file holds is looked at before it is brought in. */
export function HostListPage() {
  const { t } = useLanguage();
  const [file, setFile] = useState({ source: '', text: '' });
  const preview = useHostListPreview();
  const done = useBringInHostList();
  const change = (next: typeof file): void => {
    setFile(next);
    preview.reset();
    done.reset();
  };
  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    preview.mutate(file);
  };
  const report = done.data ?? preview.data;
  return (
    <Page title={t('hostList.title')} lead={t('hostList.lead')}>
      <form className="form" onSubmit={look}>
        <FileField
          onChoose={(name, text) =>
            change({ source: file.source === '' ? name : file.source, text })
          }
        />
        <TextField
          label={t('hostList.source')}
          hint={t('hostList.sourceHint')}
          isRequired
          maxLength={200}
          value={file.source}
          onChange={(source) => change({ ...file, source })}
        />
        <RefusalNotice error={preview.error ?? done.error} />
        <div className="row">
          <Button
            isSubmit
            kind={report ? 'quiet' : 'plain'}
            isBusy={preview.isPending}
            isDisabled={file.text === ''}
          >
            {t('hostList.look')}
          </Button>
          {report && !report.isDone && report.hosts > 0 && (
            <Button icon="check" isBusy={done.isPending} onPress={() => done.mutate(file)}>
              {t('hostList.bringIn')}
            </Button>
          )}
        </div>
      </form>
      {report && <Report report={report} />}
      <Before />
    </Page>
  );
}

/** A file that is too large is none. */
function FileField({ onChoose }: { readonly onChoose: (name: string, text: string) => void }) {
  const { t } = useLanguage();
  const [isTooLong, setTooLong] = useState(false);
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [chosen] = event.currentTarget.files ?? [];
    if (chosen === undefined) return;
    setTooLong(chosen.size > BYTES_MAX);
    onChoose(chosen.name, chosen.size > BYTES_MAX ? '' : await chosen.text());
  };
  return (
    <>
      <div className="field">
        <label htmlFor="host-list">{t('hostList.file')}</label>
        <p className="hint" id="host-list-hint">
          {t('hostList.fileHint')}
        </p>
        <input
          id="host-list"
          type="file"
          required
          accept=".csv,text/csv,text/plain"
          aria-describedby="host-list-hint"
          onChange={(event) => void choose(event)}
        />
      </div>
      {isTooLong && <Notice tone="bad" title={t('hostList.tooLong')} isHeard />}
    </>
  );
}

function Report({ report }: { readonly report: HostListReport }) {
  const { t, count } = useLanguage();
  const { isDone, hosts, urls, refused, sample } = report;
  const figures = { hosts: count(hosts), urls: count(urls), refused: count(refused) };
  const word = isDone ? 'hostList.done' : hosts === 0 ? 'hostList.nothing' : 'hostList.would';
  const tone = isDone ? 'good' : hosts === 0 ? 'bad' : 'still';
  return (
    <div className="stack">
      <Notice tone={tone} title={t(word, figures)} isHeard />
      {refused > 0 && <LeftOut report={report} />}
      {!isDone && sample.length > 0 && (
        <Panel title={t('hostList.sample')}>
          <Table
            caption={t('hostList.sample')}
            rows={sample}
            keyOf={({ host }) => host}
            columns={[
              {
                title: t('hostList.host'),
                cell: ({ host }) => <span className="mono">{host}</span>,
              },
              { title: t('hostList.brand'), cell: ({ brand }) => brand },
              { title: t('hostList.days'), cell: daysOf },
              {
                title: t('hostList.count'),
                isFigure: true,
                cell: ({ urlCount }) => count(urlCount),
              },
            ]}
          />
        </Panel>
      )}
    </div>
  );
}

function LeftOut({ report: { lines, ours, refused } }: { readonly report: HostListReport }) {
  const language = useLanguage();
  const { t, count } = language;
  const more = refused - lines.length - ours.length;
  return (
    <Panel title={t('hostList.refused')}>
      <ul className="lines">
        {lines.map(({ line, why }) => (
          <li key={line}>
            {t('hostList.line', { line, why: wordOf('hostListWhy', why, language) })}
          </li>
        ))}
        {ours.map((host) => (
          <li key={host}>
            {t('hostList.ours')}: <span className="mono">{host}</span>
          </li>
        ))}
        {more > 0 && <li>{t('hostList.more', { count: count(more) })}</li>}
      </ul>
    </Panel>
  );
}

function Before() {
  const { t, count, instant } = useLanguage();
  const lists = useQuery(HOST_LISTS);
  return (
    <Panel title={t('hostList.before')}>
      <Shown of={lists}>
        {({ hosts, lists: found }) => (
          <>
            <p className="soft">{t('hostList.known', { count: count(hosts) })}</p>
            {found.length === 0 && <Empty title={t('hostList.none')} />}
            {found.length > 0 && (
              <Table
                caption={t('hostList.before')}
                rows={found}
                keyOf={({ listId }) => listId}
                columns={[
                  { title: t('hostList.source'), cell: ({ source }) => source },
                  { title: t('hostList.days'), cell: daysOf },
                  {
                    title: t('hostList.hosts'),
                    isFigure: true,
                    cell: (list) => count(list.hosts),
                  },
                  {
                    title: t('hostList.left'),
                    isFigure: true,
                    cell: ({ refused }) => count(refused),
                  },
                  { title: t('hostList.at'), cell: ({ importedAt }) => instant(importedAt) },
                  { title: t('hostList.by'), cell: ({ importedBy }) => importedBy },
                ]}
              />
            )}
          </>
        )}
      </Shown>
    </Panel>
  );
}

function daysOf({ firstOn, lastOn }: { readonly firstOn: string; readonly lastOn: string }) {
  return firstOn === lastOn ? firstOn : `${firstOn} - ${lastOn}`;
}
