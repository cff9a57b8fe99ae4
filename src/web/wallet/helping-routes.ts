import type { FastifyReply } from 'fastify';
import type { TextKey } from '../../kernel/locale.ts';
import type { MemberSession } from '../../members/index.ts';
import type { HelperRefusal } from '../../wallets/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { helpedPage, helpingPage, HELPER_AMOUNTS } from './helping-pages.ts';
import { holdingPage } from './wallet-pages.ts';
import { holdingPlace, type WalletSiteParts } from './wallet-parts.ts';
import { holdingNamed, isShownAtTills, noPage, showPaying, shownOf } from './wallet-visit.ts';

export function registerHelping(routes: MemberRoutes, parts: WalletSiteParts): void {
  const { wallets, members } = parts;
  routes.showSignedIn('/helping', (visit, session) => showHelping(parts, visit, session));
  routes.takeSignedIn(
    '/helping/invite',
    async (visit, session) => {
      const judged = await members.stepUp(session, { act: 'security' });
      if (judged.state !== 'fresh') {
        return visit.go(stepUpPlace({ act: 'security', next: '/helping' }));
      }
      const may = HELPER_AMOUNTS.find((minor) => String(minor) === visit.form.get('may'));
      const email = (visit.form.get('email') ?? '').slice(0, 300);
      const give = HELPER_AMOUNTS.find((minor) => String(minor) === visit.form.get('give'));
      const pay = { mayPay: may !== undefined, dayMaxMinor: may ?? 0n };
      const wanted = { email, ...pay, giveDayMaxMinor: give ?? 0n };
      const invited = await wallets.askForHelp(session.member, wanted);
      if (invited.ok) return visit.go('/helping?done=invited');
      return showHelping(parts, visit, session, TROUBLE[invited.refusal]);
    },
    '/helping',
  );
  routes.takeSignedIn(
    '/helping/accept',
    async (visit, session) => {
      const helperId = visit.form.get('helper') ?? '';
      const accepted = await wallets.acceptHelping(session.member, helperId);
      if (accepted.ok) return visit.go('/helping?done=accepted');
      return showHelping(parts, visit, session, TROUBLE[accepted.refusal]);
    },
    '/helping',
  );
  routes.takeSignedIn(
    '/helping/end',
    async (visit, session) => {
      const ended = await wallets.endHelping(session.member, visit.form.get('helper') ?? '');
      if (ended.ok) return visit.go('/helping?done=ended');
      return showHelping(parts, visit, session, TROUBLE[ended.refusal]);
    },
    '/helping',
  );
  registerHelped(routes, parts);
}

/** Whoever helps sees, and may show a barcode; each page asks anew whether that still holds. */
function registerHelped(routes: MemberRoutes, parts: WalletSiteParts): void {
  const { wallets, catalogue } = parts;
  const helpingNamed = (visit: MemberVisit, { member }: MemberSession) => {
    const { helper } = visit.request.params as { readonly helper?: string };
    return wallets.helping(member.memberId, (helper ?? '').slice(0, 43));
  };
  routes.showSignedIn('/helping/:helper', async (visit, session) => {
    const helping = await helpingNamed(visit, session);
    if (helping === undefined) return noPage(visit);
    const holdings = await wallets.holdings(helping.memberId);
    const leftMinor = await wallets.leftOfHelperDay(helping);
    const leftToGive = await wallets.leftOfGivingDay(helping);
    const { done } = visit.request.query as { readonly done?: unknown };
    const hasGiven = done === 'gave';
    const shown = { ...shownOf(visit), catalogue: catalogue() };
    const left = { leftMinor, leftToGive, hasGiven };
    return visit.page(helpedPage({ ...shown, helping, holdings, ...left }));
  });
  routes.showSignedIn('/helping/:helper/:id', async (visit, session) => {
    const helping = await helpingNamed(visit, session);
    if (helping === undefined) return noPage(visit);
    const holding = await holdingNamed(parts, visit, helping.memberId);
    if (holding === undefined) return noPage(visit);
    const place = `/helping/${helping.helperId}/${holdingPlace(holding)}`;
    const mayShow = helping.mayPay && holding.unit === 'JPY' && isShownAtTills(parts, holding);
    const payPlace = mayShow ? `${place}/pay` : null;
    const shown = { ...shownOf(visit), catalogue: catalogue(), holding, place, payPlace };
    const { name: owner, dayMaxMinor: payMax } = helping;
    return visit.page(holdingPage({ ...shown, owner, payMax }));
  });
  routes.showSignedIn('/helping/:helper/:id/pay', async (visit, session) => {
    const helping = await helpingNamed(visit, session);
    if (helping?.mayPay !== true) return noPage(visit);
    const { memberId, helperId } = helping;
    const holding = await holdingNamed(parts, visit, memberId);
    if (holding === undefined) return noPage(visit);
    const place = `/helping/${helperId}/${holdingPlace(holding)}`;
    const showing = { memberId, shownTo: session.member.memberId, helperId };
    const dayLeftMinor = await wallets.leftOfHelperDay(helping);
    return showPaying(parts, visit, { session, holding, place, showing, dayLeftMinor });
  });
}

async function showHelping(
  { wallets }: WalletSiteParts,
  visit: MemberVisit,
  { member }: MemberSession,
  trouble?: TextKey,
): Promise<FastifyReply> {
  const helpers = await wallets.helpers(member.memberId);
  const helps = await wallets.helpedBy(member);
  const said = trouble === undefined ? doneOf(visit) : { trouble };
  return visit.page(helpingPage({ ...shownOf(visit, said), helpers, helps, email: member.email }));
}

const TROUBLE = {
  address_not_valid: 'helping.trouble.address_not_valid',
  is_yourself: 'helping.trouble.is_yourself',
  amount_not_valid: 'helping.trouble.amount_not_valid',
  too_many_helpers: 'helping.trouble.too_many_helpers',
  wallet_stopped: 'helping.trouble.wallet_stopped',
  not_found: 'helping.trouble.not_found',
} as const satisfies Readonly<Record<HelperRefusal, TextKey>>;

const DONE = {
  invited: 'helping.done.invited',
  accepted: 'helping.done.accepted',
  ended: 'helping.done.ended',
} as const satisfies Readonly<Record<string, TextKey>>;

function doneOf({ request }: MemberVisit): { readonly done?: TextKey } {
  const { done } = request.query as { readonly done?: unknown };
  const known = Object.entries(DONE).find(([name]) => name === done);
  return known === undefined ? {} : { done: known[1] };
}
