import type { FastifyInstance } from 'fastify';
import type { RefusalText } from '../doors/http/index.ts';
import { REFUSAL_TEXTS } from '../doors/http/index.ts';
import type { Client } from '../clients/index.ts';
import {
  readCardHistory,
  REFUSALS,
  searchCards,
  type CardDeskParts,
  type Engine,
  type Outcome,
  type Refusal,
} from '../instruments/index.ts';
import { newSecret, type Random } from '../kernel/crypto.ts';
import { parsePublicId } from '../kernel/ids.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Operator } from '../operators/index.ts';
import type { Switchboard } from '../suspensions/index.ts';
import { cardQuestion, cardStoryQuery, freezeForm } from './card-contract.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import {
  showHistory,
  showSearch,
  showSuspensions,
  showTransfers,
  type Names,
} from './show-card.ts';

export interface CardParts {
  readonly desk: CardDeskParts;
  readonly engine: Pick<Engine, 'submit' | 'inquireBalance' | 'listTransfers'>;
  readonly random: Random;
  /** Companies of an issuer: whose requests may be meant, and how they are called. */
  clientsOf(issuerId: number): Promise<readonly Client[]>;
  /** In whose name the staff freezes. */
  houseClientId(issuerId: number): Promise<number>;
  switchboard(): Switchboard;
}

const TRANSFERS_SHOWN = 100;

/** Search, one card's whole story, and the freeze that comes before every question. Each look leaves its row. */
export function cardRoutes(cards: CardParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/cards/search',
      permission: 'cards:look',
      audit: 'look',
      body: cardQuestion,
      // What was asked for may be a whole code: the trail has its end only.
      note: ({ body }) => ({
        act: 'cards.search',
        subject: `…${body.text.slice(-4)}`,
        detail: { length: body.text.length },
      }),
      act: async (_operator, { issuer: { issuerId }, body: { text } }) => {
        const names = await namesOf(parts, cards, issuerId);
        const clientIds = [...names.clients.keys()];
        const found = await searchCards(cards.desk, { issuerId, clientIds, text });
        return accepted(showSearch(names, found));
      },
    });
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/cards/:instrumentId',
      permission: 'cards:look',
      audit: 'look',
      query: cardStoryQuery,
      note: () => ({ act: 'cards.story' }),
      act: (operator, sent) => tellStory(parts, cards, operator, sent),
    });
    registerFreezes(scope, parts, cards);
  };
}

async function tellStory(
  parts: ConsoleParts,
  cards: CardParts,
  operator: Operator,
  sent: Pick<
    ConsoleSent<typeof freezeForm, typeof cardStoryQuery>,
    'issuer' | 'params' | 'query' | 'arrivedAt'
  >,
): Promise<Result<object, 'not_found'>> {
  const { issuerId } = sent.issuer;
  const instrumentId = parsePublicId('ins', sent.params['instrumentId'] ?? '');
  if (instrumentId === null) return refused('not_found');
  const before = sent.query.before ?? null;
  const history = await readCardHistory(cards.desk, { issuerId, instrumentId, before });
  if (history === undefined) return refused('not_found');
  const asker = { issuerId, clientId: 0 };
  const [names, balance, transfers] = await Promise.all([
    namesOf(parts, cards, issuerId),
    cards.engine.inquireBalance(asker, { by: 'instrument', instrumentId }),
    cards.engine.listTransfers(asker, instrumentId, { before: null, size: TRANSFERS_SHOWN }),
  ]);
  return accepted({
    ...showHistory(names, history),
    spendableMinor: balance.ok ? balance.value.spendableMinor : 0n,
    heldMinor: balance.ok ? balance.value.heldMinor : 0n,
    transfers: transfers.ok ? showTransfers(transfers.value) : [],
    suspensions: showSuspensions(names, cards.switchboard(), history.card, sent.arrivedAt),
    freezesAs: ownDesk(operator),
  });
}

/** Whose freeze it will be: nobody lifts another desk's (R14). */
function ownDesk(operator: Operator): 'support' | 'fraud' | null {
  if (!operator.permissions.has('cards:freeze')) return null;
  return operator.roles.includes('fraud') ? 'fraud' : 'support';
}

function registerFreezes(scope: FastifyInstance, parts: ConsoleParts, cards: CardParts): void {
  for (const kind of ['freeze', 'unfreeze'] as const) {
    consoleRoute(scope, parts, {
      method: 'POST',
      url: `/cards/:instrumentId/${kind}`,
      permission: 'cards:freeze',
      audit: 'act',
      body: freezeForm,
      note: ({ body }) => ({ act: `cards.${kind}`, detail: { reason: body.reason } }),
      refusals: CARD_REFUSALS,
      act: async (operator, { issuer: { issuerId }, params, body, arrivedAt }) => {
        const instrumentId = parsePublicId('ins', params['instrumentId'] ?? '');
        const owner = ownDesk(operator);
        if (instrumentId === null || owner === null) return refused('not_found');
        const asked = {
          clientId: await cards.houseClientId(issuerId),
          issuerId,
          requestId: `console:${newSecret(cards.random)}`,
          arrivedAt,
          card: { by: 'instrument', instrumentId },
          owner,
        } as const;
        const outcome = await cards.engine.submit(
          kind === 'freeze' ? { kind, ...asked, reason: body.reason } : { kind, ...asked },
        );
        return resultOf(outcome);
      },
    });
  }
}

function resultOf(outcome: Outcome): Result<object, Refusal | 'try_again' | 'not_known'> {
  if (outcome.outcome === 'accepted') {
    return accepted({ state: outcome.done.state, decidedAt: outcome.done.decidedAt });
  }
  if (outcome.outcome === 'refused') return refused(outcome.refusal);
  return refused(outcome.outcome === 'not_done' ? 'try_again' : 'not_known');
}

interface ClientNames extends Names {
  readonly clients: ReadonlyMap<number, string>;
}

async function namesOf(
  parts: ConsoleParts,
  cards: CardParts,
  issuerId: number,
): Promise<ClientNames> {
  const rows = await cards.clientsOf(issuerId);
  const clients = new Map(rows.map(({ clientId, name }) => [clientId, name]));
  const client = (clientId: number) => clients.get(clientId) ?? String(clientId);
  return { catalogue: parts.catalogue(), clients, client };
}

/** The same words as at the doors, so that a clerk, the desk and the customer hear one story. */
const CARD_REFUSALS: Readonly<Record<Refusal | 'try_again' | 'not_known', RefusalText>> = {
  ...(Object.fromEntries(REFUSALS.map((code) => [code, REFUSAL_TEXTS[code]])) as Record<
    Refusal,
    RefusalText
  >),
  try_again: refusal(
    503,
    ['The server cannot take this now', 'ただいま処理できません'],
    [
      'Nothing was done. Try again in a moment.',
      '処理は行われていません。少し待ってからお試しください。',
    ],
  ),
  not_known: refusal(
    503,
    ['It is not known whether this was done', '処理結果が確認できません'],
    [
      'Load the card again: its freezes say it.',
      'カードを読み込み直し、凍結の状態を確認してください。',
    ],
  ),
};
