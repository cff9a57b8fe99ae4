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
  { place: '/not-me', name: 'case.title' },
  { place: '/gift', name: 'nav.claim' },
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
  return /(?:^|;\s*)(?:__Secure-)?kinken_member\.session_token=[^;]/.test(headers.cookie ?? '');
}

export interface Whereabouts {
  readonly locale: Locale;
  readonly here: string | undefined;
  readonly isSignedIn: boolean;
}

/** Behind one button on a phone, in rows at a desk: kinken.css opens it there. */
export function navigation(where: Whereabouts): Html {
  const { locale, isSignedIn } = where;
  return html`<nav class="places" aria-label="${textOf(locale, 'site.places')}">
    <details class="menu">
      <summary>${textOf(locale, 'site.menu')}</summary>
      ${listOf(where, isSignedIn ? MEMBERS : STRANGERS)}
    </details>
  </nav>`;
}

export function moreNavigation(where: Whereabouts): Html | false {
  return (
    where.isSignedIn &&
    html`<nav class="places" aria-label="${textOf(where.locale, 'site.morePlaces')}">
      ${listOf(where, MORE)}
    </nav>`
  );
}

function listOf({ locale, here }: Whereabouts, places: readonly Place[]): Html {
  return html`<ul>
    ${places.map(
      ({ place, name }) =>
        html`<li>
          <a href="/${locale}${place}" ${place === here && html`aria-current="page"`}
            >${textOf(locale, name)}</a
          >
        </li>`,
    )}
  </ul>`;
}
