import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import {
  deviceNameText,
  placeText,
  timeText,
  type MemberSession,
  type ShownDevice,
  type ShownSignIn,
  type WaitingChange,
} from '../../members/index.ts';
import type { Page } from '../layout.ts';
import { changesPart, mailStoppedNotice, stoppedNotice } from './change-parts.ts';
import { requestPart, type ShownRequest } from './request-part.ts';
import { buttonForm, memberAddress, problemOf, statusOf, type FormShown } from './member-forms.ts';

export function accountPage(
  shown: FormShown & {
    readonly session: MemberSession;
    readonly devices: readonly ShownDevice[];
    readonly waiting: readonly WaitingChange[];
    readonly isStopped: boolean;
    readonly isMailStopped: boolean;
    readonly request: ShownRequest | null;
  },
): Page {
  const { locale, session, devices, waiting, isStopped, isMailStopped, request } = shown;
  const { member } = session;
  return accountPageOf(
    shown,
    '/account',
    'member.account',
    html` <p class="lead">
        ${textOf(locale, 'member.hello', { name: member.name })}<br />${member.email}
      </p>
      ${problemOf(shown)} ${isStopped && stoppedNotice(locale)}
      ${isMailStopped && mailStoppedNotice(locale)}
      ${request !== null && requestPart(locale, request)}
      ${changesPart(shown, { waiting, action: '/account/changes/stop' })}
      ${accountPlaces(locale, '/account')}
      <h2>${textOf(locale, 'member.devices')}</h2>
      <p>${textOf(locale, 'member.devicesLead')}</p>
      <ul class="devices">
        ${devices.map((device) => deviceItem(shown, session, device))}
      </ul>
      ${
        devices.length > 1 &&
        buttonForm(shown, { action: '/account/end-others', submit: 'member.device.endOthers' })
      }
      ${member.locale !== locale && languagePart(shown)}
      ${buttonForm(shown, { action: '/account/sign-out', submit: 'member.signOut' })}`,
  );
}

/** Whoever reads in one language and is written to in the other. */
function languagePart(shown: FormShown): Html {
  const { locale } = shown;
  return html`<h2>${textOf(locale, 'member.language')}</h2>
    <p>${textOf(locale, 'member.languageLead')}</p>
    ${buttonForm(shown, { action: '/account/language', submit: 'member.language.here' })}`;
}

/** A list, no table: what ends a device stands under it on the narrowest screen. */
function deviceItem(shown: FormShown, session: MemberSession, device: ShownDevice): Html {
  const { locale } = shown;
  const name = device.name ?? textOf(locale, 'member.device.unknown');
  const isHere = device.deviceId === session.deviceId;
  const state: TextKey = isHere
    ? 'member.device.here'
    : device.isSignedIn
      ? 'member.device.signedIn'
      : 'member.device.signedOut';
  return html`<li>
    <p>
      <strong>${name}</strong><br />
      ${textOf(locale, 'member.state')}: ${textOf(locale, state)}<br />
      ${textOf(locale, 'member.placeColumn')}: ${placeText(locale, device)}<br />
      ${textOf(locale, 'member.lastSeen')}: ${timeText(locale, device.lastSeenAt)}
    </p>
    ${
      !isHere &&
      buttonForm(shown, {
        action: '/account/end-device',
        submit: 'member.device.end',
        label: textOf(locale, 'member.device.endLabel', { device: name }),
        hidden: { device: device.deviceId },
      })
    }
  </li>`;
}

export function historyPage(
  shown: FormShown & { readonly signIns: readonly ShownSignIn[]; readonly pageSize: number },
): Page {
  const { locale, signIns, pageSize } = shown;
  const last = signIns.length === pageSize ? signIns.at(-1) : undefined;
  return accountPageOf(
    shown,
    '/account/history',
    'member.history',
    html` <p class="lead">${textOf(locale, 'member.historyLead')}</p>
      ${
        signIns.length === 0
          ? html`<p>${textOf(locale, 'member.historyEmpty')}</p>`
          : table(
              locale,
              'member.history',
              ['member.when', 'member.what', 'member.odd', 'member.device', 'member.placeColumn'],
              signIns.map((each) => historyRow(locale, each)),
            )
      }
      ${
        last !== undefined &&
        html`<p>
          <a href="${memberAddress(locale, `/account/history?before=${last.signInId}`)}"
            >${textOf(locale, 'member.historyMore')}</a
          >
        </p>`
      }
      ${accountPlaces(locale, '/account/history')}`,
  );
}

function historyRow(locale: Locale, each: ShownSignIn): Html {
  const odd = each.oddities.map((oddity) => textOf(locale, `member.odd.${oddity}`));
  return html`<tr>
    <td>${timeText(locale, each.at)}</td>
    <td>${textOf(locale, `member.outcome.${each.outcome}`)}</td>
    <td>
      ${odd.length === 0 ? textOf(locale, 'member.odd.none') : html`<strong>${odd.join(', ')}</strong>`}
    </td>
    <td>${deviceNameText(locale, each)}</td>
    <td>${placeText(locale, each)}</td>
  </tr>`;
}

export function accountPageOf(
  shown: FormShown,
  place: string,
  heading: TextKey,
  content: Html,
): Page {
  const { locale } = shown;
  const title = textOf(locale, heading);
  const body = html`<h1>${title}</h1>
    ${content}`;
  const otherAddress = memberAddress(locale === 'ja' ? 'en' : 'ja', place);
  const status = statusOf(shown);
  return { locale, title, body, status, isWide: true, place: '/account', otherAddress };
}

const ACCOUNT_PLACES = [
  { place: '/account', name: 'member.account' },
  { place: '/account/history', name: 'member.history' },
  { place: '/account/security', name: 'member.security' },
  { place: '/inbox', name: 'member.inbox' },
  { place: '/not-me', name: 'case.link' },
  { place: '/account/cases', name: 'case.list' },
  { place: '/helping', name: 'helping.title' },
  { place: '/account/copy', name: 'life.copy' },
  { place: '/account/close', name: 'life.close' },
] as const satisfies readonly { readonly place: string; readonly name: TextKey }[];

/** All of them but the one that is being read. */
export function accountPlaces(
  locale: Locale,
  here: (typeof ACCOUNT_PLACES)[number]['place'],
): Html {
  return html`<ul class="plain-list">
    ${ACCOUNT_PLACES.filter(({ place }) => place !== here).map(
      ({ place, name }) =>
        html`<li><a href="${memberAddress(locale, place)}">${textOf(locale, name)}</a></li>`,
    )}
  </ul>`;
}

function table(
  locale: Locale,
  label: TextKey,
  columns: readonly TextKey[],
  rows: readonly Html[],
): Html {
  return html`<div class="scrolls" tabindex="0" role="region" aria-label="${textOf(locale, label)}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${textOf(locale, column)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
