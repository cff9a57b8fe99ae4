import type { CardStory } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { outcomeText, wordOf } from '../../words.ts';

export function Requests(props: {
  readonly requests: CardStory['requests'];
  readonly unit: string;
}) {
  const language = useLanguage();
  const { t, instant, money, nameOf } = language;
  const { requests, unit } = props;
  return (
    <Panel title={t('cards.requests')}>
      {requests.length === 0 && <p className="soft">{t('cards.noRequests')}</p>}
      {requests.length > 0 && (
        <Table
          caption={t('cards.requests')}
          rows={requests}
          keyOf={(request) => `${request.client} ${request.requestId}`}
          columns={[
            {
              title: t('audit.at'),
              cell: (one) => <span className="figure">{instant(one.arrivedAt)}</span>,
            },
            { title: t('cards.kind'), cell: (one) => wordOf('kind', one.kind, language) },
            {
              title: t('cards.outcome'),
              cell: (one) => (
                <>
                  {outcomeText(one.outcome, language)}
                  {one.isReversed && <span className="small soft">{t('outcome.reversed')}</span>}
                </>
              ),
            },
            {
              title: t('amount'),
              isFigure: true,
              cell: (one) => (one.amountMinor === null ? '-' : money(one.amountMinor, unit)),
            },
            {
              title: t('cards.balanceAfter'),
              isFigure: true,
              cell: (one) => (one.balanceMinor === null ? '-' : money(one.balanceMinor, unit)),
            },
            {
              title: t('cards.client'),
              cell: ({ merchant, seller, client }) =>
                merchant ? nameOf(merchant) : seller ? nameOf(seller) : client,
            },
            {
              title: t('cards.requestId'),
              cell: (one) => <span className="mono">{one.requestId}</span>,
            },
          ]}
        />
      )}
    </Panel>
  );
}

export function Lots({ story }: { readonly story: CardStory }) {
  const language = useLanguage();
  const { t, money, instant } = language;
  const { lots, card } = story;
  if (lots.length === 0) return null;
  return (
    <Panel title={t('cards.lots')}>
      <Table
        caption={t('cards.lots')}
        rows={lots}
        keyOf={(lot) => lot.lotId}
        columns={[
          { title: t('cards.lotClass'), cell: (lot) => wordOf('lotClass', lot.lotClass, language) },
          {
            title: t('cards.loaded'),
            isFigure: true,
            cell: (lot) => money(lot.loadedMinor, card.unit),
          },
          {
            title: t('cards.balance'),
            isFigure: true,
            cell: (lot) => money(lot.remainingMinor, card.unit),
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

export function Holds({ story }: { readonly story: CardStory }) {
  const { t, money, instant, nameOf } = useLanguage();
  const { holds, card } = story;
  if (holds.length === 0) return null;
  return (
    <Panel title={t('cards.holds')}>
      <Table
        caption={t('cards.holds')}
        rows={holds}
        keyOf={(hold) => hold.holdId}
        columns={[
          {
            title: t('cards.client'),
            cell: ({ merchant, client }) => (merchant ? nameOf(merchant) : client),
          },
          {
            title: t('amount'),
            isFigure: true,
            cell: (hold) => money(hold.amountMinor, card.unit),
          },
          {
            title: t('cards.captured'),
            isFigure: true,
            cell: (hold) => money(hold.capturedMinor, card.unit),
          },
          { title: t('audit.at'), cell: (hold) => instant(hold.openedAt) },
          { title: t('cards.expires'), cell: (hold) => instant(hold.expiresAt) },
        ]}
      />
    </Panel>
  );
}

export function Transfers({ story }: { readonly story: CardStory }) {
  const language = useLanguage();
  const { t, money, instant } = language;
  const { transfers, card } = story;
  if (transfers.length === 0) return null;
  return (
    <Panel title={t('cards.transfers')}>
      <Table
        caption={t('cards.transfers')}
        rows={transfers}
        keyOf={(transfer) => transfer.transferId}
        columns={[
          {
            title: t('audit.at'),
            cell: (one) => <span className="figure">{instant(one.decidedAt)}</span>,
          },
          { title: t('cards.kind'), cell: (one) => wordOf('kind', one.kind, language) },
          {
            title: t('amount'),
            isFigure: true,
            cell: ({ direction, amountMinor }) =>
              `${direction === 'in' ? '+' : '-'}${money(amountMinor, card.unit)}`,
          },
          {
            title: t('cards.requestId'),
            cell: (one) => <span className="mono">{one.requestId}</span>,
          },
        ]}
      />
    </Panel>
  );
}
