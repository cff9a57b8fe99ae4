import type { NewPhishingReport } from '../../checks/index.ts';
import type { GiftNotDone, GiftRefusal, Gifts, GiftState } from '../../gifts/index.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import { html, type Html } from '../../kernel/html.ts';
import { lastDayText, moneyText, textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import { timeText, type Members } from '../../members/index.ts';
import type { PaymentMethod, Payments } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Wallets } from '../../wallets/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import { waitText } from '../members/member-forms.ts';
import type { MemberVisit } from '../members/member-visit.ts';
import { TONE_SHAPES, type StateShape } from '../state-shapes.ts';
import type { PictureRefusal, ReadPicture } from '../pictures/index.ts';

/** What the pages of gifts stand on. */
export interface GiftSiteParts {
  readonly gifts: Gifts;
  readonly payments: Payments;
  readonly members: Members;
  /** Whom a member helps, asked anew at each page; none: nobody helps here. */
  readonly wallets?: Pick<Wallets, 'helping' | 'leftOfGivingDay'>;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly readPicture: ReadPicture;
  readonly publicUrl: string | null; // as it is set
  catalogue(): Catalogue;
  /** What a recipient should not have had to read, to the fraud desk. Null: this reporter has told enough for a day. */
  report(report: NewPhishingReport): Promise<{ readonly number: string } | null>;
}

/** What was wrong with a form: what gifts say, what the page itself finds, or that the form was not ours. */
export type GiftProblem = GiftNotDone | { readonly refusal: PageRefusal | GiftRefusal } | 'form';
export type PageRefusal =
  | PictureRefusal
  | 'amount_not_valid'
  | 'product_not_chosen'
  | 'method_not_chosen'
  | 'token_not_known'
  | 'token_does_not_fit'
  | 'too_many_methods';

export const TOO_LARGE = { refusal: 'picture_too_large' } as const satisfies GiftProblem;

/** What every page with a form needs. */
export interface GiftShown {
  readonly locale: Locale;
  readonly token: string;
  readonly problem: GiftProblem | null;
  /** Where a fresh factor is shown, for a page with an act that may need one. */
  readonly stepUp?: string;
  /** Whose gift it is, where a helper sends it: by mail and at once. */
  readonly helping?: HelpedSender;
}

export interface HelpedSender {
  readonly helperId: string;
  readonly name: string;
  readonly leftMinor: bigint;
}

export const ZONE = 'Asia/Tokyo';

export function giftAddress(locale: Locale, place: string): string {
  return `${homeAddress(locale)}${place}`;
}

export function shownFor(visit: MemberVisit, problem: GiftProblem | null = null): GiftShown {
  const { locale, token } = visit.shown(null);
  return { locale, token, problem };
}

export function problemPart({ locale, problem, stepUp, helping }: GiftShown): Html | false {
  if (problem === null) return false;
  return html`<div class="notice" role="alert">
    ${
      problem === 'form'
        ? html`<p>${textOf(locale, 'form.lead')}</p>
            <p>${textOf(locale, 'form.cookies')}</p>`
        : html`<p>${problemText(locale, problem, helping !== undefined)}</p>`
    }
    ${
      problem !== 'form' &&
      problem.refusal === 'fresh_factor_needed' &&
      html`<p>
        <a href="${giftAddress(locale, stepUp ?? '/account/security')}"
          >${textOf(locale, 'gifts.toSecurity')}</a
        >
      </p>`
    }
  </div>`;
}

function problemText(
  locale: Locale,
  problem: Exclude<GiftProblem, 'form'>,
  isHelper: boolean,
): string {
  // A helper sets no limit of whoever is helped, and is not sent to where it is set.
  const isTheirs = isHelper && problem.refusal === 'too_much_today';
  const key = `gifts.refused.${isTheirs ? 'too_much_today_of_helped' : problem.refusal}`;
  const known = isKnown(key) ? key : 'gifts.refused.other';
  const limit = 'limit' in problem ? problem.limit : undefined;
  const waitMs = 'retryAfterMs' in problem ? (problem.retryAfterMs ?? 0) : 0;
  return textOf(locale, known, {
    wait: waitText(locale, waitMs),
    left: limit === undefined ? '' : moneyText(locale, limit.most, 'JPY'),
    until: limit === undefined ? '' : timeText(locale, limit.until),
  });
}

/** What the engine's gate refuses for reasons that no page foresees has one sentence for all of them. */
function isKnown(key: string): key is Extract<TextKey, `gifts.refused.${string}`> {
  return REFUSED.has(key);
}

const REFUSED: ReadonlySet<string> = new Set(
  (
    [
      'sending_stopped',
      'request_id_reused',
      'product_not_for_gifts',
      'method_not_found',
      'tender_not_for_gifts',
      'tender_not_for_later',
      'address_not_valid',
      'recipient_not_reachable',
      'words_too_long',
      'name_not_allowed',
      'link_not_allowed',
      'words_not_allowed',
      'picture_not_allowed',
      'time_not_valid',
      'too_many_gifts',
      'too_much_today',
      'too_much_today_of_helped',
      'fresh_factor_needed',
      'gift_not_found',
      'not_possible_now',
      'too_many_resends',
      'too_many_corrections',
      'too_many_attempts',
      'own_gift',
      'helper_not_allowed',
      'too_much_for_helper',
      'already_claimed',
      'busy',
      'not_offered',
      'offer_ended',
      'suspended',
      'amount_not_offered',
      'tender_limit_exceeded',
      'picture_too_large',
      'picture_not_readable',
      'pictures_busy',
      'amount_not_valid',
      'product_not_chosen',
      'method_not_chosen',
      'token_not_known',
      'token_does_not_fit',
      'too_many_methods',
    ] as const
  ).map((each) => `gifts.refused.${each}` satisfies TextKey),
);

export function statusOf({ problem }: GiftShown): number {
  if (problem === null) return 200;
  if (problem === 'form') return 403;
  if (problem.refusal === 'gift_not_found') return 404;
  if (problem.refusal === 'too_many_attempts') return 429;
  return problem.refusal === 'busy' || problem.refusal === 'pictures_busy' ? 503 : 422;
}

/** Of the navigation: the longest first. */
const PLACES = ['/gifts/send', '/gifts', '/gift'];

export function giftPage(
  shown: GiftShown,
  {
    place,
    title,
    body,
    head,
    isWide = false,
  }: {
    readonly place: string;
    readonly title: string;
    readonly body: Html;
    readonly head?: Html | false;
    readonly isWide?: boolean;
  },
): Page {
  const { locale } = shown;
  return {
    locale,
    title,
    body: html`<h1>${title}</h1>
      ${problemPart(shown)} ${body}`,
    status: statusOf(shown),
    isWide,
    place: PLACES.find((each) => place.startsWith(each)) ?? '/account',
    otherAddress: giftAddress(locale === 'ja' ? 'en' : 'ja', place),
    ...(head && { head }),
  };
}

/** A form of our own: with its token, and where it goes. */
export function giftForm(
  { locale, token }: Pick<GiftShown, 'locale' | 'token'>,
  {
    action,
    fields = false,
    submit,
    isQuiet = false,
    isUpload = false,
  }: {
    readonly action: string;
    readonly fields?: Html | false;
    readonly submit: string;
    readonly isQuiet?: boolean;
    readonly isUpload?: boolean;
  },
): Html {
  return html`<form
    class="ask"
    method="post"
    action="${giftAddress(locale, action)}"
    ${isUpload && html`enctype="multipart/form-data"`}
  >
    <input type="hidden" name="token" value="${token}" />
    ${fields}
    <button class="button${isQuiet && ' quiet'}" type="submit">${submit}</button>
  </form>`;
}

export function hiddenField(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

const MARKS: Readonly<Record<GiftState, StateShape['tone']>> = {
  scheduled: 'wait',
  sent: 'good',
  opened: 'good',
  claimed: 'wait',
  charging: 'wait',
  charged: 'good',
  cancelled: 'still',
  expired: 'still',
  refused: 'bad',
};

export function stateMark(
  locale: Locale,
  { state, isAsked = false }: { readonly state: GiftState; readonly isAsked?: boolean },
): Html {
  const isBegun = state === 'scheduled' && isAsked;
  return toldMark(
    MARKS[state],
    textOf(locale, isBegun ? 'gifts.state.asked' : `gifts.state.${state}`),
  );
}

export function toldMark(tone: StateShape['tone'], text: string, isNews = false): Html {
  return html`<p class="state ${tone}" ${isNews && html`role="status"`}>
    ${TONE_SHAPES[tone]}<span>${text}</span>
  </p>`;
}

export function methodText(
  locale: Locale,
  { kind, lastDigits }: Pick<PaymentMethod, 'kind' | 'lastDigits'>,
): string {
  return textOf(locale, `gifts.method.${kind}`, { digits: lastDigits });
}

/** As a sender tells them apart: two phone contracts may end in the same digits. */
export function namedMethod(
  locale: Locale,
  catalogue: Catalogue,
  { tenderId, lastDigits: digits, ...method }: PaymentMethod,
): string {
  const name = tenderName(locale, catalogue, tenderId);
  return name === null
    ? methodText(locale, { ...method, lastDigits: digits })
    : textOf(locale, 'gifts.method.named', { name, digits });
}

/** Null: the catalogue does not know it any more. */
export function tenderName(locale: Locale, catalogue: Catalogue, tenderId: number): string | null {
  const tender = catalogue.tenders.get(tenderId);
  if (tender === undefined) return null;
  return locale === 'ja' ? tender.nameJa : tender.nameEn;
}

export function productName(locale: Locale, catalogue: Catalogue, productId: number): string {
  const product = catalogue.products.get(productId);
  if (product === undefined) return textOf(locale, 'gifts.gift');
  return locale === 'ja' ? product.nameJa : product.nameEn;
}

/** What was written, line by line, as the letters that it is. */
export function linesOf(text: string): Html[] {
  return text.split('\n').map((line, place) => (place === 0 ? html`${line}` : html`<br />${line}`));
}

export { lastDayText, moneyText, timeText };

export function idOf(text: unknown): bigint | null {
  return typeof text === 'string' && /^[1-9][0-9]{0,17}$/.test(text) ? BigInt(text) : null;
}

export function lastDay(locale: Locale, endsAt: Instant): string {
  return lastDayText(locale, endsAt, ZONE);
}
