import { html, type Html } from '../../kernel/html.ts';
import { moneyText, textOf } from '../../kernel/locale.ts';
import { timeText } from '../../members/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { HelpGiver, Helping, Holding } from '../../wallets/index.ts';
import type { Page } from '../layout.ts';
import { buttonForm, memberAddress } from '../members/member-forms.ts';
import {
  holdingPlace,
  productName,
  stateMark,
  walletPage,
  type WalletShown,
} from './wallet-parts.ts';

export const HELPER_AMOUNTS = [1_000n, 3_000n, 5_000n, 10_000n, 30_000n] as const;

export function helpingPage(
  shown: WalletShown & {
    readonly helpers: readonly HelpGiver[];
    readonly helps: readonly Helping[];
    readonly email: string;
  },
): Page {
  const { locale, helpers, helps } = shown;
  return walletPage(
    shown,
    { place: '/helping', nav: '/helping', heading: textOf(locale, 'helping.title') },
    html`<p class="lead">${textOf(locale, 'helping.lead')}</p>
      <h2>${textOf(locale, 'helping.mine')}</h2>
      ${
        helpers.length === 0
          ? html`<p>${textOf(locale, 'helping.nobody')}</p>`
          : html`<ul class="holdings">
              ${helpers.map((helper) => helperItem(shown, helper))}
            </ul>`
      }
      ${inviteForm(shown)}
      <h2>${textOf(locale, 'helping.others')}</h2>
      ${
        helps.length === 0
          ? html`<p>${textOf(locale, 'helping.noOthers')}</p>`
          : html`<ul class="holdings">
              ${helps.map((helping) => helpedItem(shown, helping))}
            </ul>`
      }`,
  );
}

function mayText(
  { locale }: WalletShown,
  may: Pick<HelpGiver, 'mayPay' | 'dayMaxMinor' | 'giveDayMaxMinor'>,
): string {
  const yen = (minor: bigint) => ({ amount: moneyText(locale, minor, 'JPY') });
  const pay = may.mayPay
    ? textOf(locale, 'helping.mayPay', yen(may.dayMaxMinor))
    : textOf(locale, 'helping.maySee');
  if (may.giveDayMaxMinor === 0n) return pay;
  const give = textOf(locale, 'helping.mayGive', yen(may.giveDayMaxMinor));
  return locale === 'ja' ? `${pay}・${give}` : `${pay}; ${give}`;
}

function helperItem(shown: WalletShown, helper: HelpGiver): Html {
  const { locale } = shown;
  const { helperId, name, email, acceptedAt, invitedUntil } = helper;
  const who = name ?? email ?? '';
  return html`<li>
    <h3>${who}</h3>
    <p>
      ${mayText(shown, helper)}<br />
      ${
        acceptedAt === null
          ? textOf(locale, 'helping.waits', { until: timeText(locale, invitedUntil) })
          : textOf(locale, 'helping.since', { at: timeText(locale, acceptedAt) })
      }
    </p>
    ${buttonForm(shown, {
      action: '/helping/end',
      submit: 'helping.end',
      label: textOf(locale, 'helping.endLabel', { name: who }),
      hidden: { helper: helperId },
    })}
  </li>`;
}

function inviteForm({ locale, token }: WalletShown): Html {
  return html`<h3>${textOf(locale, 'helping.invite')}</h3>
    <form class="ask" method="post" action="${memberAddress(locale, '/helping/invite')}">
      <input type="hidden" name="token" value="${token}" />
      <p>
        <label for="helper-email">${textOf(locale, 'helping.email')}</label>
        <span class="hint" id="helper-email-hint">${textOf(locale, 'helping.emailHint')}</span>
        <input
          id="helper-email"
          name="email"
          type="email"
          maxlength="254"
          autocomplete="off"
          aria-describedby="helper-email-hint"
          required
        />
      </p>
      <p>
        <label for="helper-may">${textOf(locale, 'helping.may')}</label>
        <select id="helper-may" name="may">
          <option value="0">${textOf(locale, 'helping.maySee')}</option>
          ${HELPER_AMOUNTS.map(
            (minor) =>
              html`<option value="${minor}">
                ${textOf(locale, 'helping.mayPay', { amount: moneyText(locale, minor, 'JPY') })}
              </option>`,
          )}
        </select>
      </p>
      <p>
        <label for="helper-give">${textOf(locale, 'helping.give')}</label>
        <span class="hint" id="helper-give-hint">${textOf(locale, 'helping.giveHint')}</span>
        <select id="helper-give" name="give" aria-describedby="helper-give-hint">
          <option value="0">${textOf(locale, 'helping.mayNotGive')}</option>
          ${HELPER_AMOUNTS.map(
            (minor) =>
              html`<option value="${minor}">
                ${textOf(locale, 'helping.mayGive', { amount: moneyText(locale, minor, 'JPY') })}
              </option>`,
          )}
        </select>
      </p>
      <button class="button" type="submit">${textOf(locale, 'helping.submit')}</button>
    </form>`;
}

function helpedItem(shown: WalletShown, helping: Helping): Html {
  const { locale } = shown;
  const { helperId, name, isAccepted, invitedUntil } = helping;
  const end = buttonForm(shown, {
    action: '/helping/end',
    submit: isAccepted ? 'helping.stop' : 'helping.decline',
    label: textOf(locale, isAccepted ? 'helping.stopLabel' : 'helping.declineLabel', { name }),
    hidden: { helper: helperId },
  });
  if (isAccepted) {
    return html`<li>
      <h3>
        <a href="${memberAddress(locale, `/helping/${helperId}`)}"
          >${textOf(locale, 'helping.of', { name })}</a
        >
      </h3>
      <p>${mayText(shown, helping)}</p>
      ${end}
    </li>`;
  }
  return html`<li>
    <h3>${textOf(locale, 'helping.asked', { name })}</h3>
    <p>
      ${mayText(shown, helping)}<br />${textOf(locale, 'helping.waits', { until: timeText(locale, invitedUntil) })}
    </p>
    <p>${textOf(locale, 'helping.onlyIfKnown')}</p>
    ${buttonForm(shown, {
      action: '/helping/accept',
      submit: 'helping.accept',
      label: textOf(locale, 'helping.acceptLabel', { name }),
      hidden: { helper: helperId },
    })}
    ${end}
  </li>`;
}

/** The wallet of somebody who is helped. */
export function helpedPage(
  shown: WalletShown & {
    readonly catalogue: Catalogue;
    readonly helping: Omit<Helping, 'isAccepted' | 'invitedUntil'>;
    readonly leftMinor: bigint;
    readonly leftToGive: bigint;
    readonly hasGiven: boolean;
    readonly holdings: readonly Holding[];
  },
): Page {
  const { locale, catalogue, helping, leftMinor, leftToGive, holdings } = shown;
  const { helperId, name, mayPay, giveDayMaxMinor } = helping;
  return walletPage(
    shown,
    {
      place: `/helping/${helperId}`,
      nav: '/helping',
      heading: textOf(locale, 'helping.of', { name }),
    },
    html`${
        shown.hasGiven &&
        html`<div class="notice" role="status">
          <p>${textOf(locale, 'helping.done.gave', { name })}</p>
        </div>`
      }
      <p class="lead">${mayText(shown, helping)}</p>
      ${mayPay && html`<p>${textOf(locale, 'helping.left', { amount: moneyText(locale, leftMinor > 0n ? leftMinor : 0n, 'JPY') })}</p>`}
      ${
        giveDayMaxMinor > 0n &&
        html`<p>
            ${textOf(locale, 'helping.leftToGive', { amount: moneyText(locale, leftToGive > 0n ? leftToGive : 0n, 'JPY') })}
          </p>
          <p>
            <a class="button quiet" href="${memberAddress(locale, `/helping/${helperId}/gift`)}"
              >${textOf(locale, 'helping.sendGift', { name })}</a
            >
          </p>`
      }
      <p>${textOf(locale, 'helping.recorded', { name })}</p>
      ${
        holdings.length === 0
          ? html`<p>${textOf(locale, 'helping.emptyWallet')}</p>`
          : html`<ul class="holdings">
              ${holdings.map(
                (holding) =>
                  html`<li>
                    <h2>
                      <a
                        href="${memberAddress(locale, `/helping/${helperId}/${holdingPlace(holding)}`)}"
                        >${productName(locale, catalogue, holding.productId)}</a
                      >
                    </h2>
                    <p class="amount">${moneyText(locale, holding.spendableMinor, holding.unit)}</p>
                    <p>${stateMark(locale, holding)}</p>
                  </li>`,
              )}
            </ul>`
      }
      <p><a href="${memberAddress(locale, '/helping')}">${textOf(locale, 'helping.back')}</a></p>`,
  );
}
