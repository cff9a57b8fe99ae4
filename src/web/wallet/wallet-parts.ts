import type { GuessThrottle } from '../../clients/index.ts';
import type { Gifts } from '../../gifts/index.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import { html, type Html } from '../../kernel/html.ts';
import { publicId } from '../../kernel/ids.ts';
import { lastDayText, moneyText, textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Member, Members } from '../../members/index.ts';
import type { Inbox } from '../../notices/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Holding, Wallets } from '../../wallets/index.ts';
import type { Page } from '../layout.ts';
import { memberAddress, type FormShown } from '../members/member-forms.ts';
import { STATE_SHAPES, type ShownState } from '../state-shapes.ts';

export interface WalletSiteParts {
  readonly wallets: Wallets;
  readonly members: Members;
  readonly inbox: Inbox;
  readonly guesses: GuessThrottle;
  readonly gifts: Pick<Gifts, 'history' | 'newReceipt' | 'receivedBy'>;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: () => Catalogue;
  /** What other parts know of a member, by its name in the copy. */
  readonly copies: Readonly<Record<string, (member: Member) => Promise<unknown>>>;
}

/** The other forms of a page, and what was wrong with this one. */
export interface WalletShown extends FormShown {
  readonly trouble: TextKey | null;
  readonly done: TextKey | null;
}

export function walletPage(
  shown: Pick<WalletShown, 'locale' | 'problem' | 'trouble' | 'done'>,
  page: { readonly place: string; readonly heading: string; readonly nav: string },
  content: Html,
): Page {
  const { locale, problem, trouble, done } = shown;
  const body = html`<h1>${page.heading}</h1>
    ${done !== null && html`<div class="notice good" role="status"><p>${textOf(locale, done)}</p></div>`}
    ${trouble !== null && html`<div class="notice" role="alert"><p>${textOf(locale, trouble)}</p></div>`}
    ${
      problem === 'form' &&
      html`<div class="notice" role="alert">
        <p>${textOf(locale, 'form.lead')}</p>
        <p>${textOf(locale, 'form.cookies')}</p>
      </div>`
    }
    ${content}`;
  return {
    locale,
    title: page.heading,
    body,
    status: trouble !== null ? 422 : problem === null ? 200 : 403,
    place: page.nav,
    otherAddress: memberAddress(locale === 'ja' ? 'en' : 'ja', page.place),
  };
}

export function productName(locale: Locale, catalogue: Catalogue, productId: number): string {
  const product = catalogue.products.get(productId);
  if (product === undefined) return textOf(locale, 'wallet.unknownProduct');
  return locale === 'ja' ? product.nameJa : product.nameEn;
}

export function holdingPlace({ instrumentId }: Pick<Holding, 'instrumentId'>): string {
  return publicId('ins', instrumentId);
}

export function stateMark(locale: Locale, holding: Holding): Html {
  const state: ShownState = holding.isFrozen ? 'frozen' : holding.state;
  const { tone, shape } = STATE_SHAPES[state];
  return html`<span class="state ${tone}"
    >${shape}<span>${textOf(locale, `state.${state}`)}</span></span
  >`;
}

/** By its expiry, the soonest first. */
export function lotsTable(locale: Locale, catalogue: Catalogue, holding: Holding): Html | null {
  const lots = holding.lots.filter(({ spendableMinor }) => spendableMinor > 0n);
  if (lots.length === 0) return null;
  const zone = catalogue.products.get(holding.productId)?.zone ?? 'Asia/Tokyo';
  return html` <h2>${textOf(locale, 'answer.lots')}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${textOf(locale, 'answer.lotExpiry')}</th>
          <th scope="col" class="figure">${textOf(locale, 'answer.lotAmount')}</th>
        </tr>
      </thead>
      <tbody>
        ${lots.map(
          ({ expiresAt, spendableMinor }) =>
            html`<tr>
              <td>
                ${
                  expiresAt === null
                    ? textOf(locale, 'answer.never')
                    : textOf(locale, 'answer.until', { day: lastDayText(locale, expiresAt, zone) })
                }
              </td>
              <td class="figure">${moneyText(locale, spendableMinor, holding.unit)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** When the next of it ends; null: nothing of it does. */
export function nextExpiry({ lots }: Holding): Instant | null {
  const ends = lots.flatMap(({ expiresAt, spendableMinor }) =>
    expiresAt === null || spendableMinor === 0n ? [] : [expiresAt],
  );
  return ends.length === 0 ? null : Math.min(...ends);
}
