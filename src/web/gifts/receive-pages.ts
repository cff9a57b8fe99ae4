import type { GiftValue, OpenedGift } from '../../gifts/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import {
  giftAddress,
  giftForm,
  giftPage,
  lastDay,
  linesOf,
  moneyText,
  productName,
  timeText,
  toldMark,
  type GiftShown,
} from './gift-parts.ts';
import type { StateShape } from '../state-shapes.ts';
import { waysOn } from '../ways-on.ts';
import { motifPicture, readMotif } from './motifs.ts';

/** Where somebody who got a mail, a link or a sheet of paper comes to. */
export function codePage(shown: GiftShown): Page {
  const { locale } = shown;
  const body = html`<p class="lead">${textOf(locale, 'gifts.codeLead')}</p>
    ${giftForm(shown, {
      action: '/gift',
      fields: html`<div class="field">
        <label for="code">${textOf(locale, 'gifts.code')}</label>
        <p class="hint" id="code-hint">${textOf(locale, 'gifts.codeHint')}</p>
        <input
          id="code"
          name="code"
          type="text"
          maxlength="100"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          aria-describedby="code-hint"
          required
        />
      </div>`,
      submit: textOf(locale, 'gifts.look'),
    })}
    <p class="hint">${textOf(locale, 'gifts.codeSafe')}</p>
    <p><a href="${giftAddress(locale, '/check')}">${textOf(locale, 'gifts.isItReal')}</a></p>`;
  return giftPage(shown, { place: '/gift', title: textOf(locale, 'gifts.receive'), body });
}

export interface OpenedShown extends GiftShown {
  readonly gift: OpenedGift;
  readonly value: GiftValue | null;
  readonly catalogue: Catalogue;
  readonly isSignedIn: boolean;
}

/** What somebody gave, what is to be done, and what happens next. Looking at it takes nothing. */
export function openedPage(shown: OpenedShown): Page {
  const { locale, gift, catalogue } = shown;
  const motif = readMotif(gift.motif) ?? 'ribbon';
  const { words } = gift;
  const title =
    words === null
      ? textOf(locale, 'gifts.gift')
      : textOf(locale, 'gifts.fromTitle', { name: words.senderName });
  const body = html`<div class="result gift-card">
      ${
        gift.hasPicture
          ? html`<img
              class="gift-picture"
              src="${giftAddress(locale, '/gift/picture')}"
              alt="${textOf(locale, 'gifts.pictureOf')}"
            />`
          : motifPicture(locale, motif)
      }
      ${
        words !== null &&
        html`${words.recipientName !== '' && html`<p>${textOf(locale, 'gifts.for', { name: words.recipientName })}</p>`}
        ${words.message !== '' && html`<p class="gift-words">${linesOf(words.message)}</p>`}`
      }
      <p class="amount">${moneyText(locale, gift.amountMinor, gift.unit)}</p>
      <p>${productName(locale, catalogue, gift.productId)}</p>
    </div>
    ${statePart(shown)} ${unwantedPart(shown)} ${abusePart(shown)}`;
  const head =
    gift.isMine &&
    (gift.state === 'charging' || (gift.state === 'charged' && !gift.isIssued)) &&
    html`<meta http-equiv="refresh" content="5" />`;
  return giftPage(shown, { place: '/gift/open', title, body, head });
}

function statePart(shown: OpenedShown): Html {
  const { locale, gift } = shown;
  const day = lastDay(locale, gift.expiresAt);
  switch (gift.state) {
    case 'sent':
    case 'opened':
      return html`<p>${textOf(locale, 'gifts.claimLead', { day })}</p>
        ${keepsPart(shown)}
        ${giftForm(shown, { action: '/gift/claim', submit: textOf(locale, 'gifts.claim') })}`;
    case 'claimed':
    case 'charging':
    case 'charged':
      return gift.isMine ? minePart(shown) : told('still', textOf(locale, 'gifts.others'));
    case 'refused':
      return gift.repairUntil !== null && gift.isMine
        ? told(
            'wait',
            textOf(locale, 'gifts.mine.notPaid', { at: timeText(locale, gift.repairUntil) }),
          )
        : told('bad', textOf(locale, 'gifts.over.refused'));
    case 'scheduled':
      return told('still', textOf(locale, 'gifts.over.notYet'));
    case 'expired':
      return gift.isMine
        ? told('still', textOf(locale, 'gifts.over.unconfirmed'))
        : told('still', textOf(locale, 'gifts.over.expired', { day }));
    default:
      return told('still', textOf(locale, `gifts.over.${gift.state}`, { day }));
  }
}

function told(tone: StateShape['tone'], text: string): Html {
  return toldMark(tone, text, true);
}

/** With a sign-in it goes to the wallet; without one its code is shown. */
function keepsPart({ locale, isSignedIn }: OpenedShown): Html {
  return isSignedIn
    ? html`<p>${textOf(locale, 'gifts.toWallet')}</p>`
    : html`<p>
        ${textOf(locale, 'gifts.toCode')}
        <a href="${giftAddress(locale, '/sign-in')}">${textOf(locale, 'member.signIn')}</a>
      </p>`;
}

function minePart(shown: OpenedShown): Html {
  const { locale, gift, value } = shown;
  if (gift.state === 'claimed') {
    const text =
      gift.asksUntil === null
        ? textOf(locale, 'gifts.mine.waits', {
            at: gift.waitsUntil === null ? '' : timeText(locale, gift.waitsUntil),
          })
        : textOf(locale, 'gifts.mine.asks', { at: timeText(locale, gift.asksUntil) });
    return html`${told('wait', textOf(locale, 'gifts.mine.claimed'))}
      <p>${text}</p>
      <p>${textOf(locale, 'gifts.mine.why')}</p>`;
  }
  if (value === null) {
    return html`${told('wait', textOf(locale, 'gifts.mine.charging'))}
      <p>${textOf(locale, 'gifts.mine.reload')}</p>
      <p>
        <a class="button quiet" href="${giftAddress(locale, '/gift/open')}"
          >${textOf(locale, 'gifts.mine.again')}</a
        >
      </p>`;
  }
  return valuePart(locale, value);
}

function valuePart(locale: Locale, value: GiftValue): Html {
  const until =
    value.expiresAt !== null &&
    html`<p>${textOf(locale, 'gifts.value.until', { day: lastDay(locale, value.expiresAt) })}</p>`;
  return html`${told('good', textOf(locale, 'gifts.value.yours'))}
  ${
    value.isInWallet &&
    html`<p>
      ${textOf(locale, 'gifts.value.inWallet')}
      <a href="${giftAddress(locale, '/wallet')}">${textOf(locale, 'gifts.value.wallet')}</a>
    </p>`
  }
  ${
    value.code !== null &&
    html`<div class="result">
      <p class="quiet-label">${textOf(locale, 'gifts.value.code')}</p>
      <p class="gift-code">${value.code}</p>
      <p>${textOf(locale, 'gifts.value.keep')}</p>
    </div>`
  }
  ${until}`;
}

/** A gift can be unwanted, and so can whoever sends it. */
function unwantedPart(shown: OpenedShown): Html | false {
  const { locale, gift } = shown;
  if (gift.state !== 'sent' && gift.state !== 'opened') return false;
  return html`<details class="more no-print">
    <summary>${textOf(locale, 'gifts.unwanted')}</summary>
    <div class="inside">
      <p>${textOf(locale, 'gifts.unwantedLead')}</p>
      ${giftForm(shown, {
        action: '/gift/decline',
        submit: textOf(locale, 'gifts.decline'),
        isQuiet: true,
      })}
    </div>
  </details>`;
}

/** What nobody should have to read is told to people who can stop its sender. */
function abusePart(shown: OpenedShown): Html | false {
  const { locale, gift } = shown;
  if (gift.words === null || (gift.words.message === '' && !gift.hasPicture)) return false;
  return html`<details class="more no-print">
    <summary>${textOf(locale, 'gifts.abuse')}</summary>
    <div class="inside">
      <p>${textOf(locale, 'gifts.abuseLead')}</p>
      ${giftForm(shown, {
        action: '/gift/report',
        submit: textOf(locale, 'gifts.abuse.submit'),
        isQuiet: true,
      })}
    </div>
  </details>`;
}

export function reportedPage(shown: GiftShown & { readonly number: string | null }): Page {
  const { locale, number } = shown;
  const body = html`<p class="lead">
      ${
        number === null
          ? textOf(locale, 'gifts.abuse.enough')
          : textOf(locale, 'gifts.abuse.thanks', { number })
      }
    </p>
    <p>
      <a href="${giftAddress(locale, '/gift/open')}">${textOf(locale, 'gifts.abuse.back')}</a>
    </p>`;
  return giftPage(shown, {
    place: '/gift/reported',
    title: textOf(locale, 'gifts.abuse.title'),
    body,
  });
}

export function declinedPage(shown: GiftShown): Page {
  const { locale } = shown;
  const body = html`<p class="lead">${textOf(locale, 'gifts.declinedLead')}</p>
    <p>${textOf(locale, 'gifts.declinedNext')}</p>
    ${waysOn(locale)}`;
  return giftPage(shown, { place: '/gift', title: textOf(locale, 'gifts.declined'), body });
}
