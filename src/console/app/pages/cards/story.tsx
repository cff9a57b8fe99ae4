import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CardStory } from '../../api/answers.ts';
import { cardQuery } from '../../api/cards.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Facts, Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { wordOf } from '../../words.ts';
import { operationsText } from '../switch/scope.tsx';
import { FreezeDesk } from './freeze.tsx';
import { Holds, Lots, Requests, Transfers } from './lists.tsx';
import { CardMark } from './mark.tsx';
import { CardName } from './search.tsx';

/** Everything of one card: what is on it, what stops it, and all that was ever asked of it. */
export function CardPage() {
  const { t } = useLanguage();
  const { instrumentId } = useParams({ from: '/cards/$instrumentId' });
  const story = useInfiniteQuery(cardQuery(instrumentId));
  const [first] = story.data?.pages ?? [];
  return (
    <Page title={t('cards.one')} lead={t('cards.looked')}>
      <Shown of={story}>
        {({ pages }) =>
          first && (
            <Story
              story={first}
              requests={pages.flatMap((page) => page.requests)}
              older={
                story.hasNextPage && (
                  <Button
                    kind="quiet"
                    isBusy={story.isFetchingNextPage}
                    onPress={() => void story.fetchNextPage()}
                  >
                    {t('pager.older')}
                  </Button>
                )
              }
            />
          )
        }
      </Shown>
    </Page>
  );
}

function Story(props: {
  readonly story: CardStory;
  readonly requests: CardStory['requests'];
  readonly older: ReactNode;
}) {
  const { t, money, nameOf, instant } = useLanguage();
  const { story, requests, older } = props;
  const { card, spendableMinor, heldMinor } = story;
  return (
    <div className="stack wide">
      <section className="card">
        <div className="row">
          <CardMark {...card} isLarge />
          <strong>
            <CardName card={card} />
          </strong>
          <span>{nameOf(card.product)}</span>
        </div>
        <p className="instant">
          <span className="soft">{t('cards.balance')}</span>
          <strong className="figure">{money(spendableMinor, card.unit)}</strong>
        </p>
        {heldMinor > 0 && <p>{t('cards.held', { amount: money(heldMinor, card.unit) })}</p>}
      </section>
      <Suspensions story={story} />
      <Items story={story} />
      <FreezeDesk story={story} />
      <Facts
        facts={[
          { name: t('cards.id'), value: <span className="mono">{card.instrumentId}</span> },
          card.faceMinor !== null && {
            name: t('cards.face'),
            value: money(card.faceMinor, card.unit),
          },
          card.seller !== null && { name: t('dim.soldBySellerId'), value: nameOf(card.seller) },
          card.activatedAt !== null && {
            name: t('cards.activatedAt'),
            value: instant(card.activatedAt),
          },
        ]}
      />
      <Requests requests={requests} unit={card.unit} />
      {older && <div>{older}</div>}
      <Lots story={story} />
      <Holds story={story} />
      <Transfers story={story} />
    </div>
  );
}

/** Not of this card alone, but they may be why it does not work. */
function Suspensions({ story }: { readonly story: CardStory }) {
  const language = useLanguage();
  const { t, nameOf, locale } = language;
  if (story.suspensions.length === 0) return null;
  return (
    <Notice tone="bad" title={t('cards.suspended')}>
      {story.suspensions.map((each) => (
        <p key={each.suspensionId}>
          <Link to="/switch/$suspensionId" params={{ suspensionId: String(each.suspensionId) }}>
            {locale === 'ja' ? each.textJa : each.textEn}
          </Link>{' '}
          ({[operationsText(each.operations, language), ...each.places.map(nameOf)].join(', ')})
        </p>
      ))}
    </Notice>
  );
}

function Items({ story }: { readonly story: CardStory }) {
  const language = useLanguage();
  const { t, instant } = language;
  if (story.items.length === 0) return null;
  return (
    <Notice tone="wait" title={t('cards.items')}>
      {story.items.map((item) => (
        <p key={item.itemId}>
          {wordOf('item', item.cause, language)} {instant(item.openedAt)}{' '}
          <span className="mono">{item.requestId}</span>
        </p>
      ))}
    </Notice>
  );
}
