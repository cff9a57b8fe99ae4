import type { SentGift } from '../../gifts/index.ts';
import { html } from '../../kernel/html.ts';
import { textOf } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { giftAddress, giftForm, giftPage, moneyText, type GiftShown } from './gift-parts.ts';

/** What cancelling will do, before it is done: it cannot be undone. */
export function cancelPage(shown: GiftShown & { readonly gift: SentGift }): Page {
  const { locale, gift } = shown;
  const place = `/gifts/sent/${gift.giftId}`;
  const isClaimed = gift.state === 'claimed';
  const amount = moneyText(locale, gift.amountMinor, gift.unit);
  const body = html`<p class="lead">
      ${textOf(locale, gift.to === null ? 'gifts.end.which' : 'gifts.end.whichTo', { amount, to: gift.to ?? '' })}
    </p>
    <p>${textOf(locale, `gifts.end.money.${moneyOf(gift)}`, { amount })}</p>
    <p>${textOf(locale, `gifts.end.told.${toldBy(gift)}`, { to: gift.to ?? '' })}</p>
    <p>${textOf(locale, 'gifts.end.final')}</p>
    ${giftForm(shown, {
      action: `${place}/cancel`,
      submit: textOf(locale, isClaimed ? 'gifts.stop' : 'gifts.cancel'),
    })}
    <p>
      <a class="button quiet" href="${giftAddress(locale, place)}"
        >${textOf(locale, isClaimed ? 'gifts.end.keepClaim' : 'gifts.end.keep')}</a
      >
    </p>`;
  const title = textOf(locale, isClaimed ? 'gifts.end.stopTitle' : 'gifts.end.cancelTitle');
  return giftPage(shown, { place: `${place}/cancel`, title, body });
}

/** What is asked at this moment is known behind it only: it is given back in full if it was taken. */
function moneyOf({ payment, isAsked }: SentGift): 'nothing' | 'asked' | 'released' | 'refunded' {
  if (payment === 'taken') return 'refunded';
  if (payment === 'authorised') return 'released';
  return payment === 'prepared' && isAsked ? 'asked' : 'nothing';
}

function toldBy({ state, channel }: SentGift): 'nobody' | 'mail' | 'code' {
  if (state === 'scheduled') return 'nobody';
  return channel === 'mail' ? 'mail' : 'code';
}
