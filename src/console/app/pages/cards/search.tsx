import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { CardSearch as Answer, FoundCard } from '../../api/answers.ts';
import { useFindCards } from '../../api/cards.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Empty, Loading } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { outcomeText, wordOf } from '../../words.ts';
import { CardMark } from './mark.tsx';

/** One field for everything that a caller can read out: what it is, the server finds out. */
export function CardSearch() {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const found = useFindCards();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    found.mutate(text.trim());
  };
  return (
    <Page title={t('cards.title')} lead={t('cards.lead')}>
      <form className="search-form" onSubmit={send}>
        <TextField
          label={t('cards.text')}
          hint={t('cards.textHint')}
          isRequired
          minLength={4}
          maxLength={200}
          value={text}
          onChange={setText}
        />
        <Button isSubmit isLarge icon="search" isBusy={found.isPending}>
          {t('cards.search')}
        </Button>
      </form>
      <div aria-live="polite" className="stack">
        <RefusalNotice error={found.error} />
        {found.isPending && <Loading />}
        {found.data && !found.isPending && <Found answer={found.data} />}
      </div>
    </Page>
  );
}

function Found({ answer }: { readonly answer: Answer }) {
  const language = useLanguage();
  const { t } = language;
  const { by, cards, requests, isCut } = answer;
  if (cards.length === 0 && requests.length === 0) {
    return (
      <Empty title={t('cards.none')}>
        <p>{t('cards.noneLead')}</p>
      </Empty>
    );
  }
  return (
    <div className="stack wide">
      {by !== null && <p className="soft">{t(`cards.by.${by}`)}</p>}
      {cards.length > 0 && <Cards cards={cards} />}
      {requests.length > 0 && <Requests requests={requests} />}
      {isCut && <p className="soft">{t('cards.more')}</p>}
    </div>
  );
}

function Cards({ cards }: { readonly cards: readonly FoundCard[] }) {
  const { t, nameOf, money, instant } = useLanguage();
  return (
    <Panel title={t('cards.found')}>
      <Table
        caption={t('cards.found')}
        rows={cards}
        keyOf={(card) => card.instrumentId}
        columns={[
          { title: t('state'), cell: (card) => <CardMark {...card} /> },
          {
            title: t('cards.card'),
            cell: (card) => (
              <Link to="/cards/$instrumentId" params={{ instrumentId: card.instrumentId }}>
                <CardName card={card} />
              </Link>
            ),
          },
          { title: t('dim.productId'), cell: (card) => nameOf(card.product) },
          {
            title: t('cards.face'),
            isFigure: true,
            cell: ({ faceMinor, unit }) => (faceMinor === null ? '-' : money(faceMinor, unit)),
          },
          {
            title: t('cards.activatedAt'),
            cell: ({ activatedAt }) => (activatedAt === null ? '-' : instant(activatedAt)),
          },
        ]}
      />
    </Panel>
  );
}

export function CardName({ card }: { readonly card: FoundCard }) {
  const { t } = useLanguage();
  if (card.maskedNumber !== null) return <span className="mono">{card.maskedNumber}</span>;
  if (card.codeLastFour === null) return <span className="mono">{card.instrumentId}</span>;
  return <span>{t('cards.codeEnds', { lastFour: card.codeLastFour })}</span>;
}

function Requests({ requests }: { readonly requests: Answer['requests'] }) {
  const language = useLanguage();
  const { t, instant } = language;
  return (
    <Panel title={t('cards.requests')}>
      <Table
        caption={t('cards.requests')}
        rows={requests}
        keyOf={(request) => `${request.client} ${request.requestId} ${request.instrumentId}`}
        columns={[
          { title: t('audit.at'), cell: (one) => instant(one.arrivedAt) },
          { title: t('cards.kind'), cell: (one) => wordOf('kind', one.kind, language) },
          { title: t('cards.outcome'), cell: (one) => outcomeText(one.outcome, language) },
          { title: t('cards.client'), cell: (one) => one.client },
          {
            title: t('cards.card'),
            cell: ({ instrumentId }) =>
              instrumentId === null ? (
                '-'
              ) : (
                <Link to="/cards/$instrumentId" params={{ instrumentId }}>
                  <span className="mono">{instrumentId}</span>
                </Link>
              ),
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
