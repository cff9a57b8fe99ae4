import type { FastifyReply } from 'fastify';
import { parsePublicId } from '../../kernel/ids.ts';
import type { TextKey } from '../../kernel/locale.ts';
import type { MemberSession } from '../../members/index.ts';
import type { Holding, Showing } from '../../wallets/index.ts';
import { errorPage } from '../balance-pages.ts';
import { refusedForm, type MemberVisit } from '../members/member-visit.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { payPage, PAY_TURNS } from './pay-page.ts';
import { holdingPage, PAY_AMOUNTS, PAY_USUAL } from './wallet-pages.ts';
import type { WalletShown, WalletSiteParts } from './wallet-parts.ts';

/** A new barcode is there before the old one is over. */
const TURN_SECONDS = 50;

export function shownOf(
  visit: MemberVisit,
  said: { readonly trouble?: TextKey; readonly done?: TextKey } = {},
): WalletShown {
  const { trouble = null, done = null } = said;
  return { ...visit.shown(trouble === null ? refusedForm(visit) : null), trouble, done };
}

/** A page that is not this member's is no page. */
export function noPage(visit: MemberVisit): FastifyReply {
  return visit.page(errorPage(visit.locale, 404));
}

export function isShownAtTills({ catalogue }: WalletSiteParts, { productId }: Holding): boolean {
  return catalogue().products.get(productId)?.redeemsBy.includes('member') === true;
}

export async function holdingNamed(
  { wallets }: WalletSiteParts,
  { request }: MemberVisit,
  memberId: string,
): Promise<Holding | undefined> {
  const { id } = request.params as { readonly id?: string };
  const instrumentId = parsePublicId('ins', id ?? '');
  return instrumentId === null ? undefined : wallets.holding(memberId, instrumentId);
}

/** The barcode, when who asks has shown enough for the amount; renewed by itself some times, then by hand. */
export async function showPaying(
  parts: WalletSiteParts,
  visit: MemberVisit,
  asked: {
    readonly session: MemberSession;
    readonly holding: Holding;
    readonly place: string;
    readonly showing: Pick<Showing, 'memberId' | 'shownTo' | 'helperId'>;
    readonly dayLeftMinor: bigint; // yen
  },
): Promise<FastifyReply> {
  const { members, wallets, catalogue } = parts;
  const { session, holding, place, showing, dayLeftMinor } = asked;
  const { max, turn } = visit.request.query as { readonly max?: unknown; readonly turn?: unknown };
  const maxMinor = PAY_AMOUNTS.find((minor) => String(minor) === max) ?? PAY_USUAL;
  const here = `${place}/pay?max=${maxMinor}`;
  const judged = await members.stepUp(session, { act: 'use_value', amountMinor: maxMinor });
  if (judged.state !== 'fresh') {
    return visit.go(stepUpPlace({ act: 'use_value', amountMinor: maxMinor, next: here }));
  }
  const shownBarcode = await wallets.showBarcode({
    ...showing,
    instrumentId: holding.instrumentId,
    maxMinor,
  });
  if (!shownBarcode.ok) {
    const trouble = `wallet.barcode.${shownBarcode.refusal}` as const;
    const shown = { ...shownOf(visit, { trouble }), catalogue: catalogue(), holding, place };
    return visit.page(holdingPage({ ...shown, payPlace: null, owner: null, payMax: 0n }));
  }
  const turns = Number(typeof turn === 'string' && /^[1-9]$/.test(turn) ? turn : '1');
  if (turns < PAY_TURNS) {
    const next = `/${visit.locale}${here}&turn=${turns + 1}`;
    visit.reply.header('refresh', `${TURN_SECONDS}; url=${next}`);
  }
  const shown = { ...shownOf(visit), catalogue: catalogue(), holding, barcode: shownBarcode.value };
  const isOfDay = holding.unit === 'JPY' && dayLeftMinor < maxMinor;
  const goodForMinor = isOfDay ? dayLeftMinor : maxMinor;
  return visit.page(payPage({ ...shown, place: here, back: place, goodForMinor, isOfDay }));
}
