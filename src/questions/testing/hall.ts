/** Where questions are asked over a test's database, with its statements written down. */
import assert from 'node:assert/strict';
import { openSmallHouse, type SmallHouse } from '../../../test/support/small-house.ts';
import { newCard, openCardStories, type Act, type Operation } from '../../instruments/index.ts';
import { wallClock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/database/index.ts';
import { makeSwitchboard } from '../../suspensions/index.ts';
import { askQuestion, type Asked, type Asking, type QuestionParts } from '../ask-question.ts';
import { openProofCounter } from '../count-proofs.ts';
import { holdDesks } from '../desks.ts';
import type { CodeQuestion } from '../question.ts';
import { questionOf } from './facts.ts';

export interface Hall {
  readonly house: SmallHouse;
  readonly statements: string[];
  readonly refreshDesks: () => Promise<unknown>;
  readonly ask: (question: Partial<CodeQuestion>, asking?: Partial<Asking>) => Promise<Asked>;
  readonly submit: (act: Act) => Promise<{ instrumentId: bigint; code: string }>;
}

export async function openHall(
  database: Database,
  standing: Partial<Pick<QuestionParts, 'switchboard' | 'outage'>> = {},
): Promise<Hall> {
  const house = await openSmallHouse(database);
  const statements: string[] = [];
  const watched: Database = {
    ...database,
    rows: (statement, values) => {
      statements.push(statement.title);
      return database.rows(statement, values);
    },
  };
  const desks = await holdDesks(database);
  const parts: QuestionParts = {
    stories: openCardStories({
      database: watched,
      keys: house.keys,
      clock: wallClock,
      laneCount: house.engine.laneCount,
    }),
    proofs: openProofCounter(watched, { keys: house.keys, clock: wallClock }),
    clock: wallClock,
    catalogue: () => house.catalogue.current(),
    switchboard: () => makeSwitchboard([], 0),
    outage: () => null,
    desks: () => desks.current(),
    ...standing,
  };
  let sent = 0;
  return {
    house,
    statements,
    refreshDesks: () => desks.refresh(database),
    ask: (question, asking = {}) =>
      askQuestion(parts, questionOf({ productId: null, ...question }), {
        issuerId: null,
        environment: [],
        ...asking,
      }),
    async submit(act) {
      sent += 1;
      const envelope = {
        clientId: house.clientId,
        issuerId: house.issuerId,
        requestId: `question-${sent}`,
        arrivedAt: wallClock.now(),
      };
      const outcome = await house.engine.submit({ ...envelope, ...act } as Operation);
      assert.ok(outcome.outcome === 'accepted', JSON.stringify(outcome, textOfBig));
      return { instrumentId: outcome.done.instrumentId ?? 0n, code: outcome.done.code ?? '' };
    },
  };
}

function textOfBig(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

export function issue(house: SmallHouse): Act {
  const seller = [...house.catalogue.current().sellers.keys()][0] ?? 0;
  return {
    kind: 'issue',
    productId: house.product('gift').productId,
    amountMinor: 3_000n,
    unit: 'JPY',
    funding: { from: 'seller', sellerId: seller },
  };
}

export function redeem(house: SmallHouse, code: string, amountMinor: bigint): Act {
  const merchantId = [...house.catalogue.current().merchants.keys()][0] ?? 0;
  return {
    kind: 'redeem',
    card: { by: 'code', code },
    merchantId,
    amountMinor,
    unit: 'JPY',
    isPartialAllowed: false,
  };
}

/** A printed card of which a till could activate the number. */
export async function blankCard(house: SmallHouse): Promise<{ by: 'number'; number: string }> {
  const product = house.product('posa');
  const minted = house.mint.mintAnywhere(product);
  await house.engine.submit({
    clientId: house.clientId,
    issuerId: house.issuerId,
    requestId: `stock ${minted.number}`,
    arrivedAt: wallClock.now(),
    kind: 'stock',
    productId: product.productId,
    lane: minted.lane,
    cards: [newCard(minted, 1_500n)],
  });
  return { by: 'number', number: minted.number ?? '' };
}
