import { html, type Html } from '../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import { homeAddress } from './layout.ts';

const WAYS: readonly { readonly place: string; readonly name: TextKey }[] = [
  { place: '', name: 'error.home' },
  { place: '/status', name: 'ways.status' },
  { place: '/help', name: 'ways.help' },
];

/** For a page at which a way ends: none leaves its reader without a next step. */
export function waysOn(locale: Locale): Html {
  return html`<nav aria-label="${textOf(locale, 'ways.label')}">
    <ul class="plain-list">
      ${WAYS.map(
        ({ place, name }) =>
          html`<li><a href="${homeAddress(locale)}${place}">${textOf(locale, name)}</a></li>`,
      )}
    </ul>
  </nav>`;
}
