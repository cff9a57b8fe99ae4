import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TextKey } from '../../kernel/locale.ts';
import type { MemberSession } from '../../members/index.ts';
import type { AddRefusal, CardToAdd } from '../../wallets/index.ts';
import { readForms } from '../forms.ts';
import { claimantOf } from '../gifts/named-gift.ts';
import { memberRoutes } from '../members/member-routes.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { askForVisitor, tellBrokenPages, underEachHome } from '../site-frame.ts';
import { addPage } from './add-page.ts';
import { giftLines, mergedLines, receivedLines, withoutReceived } from './one-history.ts';
import { registerHelping } from './helping-routes.ts';
import { registerLife } from './life-routes.ts';
import { historyPage, holdingPage, lineOf, PAY_AMOUNTS, walletHome } from './wallet-pages.ts';
import { holdingPlace, type WalletSiteParts } from './wallet-parts.ts';
import { holdingNamed, isShownAtTills, noPage, showPaying, shownOf } from './wallet-visit.ts';

const HISTORY_PAGE = 50;

/** The wallet, help in families, and what life brings to an account. The pages work without JavaScript. */
export function walletSite(parts: WalletSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    tellBrokenPages(server, parts.log);
    underEachHome((home, language) => {
      const routes = memberRoutes(server, parts, home, language);
      registerWallet(routes, parts);
      registerHelping(routes, parts);
      registerLife(routes, parts);
    });
    done();
  };
}

function registerWallet(routes: MemberRoutes, parts: WalletSiteParts): void {
  const { wallets, catalogue } = parts;
  routes.showSignedIn('/wallet', async (visit, { member }) => {
    const { memberId } = member;
    const [holdings, isStopped, kept, closing] = await Promise.all([
      wallets.holdings(memberId),
      wallets.isStopped(memberId),
      wallets.keptFor(member),
      wallets.closing(memberId),
    ]);
    const shown = shownOf(visit, doneOf(visit));
    return visit.page(
      walletHome({ ...shown, catalogue: catalogue(), holdings, isStopped, kept, closing }),
    );
  });
  routes.takeSignedIn(
    '/wallet/take-back',
    async (visit, { member }) => {
      const taken = await wallets.takeBack(member);
      return visit.go(taken > 0 ? '/wallet?done=returned' : '/wallet');
    },
    '/wallet',
  );
  routes.showSignedIn('/wallet/add', async (visit, { member }) => {
    const isStopped = await wallets.isStopped(member.memberId);
    return visit.page(addPage({ ...shownOf(visit), isStopped }));
  });
  routes.takeSignedIn('/wallet/add', (visit, session) => add(parts, visit, session), '/wallet/add');
  routes.showSignedIn('/wallet/history', async (visit, { member }) => {
    const before = beforeOf(visit);
    const events = await wallets.history(member.memberId, before);
    const gifts = await parts.gifts.receivedBy(await claimantOf(visit, parts));
    const own = withoutReceived(events, gifts).map((event) =>
      lineOf(visit.locale, catalogue(), event),
    );
    const received = receivedLines(visit.locale, gifts, before);
    const asked = { locale: visit.locale, before, size: HISTORY_PAGE };
    const sent = await giftLines(parts.gifts, member.memberId, asked);
    const { lines, older } = mergedLines([own, sent, received], HISTORY_PAGE);
    const shown = { ...shownOf(visit), catalogue: catalogue(), member };
    return visit.page(historyPage({ ...shown, lines, older }));
  });
  routes.showSignedIn('/wallet/:id', async (visit, { member: { memberId } }) => {
    const holding = await holdingNamed(parts, visit, memberId);
    if (holding === undefined) return noPage(visit);
    const place = `/wallet/${holdingPlace(holding)}`;
    const payPlace = isShownAtTills(parts, holding) ? `${place}/pay` : null;
    const shown = { ...shownOf(visit), catalogue: catalogue(), holding, place, payPlace };
    return visit.page(holdingPage({ ...shown, owner: null, payMax: PAY_AMOUNTS.at(-1) ?? 0n }));
  });
  routes.showSignedIn('/wallet/:id/pay', async (visit, session) => {
    const { memberId } = session.member;
    const holding = await holdingNamed(parts, visit, memberId);
    if (holding === undefined) return noPage(visit);
    const place = `/wallet/${holdingPlace(holding)}`;
    const showing = { memberId, shownTo: memberId, helperId: null };
    const { leftMinor: dayLeftMinor } = await parts.members.limits(memberId);
    return showPaying(parts, visit, { session, holding, place, showing, dayLeftMinor });
  });
}

async function add(
  parts: WalletSiteParts,
  visit: MemberVisit,
  { member: { memberId } }: MemberSession,
): Promise<FastifyReply> {
  const { wallets, guesses } = parts;
  const { request, reply, locale, form } = visit;
  const card = cardOfForm(form);
  const refuse = async (trouble: TextKey) => {
    const isStopped = await wallets.isStopped(memberId);
    return visit.page(addPage({ ...shownOf(visit, isStopped ? {} : { trouble }), isStopped }));
  };
  if (card === null) return refuse('wallet.add.incomplete');
  // Guesses are the member's, whatever browser they come from.
  const asking = { request, reply, locale, visit: { id: `member ${memberId}`, token: '' } };
  const asked = await askForVisitor(guesses, asking, async () => {
    const found = await wallets.add(memberId, card);
    return { found, isMiss: !found.ok && found.refusal === 'not_found' };
  });
  if (asked === null) return reply;
  const { found } = asked;
  if (!found.ok) return refuse(ADD_TROUBLE[found.refusal]);
  return visit.go(`/wallet?done=${found.value.way === 'move' ? 'moved' : 'bound'}`);
}

function cardOfForm(form: URLSearchParams): CardToAdd | null {
  const field = (name: string, lengthMax: number) =>
    (form.get(name) ?? '').trim().slice(0, lengthMax);
  const code = field('code', 100);
  if (code !== '') return { by: 'code', code };
  const number = field('number', 40);
  const amount = field('amount', 12)
    .normalize('NFKC')
    .replaceAll(/[,¥\s]/g, '');
  const day = field('day', 10);
  const isWhole = number !== '' && /^[1-9]\d{0,11}$/.test(amount) && /^\d{4}-\d\d-\d\d$/.test(day);
  if (!isWhole) return null;
  return { by: 'number', number, proof: { amountMinor: BigInt(amount), day } };
}

const ADD_TROUBLE = {
  not_found: 'wallet.add.not_found',
  wallet_stopped: 'wallet.barcode.wallet_stopped',
  wallet_full: 'wallet.add.full',
  held_by_another: 'wallet.add.held_by_another',
  not_active: 'wallet.add.not_active',
  used: 'wallet.add.used',
  expired: 'wallet.add.expired',
  frozen: 'wallet.add.frozen',
  stopped: 'wallet.add.stopped',
  not_possible: 'wallet.add.not_possible',
  try_again: 'wallet.add.try_again',
} as const satisfies Readonly<Record<AddRefusal, TextKey>>;

const DONE = {
  moved: 'wallet.done.moved',
  bound: 'wallet.done.bound',
  returned: 'wallet.done.returned',
} as const satisfies Readonly<Record<string, TextKey>>;

function doneOf({ request }: MemberVisit): { readonly done?: TextKey } {
  const { done } = request.query as { readonly done?: unknown };
  const known = Object.entries(DONE).find(([name]) => name === done);
  return known === undefined ? {} : { done: known[1] };
}

function beforeOf({ request }: MemberVisit): number | null {
  const { before } = request.query as { readonly before?: unknown };
  return typeof before === 'string' && /^[1-9]\d{0,14}$/.test(before) ? Number(before) : null;
}
