import { html, type Html } from '../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import { homeAddress, type Page } from './layout.ts';

interface Topic {
  readonly title: TextKey;
  readonly words: TextKey;
  readonly links: readonly { readonly place: string; readonly name: TextKey }[];
}

/** What people come with, the most urgent first; each says what happens next and where to go. */
const TOPICS: readonly Topic[] = [
  {
    title: 'help.notMe',
    words: 'help.notMeWords',
    links: [{ place: '/not-me', name: 'case.title' }],
  },
  {
    title: 'help.readOut',
    words: 'help.readOutWords',
    links: [{ place: '/not-me', name: 'case.title' }],
  },
  { title: 'help.real', words: 'help.realWords', links: [{ place: '/check', name: 'check.link' }] },
  {
    title: 'help.code',
    words: 'help.codeWords',
    links: [
      { place: '/why', name: 'why.link' },
      { place: '/status', name: 'status.nav' },
    ],
  },
  {
    title: 'help.wallet',
    words: 'help.walletWords',
    links: [{ place: '/wallet', name: 'nav.wallet' }],
  },
  {
    title: 'help.gift',
    words: 'help.giftWords',
    links: [
      { place: '/gifts/send', name: 'nav.send' },
      { place: '/gift', name: 'nav.claim' },
    ],
  },
  {
    title: 'help.lost',
    words: 'help.lostWords',
    links: [{ place: '/recover', name: 'help.recover' }],
  },
  {
    title: 'help.family',
    words: 'help.familyWords',
    links: [{ place: '/helping', name: 'nav.helping' }],
  },
  {
    title: 'help.leave',
    words: 'help.leaveWords',
    links: [
      { place: '/account/copy', name: 'life.copy' },
      { place: '/account/close', name: 'life.close' },
    ],
  },
  { title: 'help.death', words: 'help.deathWords', links: [{ place: '/why', name: 'help.desks' }] },
];

export function helpPage(locale: Locale): Page {
  const title = textOf(locale, 'help.title');
  const body = html`<h1>${title}</h1>
    <p class="lead">${textOf(locale, 'help.lead')}</p>
    ${TOPICS.map((topic) => topicOf(locale, topic))}`;
  const otherAddress = `${homeAddress(locale === 'ja' ? 'en' : 'ja')}/help`;
  return { locale, title, body, place: '/help', otherAddress, isPublic: true };
}

function topicOf(locale: Locale, { title, words, links }: Topic): Html {
  return html`<h2>${textOf(locale, title)}</h2>
    <p>${textOf(locale, words)}</p>
    <p class="go">
      ${links.map(
        ({ place, name }) =>
          html`<a href="${homeAddress(locale)}${place}">${textOf(locale, name)}</a> `,
      )}
    </p>`;
}
