import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { CaseDetail as Detail } from '../../api/answers.ts';
import { caseQuery } from '../../api/cases.ts';
import { useLanguage } from '../../language.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../words.ts';
import { CaseDesk } from './desk.tsx';
import { EvidenceList } from './evidence.tsx';
import { GiftPart } from './gifts.tsx';
import { CaseMark } from './mark.tsx';

/** One case: what was stopped, what was charged, what was seen, what comes next. */
export function CaseDetail() {
  const { t } = useLanguage();
  const { number } = useParams({ from: '/cases/$number' });
  const shown = useQuery(caseQuery(number));
  return (
    <Page title={t('cases.one', { number })} lead={t('cases.lookedAt')}>
      <Shown of={shown}>
        {(detail) => (
          <div className="stack">
            <Head detail={detail} />
            <NextPart detail={detail} />
            <GiftPart detail={detail} />
            <ValuePart detail={detail} />
            <CaseDesk detail={detail} />
            <EventPart detail={detail} />
            <EvidenceList evidence={detail.evidence} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

interface Part {
  readonly detail: Detail;
}

function Head({ detail: { record, member } }: Part) {
  const language = useLanguage();
  const { t, instant } = language;
  const { openedBy, noticeNumber } = record;
  const way = wordOf('caseWay', openedBy, language);
  return (
    <Panel title={t('cases.what')} aside={<CaseMark line={record} />}>
      <Facts
        facts={[
          {
            name: t('cases.member'),
            value: member === null ? t('cases.noMember') : `${member.name} ${member.email}`,
          },
          { name: t('cases.openedAt'), value: instant(record.openedAt) },
          { name: t('cases.openedBy'), value: `${way} ${noticeNumber ?? ''}` },
          { name: t('cases.actor'), value: wordOf('caseActor', record.actor, language) },
          record.words !== null && { name: t('cases.words'), value: record.words },
          record.liftedAt !== null && {
            name: t('cases.lifted'),
            value: `${instant(record.liftedAt)} ${wordOf('caseActor', record.liftedBy ?? '', language)}`,
          },
          record.closedAt !== null && {
            name: t('cases.closed'),
            value: `${instant(record.closedAt)} ${record.closedBy ?? ''} ${record.closingNote ?? ''}`,
          },
        ]}
      />
    </Panel>
  );
}

function NextPart({ detail: { next, others, record } }: Part) {
  const language = useLanguage();
  const { t, instant } = language;
  const { gifts, holdings, awaited } = others;
  return (
    <Panel title={t('cases.next')}>
      {gifts + holdings > 0 && <p>{t('cases.others', { gifts, holdings })}</p>}
      {awaited > 0 && record.liftedAt !== null && <p>{t('cases.awaited', { awaited })}</p>}
      <Table
        caption={t('cases.next')}
        rows={next}
        keyOf={({ kind }) => kind}
        columns={[
          {
            title: t('cases.nextWhat'),
            cell: ({ kind, gifts }) =>
              `${wordOf('caseNext', kind, language)}${gifts > 0 ? ` (${gifts})` : ''}`,
          },
          {
            title: t('cases.nextWho'),
            cell: ({ responsible }) => wordOf('caseWho', responsible, language),
          },
          { title: t('cases.nextBy'), cell: ({ by }) => (by === null ? '-' : instant(by)) },
        ]}
      />
    </Panel>
  );
}

function ValuePart({ detail: { holdings } }: Part) {
  const { t, money, nameOf } = useLanguage();
  return (
    <Panel title={t('cases.value')}>
      {holdings.length === 0 && <p className="soft">{t('cases.noValue')}</p>}
      {holdings.length > 0 && (
        <Table
          caption={t('cases.value')}
          rows={holdings}
          keyOf={({ instrumentId }) => instrumentId}
          columns={[
            {
              title: t('cases.card'),
              cell: ({ instrumentId, product, maskedNumber }) => (
                <Link to="/cards/$instrumentId" params={{ instrumentId }}>
                  {product ? nameOf(product) : instrumentId} {maskedNumber}
                </Link>
              ),
            },
            {
              title: t('cards.balance'),
              isFigure: true,
              cell: ({ spendableMinor, unit }) => money(spendableMinor, unit),
            },
            {
              title: t('cards.heldTitle'),
              isFigure: true,
              cell: ({ heldMinor, unit }) => money(heldMinor, unit),
            },
            {
              title: t('cases.state'),
              cell: ({ isFrozen, releasedAt }) =>
                t(
                  !isFrozen
                    ? 'cases.nothingToFreeze'
                    : releasedAt === null
                      ? 'cases.frozen'
                      : 'cases.released',
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function EventPart({ detail: { events } }: Part) {
  const language = useLanguage();
  const { t, instant } = language;
  return (
    <Panel title={t('cases.events')}>
      <Table
        caption={t('cases.events')}
        rows={events}
        keyOf={({ eventNo }) => eventNo}
        columns={[
          { title: t('audit.at'), cell: ({ at }) => <span className="figure">{instant(at)}</span> },
          {
            title: t('cases.nextWhat'),
            cell: ({ kind, note }) => `${wordOf('caseEvent', kind, language)} ${note ?? ''}`,
          },
          { title: t('cases.actor'), cell: ({ actor }) => wordOf('caseActor', actor, language) },
        ]}
      />
    </Panel>
  );
}
