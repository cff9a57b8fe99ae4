import type { Instant } from '../kernel/clock.ts';
import { moneyText, textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { Asked } from './ask-question.ts';
import { CAUSE_RULES, type Cause } from './causes.ts';
import type { Desk } from './desks.ts';
import type { DoubtfulPlace, TypedFinding } from './read-typed.ts';

/** An answer as people read it. The page, the API and the console show these words and no others. */
export interface AnswerWords {
  readonly title: string;
  readonly what: string;
  readonly safety: string;
  readonly safetyMore: string;
  readonly todo: readonly string[];
  readonly since: string | null;
  readonly lookAgain: string | null;
  readonly announced: string | null;
  readonly left: string | null;
  readonly uses: readonly UseWords[];
  readonly typed: string | null;
  readonly places: readonly PlaceWords[];
  readonly usable: string | null;
  readonly environment: readonly string[];
  readonly desk: DeskWords | null;
  readonly haveAtHand: readonly string[];
  readonly readAt: string;
}

export interface UseWords {
  readonly at: string;
  readonly where: string;
  readonly amount: string;
}

export interface PlaceWords {
  readonly place: string;
  readonly words: string;
}

export interface DeskWords {
  readonly name: string;
  readonly hours: string;
  readonly replies: string | null;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly url: string | null;
}

const USUAL_ZONE = 'Asia/Tokyo';

export function answerWords(asked: Asked, catalogue: Catalogue, locale: Locale): AnswerWords {
  const { answer, product, usage, desk } = asked;
  const zone = product?.zone ?? USUAL_ZONE;
  const time = (at: Instant) => timeText(locale, at, zone);
  const unit = product?.unit ?? 'JPY';
  const isUsableShown = answer.cause === 'wrong_site' || answer.cause === 'other_country';
  return {
    ...mainWords(asked, locale),
    safety: textOf(locale, `safety.${answer.safety}`),
    safetyMore: textOf(locale, `safety.${answer.safety}.more`),
    since: answer.since === null ? null : time(answer.since),
    lookAgain: answer.lookAgainAt === null ? null : time(answer.lookAgainAt),
    announced: answer.publicText && (answer.publicText[locale] || null),
    left:
      answer.spendableMinor === null || answer.spendableMinor === 0n
        ? null
        : moneyText(locale, answer.spendableMinor, unit),
    uses: answer.uses.map(({ at, amountMinor, merchantId }) => ({
      at: time(at),
      where:
        nameOf(locale, catalogue.merchants.get(merchantId ?? 0)) ??
        textOf(locale, 'why.uses.unknown'),
      amount: moneyText(locale, amountMinor, unit),
    })),
    typed: answer.typed && typedText(locale, answer.typed, catalogue),
    places: placesOf(answer.typed).map((place) => placeWords(locale, place)),
    usable:
      isUsableShown && usage !== null ? (locale === 'ja' ? usage.whereJa : usage.whereEn) : null,
    environment: answer.environment.map((finding) => textOf(locale, `environment.${finding}`)),
    desk: desk && deskWords(locale, desk),
    haveAtHand: answer.haveAtHand.map((item) => textOf(locale, `have.${item}`)),
    readAt: textOf(locale, 'why.readAt', { time: time(asked.readAt) }),
  };
}

/** The words of a cause alone: what a clerk reads out whose till or site was refused. */
export function causeWords(cause: Cause, locale: Locale): CauseWords {
  return {
    cause,
    title: textOf(locale, `cause.${cause}.title`),
    what: textOf(locale, `cause.${cause}.what`),
    safety: textOf(locale, `safety.${CAUSE_RULES[cause].safety}`),
    whatToDo: textOf(locale, `cause.${cause}.todo`).split('\n'),
  };
}

export interface CauseWords {
  readonly cause: Cause;
  readonly title: string;
  readonly what: string;
  readonly safety: string;
  readonly whatToDo: readonly string[];
}

/** What happened, and what to do about it. */
function mainWords(
  { answer }: Asked,
  locale: Locale,
): Pick<AnswerWords, 'title' | 'what' | 'todo'> {
  const { cause, isOver, safety } = answer;
  const isObstacle = cause === 'outage' || cause === 'suspended';
  const stem =
    isObstacle && isOver ? (`cause.${cause}.over` as const) : (`cause.${cause}` as const);
  const isOfSale = isObstacle && safety === 'not_loaded';
  const todo: TextKey = isOfSale
    ? isOver
      ? 'cause.sale.over.todo'
      : 'cause.sale.todo'
    : `${stem}.todo`;
  return {
    title: textOf(locale, `${stem}.title`),
    what: textOf(locale, `${stem}.what`),
    todo: textOf(locale, todo).split('\n'),
  };
}

function typedText(locale: Locale, typed: TypedFinding, catalogue: Catalogue): string {
  switch (typed.kind) {
    case 'wrong_length': {
      const wanted = (typed.length?.wanted ?? []).join(textOf(locale, 'typed.or'));
      return textOf(locale, 'typed.wrong_length', { typed: typed.length?.typed ?? 0, wanted });
    }
    case 'of_other_product': {
      const product = catalogue.products.get(typed.otherProductId ?? 0);
      return textOf(locale, 'typed.of_other_product', { product: nameOf(locale, product) ?? '' });
    }
    case 'fits':
      return textOf(locale, typed.places.length > 0 ? 'typed.doubtful' : 'typed.fits');
    default:
      return textOf(locale, `typed.${typed.kind}`);
  }
}

function placesOf(typed: TypedFinding | null): readonly DoubtfulPlace[] {
  return typed?.kind === 'fits' || typed?.kind === 'wrong_signs' ? typed.places : [];
}

function placeWords(locale: Locale, { place, typed, perhaps }: DoubtfulPlace): PlaceWords {
  const words =
    perhaps.length === 0
      ? textOf(locale, 'typed.never', { typed })
      : textOf(locale, 'typed.perhaps', {
          typed,
          perhaps: perhaps.join(textOf(locale, 'typed.or')),
        });
  return { place: textOf(locale, 'typed.place', { place }), words };
}

function deskWords(locale: Locale, desk: Desk): DeskWords {
  const { phone, mail, url } = desk;
  const isJa = locale === 'ja';
  return {
    name: isJa ? desk.nameJa : desk.nameEn,
    hours: isJa ? desk.hoursJa : desk.hoursEn,
    replies: isJa ? desk.repliesJa : desk.repliesEn,
    phone,
    mail,
    url,
  };
}

function nameOf(
  locale: Locale,
  named: { readonly nameJa: string; readonly nameEn: string } | undefined,
): string | null {
  if (named === undefined) return null;
  return locale === 'ja' ? named.nameJa : named.nameEn;
}

function timeText(locale: Locale, at: Instant, zone: string): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(at);
}
