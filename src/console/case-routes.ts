import type { FastifyInstance } from 'fastify';
import type {
  CaseDesk,
  CaseRecord,
  CaseRefusal,
  Cases,
  CaseStory,
  DeskStory,
} from '../cases/index.ts';
import { maskedCaller, reportedUntil } from '../cases/index.ts';
import type { RefusalText } from '../doors/http/index.ts';
import { publicId } from '../kernel/ids.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Approvals } from '../operators/index.ts';
import { APPROVAL_REFUSALS } from './approval-routes.ts';
import { LIFT, REFUND } from './case-approvals.ts';
import {
  casesQuery,
  closeCaseForm,
  liftForm,
  memberForm,
  newCase,
  noteForm,
  refundForm,
  type CaseLine,
  type ShownCase,
} from './case-contract.ts';
import { refusal } from './problems.ts';
import { showEvidence } from './show-evidence.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';
import { readStaffNames, type NameOfActor } from './staff-names.ts';

export interface CaseRouteParts {
  readonly cases: Pick<Cases, 'notMe' | 'inForce' | 'desk'>;
  readonly approvals: Approvals;
}

/** Cases of members: the list, one with all that was seen, and "that was not me" by phone. */
export function caseRoutes(shared: CaseRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    registerLooks(scope, parts, shared);
    registerByPhone(scope, parts, shared);
    registerDesk(scope, parts, shared.cases.desk);
    registerForTwo(scope, parts, shared);
  };
}

function registerLooks(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { cases: { desk } }: CaseRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/cases',
    permission: 'cases:settle',
    audit: 'look',
    query: casesQuery,
    note: ({ query }) => ({ act: 'cases.list', detail: { which: query.which } }),
    async act(_operator, { issuer: { issuerId }, query: { which, before, limit } }) {
      const page = { isOpenOnly: which === 'open', before: before ?? null, size: limit };
      const found = await desk.list({ issuerId, ...page });
      const last = found.length === limit ? found.at(-1) : undefined;
      const next = last ? String(last.caseId) : null;
      return accepted({ cases: found.map(lineOf), next });
    },
  });
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/cases/:number',
    permission: 'cases:settle',
    audit: 'look',
    note: () => ({ act: 'cases.look' }),
    async act(_operator, { issuer: { issuerId }, params: { number = '' } }) {
      const story = await desk.read({ issuerId, number });
      if (story === null) return refused('not_found');
      const nameOf = await readStaffNames(parts.connection);
      return accepted(await shownCase(parts, desk, story, nameOf));
    },
  });
}

/** Somebody calls: the member is found by its address, and everything of it is stopped while it speaks. */
function registerByPhone(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { cases }: CaseRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/members/find',
    permission: 'members:look',
    audit: 'look',
    body: memberForm,
    // The trail says who was found, and what was asked without keeping an address or a number that stops an account.
    note: ({ body: { whom, reason } }) => {
      const asked = maskedCaller(whom);
      return { act: 'members.find', subject: asked, detail: { asked, reason } };
    },
    refusals: { member_not_found: NO_MEMBER },
    async act(_operator, { body: { whom }, found }) {
      const member = await cases.desk.findMember(whom);
      if (member === undefined) return refused('member_not_found');
      found(member.memberId);
      return accepted({ ...member, caseInForce: await cases.inForce(member.memberId) });
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/cases',
    permission: 'cases:settle',
    audit: 'act',
    body: newCase,
    note: ({ body: { memberId } }) => ({ act: 'cases.open', subject: memberId, detail: {} }),
    refusals: { member_not_found: NO_MEMBER },
    async act({ actor }, { issuer: { issuerId }, body: { memberId, words } }) {
      const opened = await cases.notMe({ memberId, by: 'support', actor, words, issuerId });
      return opened === undefined ? refused('member_not_found') : accepted(opened);
    },
  });
}

function registerDesk(scope: FastifyInstance, parts: ConsoleParts, desk: CaseDesk): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/cases/:number/notes',
    permission: 'cases:settle',
    audit: 'act',
    body: noteForm,
    refusals: CASE_REFUSALS,
    act: ({ actor }, { issuer: { issuerId }, params: { number = '' }, body, record }) =>
      parts.connection.transaction(async (on) => {
        const noted = await desk.note(on, { number, issuerId, actor, ...body });
        if (noted.ok) {
          await record(on, { act: 'cases.note', subject: number, detail: { lookAt: body.lookAt } });
        }
        return numberOf(noted, number);
      }),
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/cases/:number/close',
    permission: 'cases:settle',
    audit: 'act',
    body: closeCaseForm,
    refusals: CASE_REFUSALS,
    act: ({ actor }, { issuer: { issuerId }, params: { number = '' }, body: { note }, record }) =>
      parts.connection.transaction(async (on) => {
        const closed = await desk.close(on, { number, issuerId, actor, note });
        if (closed.ok) await record(on, { act: 'cases.close', subject: number, detail: { note } });
        return numberOf(closed, number);
      }),
  });
}

/** What is given back to somebody who has not proved who it is, two people decide (R33). */
function registerForTwo(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { cases: { desk }, approvals }: CaseRouteParts,
): void {
  const asks = {
    method: 'POST',
    permission: 'cases:settle',
    audit: null, // the asking writes its own row
    refusals: APPROVAL_REFUSALS,
  } as const;
  consoleRoute(scope, parts, {
    ...asks,
    url: '/cases/:number/lift',
    body: liftForm,
    async act(operator, { issuer: { issuerId }, params: { number = '' }, body: { reason } }) {
      const asked = { kind: LIFT, issuerId, change: { number }, reason };
      return approvalOf(await approvals.ask(operator, asked));
    },
  });
  consoleRoute(scope, parts, {
    ...asks,
    url: '/cases/:number/refunds',
    body: refundForm,
    async act(operator, { issuer: { issuerId }, params: { number = '' }, body }) {
      const { giftId, reason } = body;
      const story = await desk.read({ issuerId, number });
      const found = story?.gifts.find(({ gift }) => String(gift.giftId) === giftId);
      if (found === undefined) return refused('not_found');
      const { amountMinor, unit } = found.gift;
      const change = { number, giftId, amountMinor: Number(amountMinor), unit };
      return approvalOf(await approvals.ask(operator, { kind: REFUND, issuerId, change, reason }));
    },
  });
}

type Asked = Awaited<ReturnType<Approvals['ask']>>;

function approvalOf(asked: Asked): Exclude<Asked, { ok: true }> | Result<object, never> {
  return asked.ok ? accepted({ approvalId: String(asked.value.approvalId) }) : asked;
}

function numberOf(done: Result<bigint, CaseRefusal>, number: string): Result<object, CaseRefusal> {
  return done.ok ? accepted({ number }) : done;
}

function lineOf(record: CaseRecord): CaseLine {
  const { number, openedBy, openedAt, stoppedAt, lookAt, liftedAt, closedAt } = record;
  return { number, openedBy, openedAt, stoppedAt, lookAt, liftedAt, closedAt };
}

async function shownCase(
  parts: ConsoleParts,
  desk: CaseDesk,
  story: DeskStory,
  nameOf: NameOfActor,
): Promise<ShownCase> {
  const { record, gifts, sums, holdings, events, next, others } = story;
  const member = await desk.memberOf(record);
  const { products } = parts.catalogue();
  return {
    record: {
      ...lineOf(record),
      memberId: record.memberId,
      actor: nameOf(record.actor),
      noticeNumber: record.noticeNumber,
      words: record.words,
      liftedBy: record.liftedBy && nameOf(record.liftedBy),
      closedBy: record.closedBy && nameOf(record.closedBy),
      closingNote: record.closingNote,
    },
    member: member === undefined ? null : { email: member.email, name: member.name },
    next: [...next],
    others,
    gifts: gifts.map(shownGiftOf(record)),
    sums: sums.map((sum) => ({ ...sum, amountMinor: Number(sum.amountMinor) })),
    holdings: holdings.map(({ instrumentId, productId, ...held }) => {
      const product = products.get(productId);
      return {
        ...held,
        instrumentId: publicId('ins', instrumentId),
        product: product ? { nameJa: product.nameJa, nameEn: product.nameEn } : null,
        spendableMinor: Number(held.spendableMinor),
        heldMinor: Number(held.heldMinor),
      };
    }),
    events: events.map(({ eventNo, at, kind, actor, detail: { note } }) => {
      return { eventNo, at, kind, actor: namesOf(nameOf, actor), note: textOrNull(note) };
    }),
    evidence: showEvidence(story, parts.catalogue()),
  };
}

function shownGiftOf({ openedAt }: CaseRecord) {
  return (each: CaseStory['gifts'][number]): ShownCase['gifts'][number] => {
    const { giftId, to, amountMinor, unit, madeAt, claimedAt, chargedAt, state } = each.gift;
    return {
      giftId: String(giftId),
      to,
      amountMinor: Number(amountMinor),
      unit,
      madeAt,
      claimedAt,
      chargedAt,
      stateBefore: each.stateBefore,
      stateNow: state,
      outcome: each.outcome,
      isInTime: openedAt <= reportedUntil(each),
    };
  };
}

/** What two have decided has both names. */
function namesOf(nameOf: NameOfActor, actor: string): string {
  return actor.split(', ').map(nameOf).join(', ');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const NO_MEMBER: RefusalText = refusal(
  404,
  [
    'There is no member with this address or notice number',
    'このメールアドレスやお知らせ番号の会員はいません',
  ],
  [
    'Ask for it again, letter by letter; a message of more than 90 days ago, or one that asks to confirm what is known, finds nobody. A code without a member is reported under "why does it not work?".',
    '一文字ずつ確認してください。90日より前のお知らせや、お客さま情報の確認のお願いの番号では探せません。会員でない方のコードは「使えないコード」の画面から申し出ができます。',
  ],
);

const CASE_REFUSALS: Readonly<Record<CaseRefusal, RefusalText>> = {
  case_not_found: refusal(
    404,
    ['There is no such case', 'その受付番号はありません'],
    ['Nothing was changed. Check the number.', '変更はありません。番号を確認してください。'],
  ),
  case_closed: refusal(
    409,
    ['The case is closed', 'この事案は終わっています'],
    [
      'Nothing was changed. Open a new one.',
      '変更はありません。必要なら新しく受け付けてください。',
    ],
  ),
  already_lifted: refusal(
    409,
    ['The stop is lifted already', 'すでに元に戻しています'],
    ['Nothing was changed.', '変更はありません。'],
  ),
  still_stopping: refusal(
    409,
    ['It is still being stopped', 'まだ止めている途中です'],
    [
      'Nothing was changed. Try again in a minute.',
      '変更はありません。1分後にもう一度試してください。',
    ],
  ),
  still_stopped: refusal(
    409,
    ['The value of the member is still stopped', '会員の残高が止まったままです'],
    [
      'Nothing was changed. A case is closed when its value is given back: by the member, or by two of the desk.',
      '変更はありません。残高を元に戻してから終えてください(ご本人、または2人の担当者が戻せます)。',
    ],
  ),
  gift_not_charged: refusal(
    409,
    ['The gift is not charged', 'このギフトは請求されていません'],
    [
      'Nothing was changed. Look at the case again.',
      '変更はありません。事案をもう一度確認してください。',
    ],
  ),
};
