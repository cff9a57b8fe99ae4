import type { FastifyRequest } from 'fastify';
import { html, type Html } from '../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';

interface Place {
  readonly place: string; // under the home of its language
  readonly name: TextKey;
}

const EVERYWHERE: readonly Place[] = [
  { place: '', name: 'site.home' },
  { place: '/buy', name: 'site.buy' },
  { place: '/why', name: 'why.link' },
  { place: '/check', name: 'check.link' },
  { place: '/status', name: 'status.nav' },
  { place: '/help', name: 'help.nav' },
];

/** For whoever is not signed in: what needs no account, and the way in. */
const STRANGERS: readonly Place[] = [
  ...EVERYWHERE,
  { place: '/gift', name: 'nav.claim' },
  { place: '/not-me', name: 'case.title' },
  { place: '/account', name: 'member.signIn' },
];

const MEMBERS: readonly Place[] = [
  { place: '/wallet', name: 'nav.wallet' },
  { place: '/wallet/history', name: 'nav.history' },
  { place: '/gifts/send', name: 'nav.send' },
  { place: '/gift', name: 'nav.claim' },
  { place: '/inbox', name: 'member.inbox' },
  { place: '/account', name: 'member.nav' },
  { place: '/not-me', name: 'case.title' },
];

/** For members at the end of a page: what they come for less often. */
const MORE: readonly Place[] = [
  ...EVERYWHERE,
  { place: '/gifts', name: 'nav.sent' },
  { place: '/helping', name: 'nav.helping' },
  { place: '/account/security', name: 'member.security' },
];

/** Only for what is shown of the site: the cookie may be of a session that is over, and opens nothing by itself. */
export function looksSignedIn({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return /(?:^|;\s*)(?:__Secure-)?kinken_member\.session_token=./.test(headers.cookie ?? '');
}

export interface Whereabouts {
  readonly locale: Locale;
  readonly here: string | undefined;
  readonly isSignedIn: boolean;
}

export function navigation(where: Whereabouts): Html {
  return placesNav(where, 'site.places', where.isSignedIn ? MEMBERS : STRANGERS);
}

export function moreNavigation(where: Whereabouts): Html | false {
  return where.isSignedIn && placesNav(where, 'site.morePlaces', MORE);
}

function placesNav({ locale, here }: Whereabouts, label: TextKey, places: readonly Place[]): Html {
  return html` <nav class="places" aria-label="${textOf(locale, label)}">
    <ul>
      ${places.map(
        ({ place, name }) =>
          html`<li>
            <a href="/${locale}${place}" ${place === here && html`aria-current="page"`}
              >${textOf(locale, name)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
