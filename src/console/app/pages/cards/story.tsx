import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { CardStory } from '../../api/answers.ts';
import { cardQuery } from '../../api/cards.ts';
import { useLanguage } from '../../language.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { refusalText, wordOf } from '../../words.ts';
import { operationsText, scopeTitle, SuspensionState } from '../switch/scope.tsx';
import { FreezeDesk } from './freeze.tsx';
import { CardMark } from './mark.tsx';

/** Everything of one card: what is on it, what stops it, and all that was ever asked of it. */
export function CardPage() {
  const { t } = useLanguage();
  const { instrumentId } = useParams({ from: '/cards/$instrumentId' });
  const story = useQuery(cardQuery(instrumentId));
  return (
    <Page title={story.data?.maskedNumber ?? t('cards.card')} lead={t('cards.looked')}>
      <Shown of={story}>{(card) => <Story card={card} />}</Shown>
    </Page>
  );
}

function Story({ card }: { readonly card: CardStory }) {
  const { t, money, nameOf } = useLanguage();
  return (
    <div className="stack wide">
      <section className="card">
        <div className="row">
          <CardMark {...card} isLarge />
          <span>{nameOf(card.product)}</span>
        </div>
        <p className="instant">
          <span className="soft">{t('cards.balance')}</span>
          <strong className="figure">{money(card.spendableMinor, card.unit)}</strong>
        </p>
        {card.heldMinor > 0 && (
          <p>{t('cards.held', { amount: money(card.heldMinor, card.unit) })}</p>
        )}
      </section>
      <Suspensions card={card} />
      <FreezeDesk card={card} />
      <Facts
        facts={[
          { name: t('cards.id'), value: <span className="mono">{card.instrumentId}</span> },
          card.faceMinor !== null && {
            name: t('cards.face'),
            value: money(card.faceMinor, card.unit),
          },
          card.soldBy !== null && { name: t('dim.soldBySellerId'), value: nameOf(card.soldBy) },
        ]}
      />
      <Requests card={card} />
      <Lots card={card} />
    </div>
  );
}

function Suspensions({ card }: { readonly card: CardStory }) {
  const language = useLanguage();
  const { t } = language;
  if (card.suspensions.length === 0) return null;
  return (
    <Notice tone="bad" title={t('cards.suspended')}>
      {card.suspensions.map((each) => (
        <div key={each.suspensionId} className="row">
          <SuspensionState state={each.state} />
          <Link to="/switch/$suspensionId" params={{ suspensionId: String(each.suspensionId) }}>
            {scopeTitle(each.names, language)} ({operationsText(each.operations, language)})
          </Link>
        </div>
      ))}
    </Notice>
  );
}

function Requests({ card }: { readonly card: CardStory }) {
  const language = useLanguage();
  const { t, instant, money } = language;
  return (
    <Panel title={t('cards.requests')}>
      {card.requests.length === 0 && <p className="soft">{t('cards.noRequests')}</p>}
      <Table
        caption={t('cards.requests')}
        rows={card.requests}
        keyOf={(request) => `${request.client} ${request.requestId}`}
        columns={[
          {
            title: t('audit.at'),
            cell: (one) => <span className="figure">{instant(one.at)}</span>,
          },
          { title: t('cards.kind'), cell: (one) => wordOf('kind', one.kind, language) },
          {
            title: t('cards.outcome'),
            cell: ({ outcome, refusal }) =>
              refusal === null
                ? wordOf('outcome', outcome, language)
                : refusalText(refusal, language),
          },
          {
            title: t('amount'),
            isFigure: true,
            cell: (one) => (one.amountMinor === null ? '-' : money(one.amountMinor, card.unit)),
          },
          { title: t('cards.client'), cell: (one) => one.place ?? one.client },
          {
            title: t('cards.requestId'),
            cell: (one) => <span className="mono">{one.requestId}</span>,
          },
        ]}
      />
    </Panel>
  );
}

function Lots({ card }: { readonly card: CardStory }) {
  const language = useLanguage();
  const { t, money, instant } = language;
  if (card.lots.length === 0) return null;
  return (
    <Panel title={t('cards.lots')}>
      <Table
        caption={t('cards.lots')}
        rows={card.lots}
        keyOf={(lot) => String(lot.lotId)}
        columns={[
          { title: t('cards.lotClass'), cell: (lot) => wordOf('lotClass', lot.lotClass, language) },
          {
            title: t('cards.balance'),
            isFigure: true,
            cell: (lot) => money(lot.spendableMinor, card.unit),
          },
          {
            title: t('cards.heldTitle'),
            isFigure: true,
            cell: (lot) => money(lot.heldMinor, card.unit),
          },
          {
            title: t('cards.expires'),
            cell: (lot) => (lot.expiresAt === null ? t('cards.never') : instant(lot.expiresAt)),
          },
        ]}
      />
    </Panel>
  );
}
