import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { FoundCard } from '../../api/answers.ts';
import { CARD_NAMES, useFindCards, type CardName } from '../../api/cards.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { RadioChoices, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Loading } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';
import { CardMark } from './mark.tsx';

/** One field for everything that a caller can read out. */
export function CardSearch() {
  const { t } = useLanguage();
  const [by, setBy] = useState<CardName>('number');
  const [text, setText] = useState('');
  const found = useFindCards();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    found.mutate({ by, text: text.trim() });
  };
  return (
    <Page title={t('cards.title')} lead={t('cards.lead')}>
      <form className="stack" onSubmit={send}>
        <RadioChoices
          legend={t('cards.by')}
          value={by}
          choices={CARD_NAMES.map((each) => ({ value: each, word: t(`cards.by.${each}`) }))}
          onChange={(value) => setBy(value as CardName)}
        />
        <div className="search-form">
          <TextField
            label={t(`cards.by.${by}`)}
            hint={t(`cards.hint.${by}`)}
            inputMode={by === 'receipt' ? 'text' : 'numeric'}
            isRequired
            maxLength={128}
            value={text}
            onChange={setText}
          />
          <Button isSubmit isLarge icon="search" isBusy={found.isPending}>
            {t('cards.search')}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="stack">
        <RefusalNotice error={found.error} />
        {found.isPending && <Loading />}
        {found.data?.cards.length === 0 && (
          <Empty title={t('cards.none')}>
            <p>{t('cards.noneLead')}</p>
          </Empty>
        )}
        {found.data && found.data.cards.length > 0 && <Found cards={found.data.cards} />}
        {found.data?.isMore === true && <p className="soft">{t('cards.more')}</p>}
      </div>
    </Page>
  );
}

function Found({ cards }: { readonly cards: readonly FoundCard[] }) {
  const { t, nameOf, money } = useLanguage();
  return (
    <Table
      caption={t('cards.found')}
      rows={cards}
      keyOf={(card) => String(card.instrumentId)}
      columns={[
        { title: t('state'), cell: (card) => <CardMark {...card} /> },
        {
          title: t('cards.card'),
          cell: (card) => (
            <Link to="/cards/$instrumentId" params={{ instrumentId: String(card.instrumentId) }}>
              <span className="mono">{card.maskedNumber ?? card.instrumentId}</span>
            </Link>
          ),
        },
        { title: t('dim.productId'), cell: (card) => nameOf(card.product) },
        {
          title: t('cards.balance'),
          isFigure: true,
          cell: (card) => money(card.spendableMinor, card.unit),
        },
      ]}
    />
  );
}
