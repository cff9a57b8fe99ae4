import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { AuditList, AuditLine } from '../api/answers.ts';
import { ask, withQuery } from '../api/ask.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Shown } from '../parts/shown.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { Table } from '../parts/table.tsx';
import { wordOf } from '../words.ts';

export interface AuditAsked {
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly kind?: 'act' | 'look' | undefined;
  readonly before?: string | undefined;
}

function auditQuery(asked: AuditAsked) {
  return queryOptions({
    queryKey: ['audit', asked],
    queryFn: () => ask<AuditList>('GET', withQuery('/audit', { ...asked })),
    placeholderData: keepPreviousData,
  });
}

/** Who did what, and who looked at whom; newest first, never changed. */
export function Audit() {
  const { t } = useLanguage();
  const asked = useSearch({ from: '/audit' });
  const rows = useQuery(auditQuery(asked));
  return (
    <Page title={t('audit.title')} lead={t('audit.lead')}>
      <Filters asked={asked} key={`${asked.actor} ${asked.subject}`} />
      <Shown of={rows}>
        {({ rows: found, next }) => (
          <div className="stack">
            {found.length === 0 ? <Empty title={t('audit.none')} /> : <Lines lines={found} />}
            {next !== null && (
              <div>
                <Link to="/audit" search={{ ...asked, before: next }} className="button quiet">
                  {t('pager.older')}
                </Link>
              </div>
            )}
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Filters({ asked }: { readonly asked: AuditAsked }) {
  const { t } = useLanguage();
  const navigate = useNavigate({ from: '/audit' });
  const [actor, setActor] = useState(asked.actor ?? '');
  const [subject, setSubject] = useState(asked.subject ?? '');
  const [kind, setKind] = useState<string>(asked.kind ?? '');
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    void navigate({
      search: {
        actor: actor.trim() || undefined,
        subject: subject.trim() || undefined,
        kind: kind === 'act' || kind === 'look' ? kind : undefined,
      },
    });
  };
  return (
    <form className="form across" onSubmit={send}>
      <TextField label={t('audit.actor')} value={actor} onChange={setActor} />
      <TextField label={t('audit.subject')} value={subject} onChange={setSubject} />
      <SelectField
        label={t('audit.kind')}
        value={kind}
        choices={[
          { value: '', word: t('scope.any') },
          { value: 'act', word: t('audit.act') },
          { value: 'look', word: t('audit.look') },
        ]}
        onChange={setKind}
      />
      <Button isSubmit kind="quiet" icon="search">
        {t('audit.search')}
      </Button>
    </form>
  );
}

function Lines({ lines }: { readonly lines: readonly AuditLine[] }) {
  const language = useLanguage();
  const { t, instant } = language;
  return (
    <Table
      caption={t('audit.title')}
      rows={lines}
      keyOf={(line) => String(line.auditId)}
      columns={[
        {
          title: t('audit.number'),
          cell: (line) => <span className="figure">{line.auditId}</span>,
        },
        {
          title: t('audit.at'),
          cell: (line) => <span className="figure">{instant(line.at)}</span>,
        },
        {
          title: t('audit.kind'),
          cell: ({ kind }) => (
            <StateMark
              mark={kind === 'look' ? MARKS.proposed : MARKS.over}
              word={t(`audit.${kind}`)}
            />
          ),
        },
        { title: t('audit.actor'), cell: (line) => line.actorName ?? line.actor },
        {
          title: t('audit.what'),
          cell: (line) => (
            <>
              {wordOf('act', line.act, language)} <Subject line={line} />
              <div className="mono soft small">
                {line.act} {line.subject}
              </div>
              <Detail detail={line.detail} />
            </>
          ),
        },
      ]}
    />
  );
}

/** What it was done to, where words say more than the raw subject below it. */
function Subject({ line }: { readonly line: AuditLine }) {
  const { t } = useLanguage();
  const { subject, subjectName } = line;
  if (subjectName !== null) return <span>{subjectName}</span>;
  const [, kind, id] = /^(suspension|approval):([0-9]{1,16})$/.exec(subject) ?? [];
  if (kind === 'suspension' && id) {
    return (
      <Link to="/switch/$suspensionId" params={{ suspensionId: id }}>
        {t('subject.suspension', { id })}
      </Link>
    );
  }
  if (kind === 'approval' && id) {
    return (
      <Link to="/approvals/$approvalId" params={{ approvalId: id }}>
        {t('subject.approval', { id })}
      </Link>
    );
  }
  const [, incidentId] = /^inc_([0-9]{1,16})$/.exec(subject) ?? [];
  return incidentId === undefined ? null : <span>{t('subject.incident', { id: incidentId })}</span>;
}

function Detail({ detail }: { readonly detail: unknown }) {
  const { t } = useLanguage();
  const text = JSON.stringify(detail, null, 2);
  if (text === '{}') return null;
  return (
    <details>
      <summary>{t('audit.detail')}</summary>
      <pre className="change mono">{text}</pre>
    </details>
  );
}
