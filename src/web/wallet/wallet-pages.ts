import { html, type Html } from '../../kernel/html.ts';
import { lastDayText, moneyText, textOf, type Locale } from '../../kernel/locale.ts';
import { timeText, type Member } from '../../members/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Closing, Holding, WalletEvent } from '../../wallets/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import { stoppedNotice } from '../members/change-parts.ts';
import { buttonForm, memberAddress } from '../members/member-forms.ts';
import {
  holdingPlace,
  lotsTable,
  nextExpiry,
  productName,
  stateMark,
  walletPage,
  type WalletShown,
} from './wallet-parts.ts';

export interface WalletSeen extends WalletShown {
  readonly catalogue: Catalogue;
  readonly holdings: readonly Holding[];
  readonly isStopped: boolean;
  readonly kept: number;
  readonly closing: Closing | undefined;
}

export function walletHome(shown: WalletSeen): Page {
  const { locale, holdings, isStopped, kept, closing } = shown;
  const at = (place: string) => memberAddress(locale, place);
  return walletPage(
    shown,
    { place: '/wallet', nav: '/wallet', heading: textOf(locale, 'wallet.title') },
    html`${isStopped && stoppedNotice(locale)}
      ${closing !== undefined && closingNotice(locale, closing)}
      ${kept > 0 && keptNotice(shown, kept)} ${totals(locale, holdings)}
      ${
        holdings.length === 0
          ? !isStopped && html`<p class="lead">${textOf(locale, 'wallet.empty')}</p>`
          : html`<ul class="holdings">
              ${holdings.map((holding) => holdingCard(shown, holding))}
            </ul>`
      }
      ${
        !isStopped &&
        html`<p>
          <a class="button" href="${at('/wallet/add')}">${textOf(locale, 'wallet.add')}</a>
        </p>`
      }
      <ul class="plain-list">
        <li><a href="${at('/wallet/history')}">${textOf(locale, 'wallet.history')}</a></li>
        <li><a href="${at('/helping')}">${textOf(locale, 'helping.title')}</a></li>
        <li><a href="${at('/why')}">${textOf(locale, 'why.link')}</a></li>
      </ul>`,
  );
}

function closingNotice(locale: Locale, { dueAt }: Closing): Html {
  return html`<div class="notice" role="status">
    <p>${textOf(locale, 'life.closesAt', { at: timeText(locale, dueAt) })}</p>
    <p>
      <a href="${memberAddress(locale, '/account/close')}">${textOf(locale, 'life.keepLink')}</a>
    </p>
  </div>`;
}

function keptNotice(shown: WalletSeen, kept: number): Html {
  const { locale, isStopped } = shown;
  return html`<div class="notice" role="status">
    <p>${textOf(locale, 'wallet.keptFor', { count: kept })}</p>
    ${!isStopped && buttonForm(shown, { action: '/wallet/take-back', submit: 'wallet.takeBack' })}
  </div>`;
}

function totals(locale: Locale, holdings: readonly Holding[]): Html | false {
  const byUnit = new Map<string, bigint>();
  for (const { unit, spendableMinor, isFrozen } of holdings) {
    if (!isFrozen) byUnit.set(unit, (byUnit.get(unit) ?? 0n) + spendableMinor);
  }
  if (byUnit.size === 0) return false;
  return html`<section class="result">
    <dl>
      ${[...byUnit].map(
        ([unit, minor]) =>
          html`<dt>${textOf(locale, 'wallet.total')}</dt>
            <dd class="amount">${moneyText(locale, minor, unit)}</dd>`,
      )}
    </dl>
  </section>`;
}

function holdingCard({ locale, catalogue }: WalletSeen, holding: Holding): Html {
  const ends = nextExpiry(holding);
  const zone = catalogue.products.get(holding.productId)?.zone ?? 'Asia/Tokyo';
  return html`<li>
    <h2>
      <a href="${memberAddress(locale, `/wallet/${holdingPlace(holding)}`)}"
        >${productName(locale, catalogue, holding.productId)}</a
      >
    </h2>
    <p class="amount">${moneyText(locale, holding.spendableMinor, holding.unit)}</p>
    <p>${stateMark(locale, holding)}</p>
    <p class="read-at">
      ${holding.maskedNumber && html`<span class="masked">${holding.maskedNumber}</span><br />`}
      ${textOf(locale, `wallet.how.${holding.how}`)}
      ${ends !== null && html`<br />${textOf(locale, 'wallet.endsFirst', { day: lastDayText(locale, ends, zone) })}`}
    </p>
  </li>`;
}

/** What somebody may show at a till: an amount that is enough, and no more. */
export const PAY_AMOUNTS = [1_000n, 3_000n, 5_000n, 10_000n, 30_000n, 50_000n] as const;
export const PAY_USUAL = 5_000n;

export function holdingPage(
  shown: WalletShown & {
    readonly catalogue: Catalogue;
    readonly holding: Holding;
    /** Where the barcode is shown; null: it is not used so. */
    readonly payPlace: string | null;
    readonly place: string;
    readonly owner: string | null; // of a helper's page
    readonly payMax: bigint;
  },
): Page {
  const { locale, catalogue, holding, payPlace, place, owner, payMax } = shown;
  const name = productName(locale, catalogue, holding.productId);
  const isUsable = !holding.isFrozen && holding.state === 'active' && holding.spendableMinor > 0n;
  return walletPage(
    shown,
    { place, nav: '/wallet', heading: name },
    html`${owner !== null && html`<p class="lead">${textOf(locale, 'helping.of', { name: owner })}</p>`}
      <section class="result">
        <dl>
          <dt>${textOf(locale, 'answer.balance')}</dt>
          <dd class="amount">${moneyText(locale, holding.spendableMinor, holding.unit)}</dd>
          <dt>${textOf(locale, 'answer.state')}</dt>
          <dd>${stateMark(locale, holding)}</dd>
          ${
            holding.maskedNumber &&
            html`<dt>${textOf(locale, 'wallet.number')}</dt>
              <dd class="masked">${holding.maskedNumber}</dd>`
          }
        </dl>
        ${
          holding.heldMinor > 0n &&
          html`<p class="read-at">
            ${textOf(locale, 'answer.held', { amount: moneyText(locale, holding.heldMinor, holding.unit) })}
          </p>`
        }
      </section>
      ${lotsTable(locale, catalogue, holding)}
      ${
        isUsable && payPlace !== null
          ? payForm(locale, holding, { payPlace, payMax })
          : html`<h2>${textOf(locale, 'answer.todo')}</h2>
              <p>
                ${textOf(locale, isUsable ? 'wallet.useAsIs' : `todo.${holding.isFrozen ? 'frozen' : holding.state}`)}
              </p>`
      }
      <p>
        <a href="${homeAddress(locale)}/wallet">${textOf(locale, 'wallet.back')}</a>
      </p>`,
  );
}

function payForm(
  locale: Locale,
  { unit }: Holding,
  { payPlace, payMax }: { readonly payPlace: string; readonly payMax: bigint },
): Html {
  const amounts = PAY_AMOUNTS.filter((minor) => minor <= payMax);
  return html` <h2>${textOf(locale, 'wallet.pay')}</h2>
    <p>${textOf(locale, 'wallet.payLead')}</p>
    <form class="ask" method="get" action="${memberAddress(locale, payPlace)}">
      <label for="pay-max">${textOf(locale, 'wallet.payMax')}</label>
      <select id="pay-max" name="max">
        ${amounts.map(
          (minor) =>
            html`<option value="${minor}" ${minor === PAY_USUAL && html`selected`}>
              ${moneyText(locale, minor, unit)}
            </option>`,
        )}
      </select>
      <button class="button" type="submit">${textOf(locale, 'wallet.payShow')}</button>
    </form>`;
}

export interface HistorySeen extends WalletShown {
  readonly catalogue: Catalogue;
  readonly member: Member;
  readonly lines: readonly HistoryLine[];
  readonly older: number | null;
}

/** A line of the one history: of the wallet, or of gifts. */
export interface HistoryLine {
  readonly at: number;
  readonly what: string;
  readonly of: string | null;
  readonly place: string | null; // where more of it is told
  readonly amount: string | null;
}

export function historyPage(shown: HistorySeen): Page {
  const { locale, lines, older } = shown;
  const heading = textOf(locale, 'wallet.history');
  return walletPage(
    shown,
    { place: '/wallet/history', nav: '/wallet/history', heading },
    html`<p class="lead">${textOf(locale, 'wallet.historyLead')}</p>
      ${
        lines.length === 0
          ? html`<p>${textOf(locale, 'wallet.historyEmpty')}</p>`
          : html`<div class="scrolls" role="region" tabindex="0" aria-label="${heading}">
              <table class="events">
                <thead>
                  <tr>
                    <th scope="col">${textOf(locale, 'member.when')}</th>
                    <th scope="col">${textOf(locale, 'member.what')}</th>
                    <th scope="col" class="figure">${textOf(locale, 'wallet.amount')}</th>
                  </tr>
                </thead>
                <tbody>
                  ${lines.map(
                    ({ at, what, of, place, amount }) =>
                      html`<tr>
                        <td>${timeText(locale, at)}</td>
                        <td>
                          ${place === null ? what : html`<a href="${memberAddress(locale, place)}">${what}</a>`}
                          ${of !== null && html`<br /><span class="hint">${of}</span>`}
                        </td>
                        <td class="figure">${amount ?? ''}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
      ${
        older !== null &&
        html`<p>
          <a href="${memberAddress(locale, `/wallet/history?before=${older}`)}"
            >${textOf(locale, 'member.historyMore')}</a
          >
        </p>`
      }
      <p>
        <a href="${memberAddress(locale, '/account/history')}"
          >${textOf(locale, 'wallet.signInsLink')}</a
        >
      </p>`,
  );
}

/** In plain words. Kinds of the engine that a wallet never meets are told as what they did. */
export function lineOf(locale: Locale, catalogue: Catalogue, event: WalletEvent): HistoryLine {
  const { at, what, productId, amountMinor, unit } = event;
  const of = productId === null ? null : productName(locale, catalogue, productId);
  const money = amountMinor === null || unit === null ? null : moneyText(locale, amountMinor, unit);
  if (what.is === 'act') {
    const by = what.helper === null ? null : textOf(locale, 'helping.by', { name: what.helper });
    return {
      at,
      what: textOf(locale, `wallet.act.${what.kind}`),
      of: by ?? of,
      place: null,
      amount: money,
    };
  }
  const known = VALUE_KINDS.find((kind) => kind === what.kind);
  const said =
    known === undefined
      ? (`wallet.value.${what.direction}` as const)
      : (`wallet.value.${known}` as const);
  const sign = what.direction === 'in' ? '+' : '−';
  const amount = money === null ? null : `${sign}${money}`;
  return { at, what: textOf(locale, said), of, place: null, amount };
}

const VALUE_KINDS = ['redeem', 'capture', 'load', 'return', 'reverse', 'expire', 'void'] as const;
