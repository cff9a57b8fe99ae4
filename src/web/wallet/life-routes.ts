import type { FastifyReply } from 'fastify';
import type { TextKey } from '../../kernel/locale.ts';
import type { Member, MemberSession } from '../../members/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { closePage, copyPage } from './life-pages.ts';
import type { WalletSiteParts } from './wallet-parts.ts';
import { shownOf } from './wallet-visit.ts';

/** A copy of one's data, and the end of an account: both only for who has shown a strong factor now. */
export function registerLife(routes: MemberRoutes, parts: WalletSiteParts): void {
  const { wallets, members } = parts;
  const isFresh = async (session: MemberSession) =>
    (await members.stepUp(session, { act: 'security' })).state === 'fresh';
  routes.showSignedIn('/account/copy', async (visit) => visit.page(copyPage(shownOf(visit))));
  routes.takeSignedIn(
    '/account/copy',
    async (visit, session) => {
      if (!(await isFresh(session))) {
        return visit.go(stepUpPlace({ act: 'security', next: '/account/copy' }));
      }
      return sendCopy(visit, await copyOf(parts, session.member));
    },
    '/account/copy',
  );
  routes.showSignedIn('/account/close', (visit, session) => showClose(parts, visit, session));
  routes.takeSignedIn(
    '/account/close',
    async (visit, session) => {
      if (!(await isFresh(session))) {
        return visit.go(stepUpPlace({ act: 'security', next: '/account/close' }));
      }
      const asked = await wallets.askToClose(session.member);
      if (asked.ok || asked.refusal === 'already_asked') return visit.go('/account/close');
      return showClose(parts, visit, session, 'life.trouble.wallet_stopped');
    },
    '/account/close',
  );
  routes.takeSignedIn(
    '/account/keep',
    async (visit, { member }) => {
      await wallets.stopClosing(member);
      return visit.go('/account/close?done=kept');
    },
    '/account/close',
  );
}

async function showClose(
  { wallets }: WalletSiteParts,
  visit: MemberVisit,
  { member: { memberId } }: MemberSession,
  trouble?: TextKey,
): Promise<FastifyReply> {
  const closing = await wallets.closing(memberId);
  const holdings = await wallets.holdings(memberId);
  const isStopped = await wallets.isStopped(memberId);
  const { done } = visit.request.query as { readonly done?: unknown };
  const isKept = done === 'kept' && closing === undefined;
  const said =
    trouble === undefined ? (isKept ? ({ done: 'life.kept' } as const) : {}) : { trouble };
  return visit.page(closePage({ ...shownOf(visit, said), closing, holdings, isStopped }));
}

const SIGN_INS_SINCE_MS = 3 * 366 * 24 * 60 * 60_000;
const INBOX_PAGE = 100;
const INBOX_PAGES_MAX = 100;

/** Everything that is known of a member, by the part that knows it. */
async function copyOf(
  { wallets, members, inbox, clock, copies }: WalletSiteParts,
  member: Member,
): Promise<object> {
  const { memberId, since } = member;
  const to = await members.addresses(memberId);
  const notices: object[] = [];
  let before: bigint | null = null;
  for (let page = 0; page < INBOX_PAGES_MAX; page += 1) {
    const listed = await inbox.list({ to, since, before, size: INBOX_PAGE });
    notices.push(...listed);
    const last = listed.at(-1);
    if (last === undefined || listed.length < INBOX_PAGE) break;
    before = last.noticeId;
  }
  const others = await Promise.all(
    Object.entries(copies).map(async ([name, read]) => [name, await read(member)] as const),
  );
  const now = clock.now();
  return {
    madeAt: now,
    member,
    signIns: await members.evidence(memberId, now - SIGN_INS_SINCE_MS),
    phone: (await members.phone(memberId)) ?? null,
    held: to, // each address and number, and when it was the member's
    dayLimit: await members.limits(memberId),
    wallet: await wallets.copy(member),
    notices,
    ...Object.fromEntries(others),
  };
}

function sendCopy({ reply }: MemberVisit, copy: object): FastifyReply {
  return reply
    .header('content-disposition', 'attachment; filename="kinken-copy.json"')
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type('application/json; charset=utf-8')
    .serializer(String)
    .send(`${JSON.stringify(copy, readable, 2)}\n`);
}

/** Instants as they are written everywhere, big numbers as text. */
function readable(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  const isInstant = typeof value === 'number' && INSTANT.test(name) && Number.isFinite(value);
  return isInstant ? new Date(value).toISOString() : value;
}

const INSTANT = /^(?:at|since|memberSince)$|(?:At|Until|Since)$/;
