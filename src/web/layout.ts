import type { FastifyReply } from 'fastify';
import { html, pageText, type Html } from '../kernel/html.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { PASSKEYS_ADDRESS, STYLES_ADDRESS } from './assets.ts';
import { looksSignedIn, moreNavigation, navigation } from './places.ts';

export interface Page {
  readonly locale: Locale;
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  readonly isWide?: boolean;
  /** The same page in the other language. */
  readonly otherAddress?: string;
  /** Which of the places in the navigation it is: `/buy`. */
  readonly place?: string;
  /** More for the head: a feed. */
  readonly head?: Html;
  /** Whether search engines may show it: only what is the same for everybody. */
  readonly isPublic?: boolean;
  /** Whether passkeys are made or shown there: then, and only then, our one script runs. */
  readonly hasPasskeys?: boolean;
}

/** No script, no style but our sheet, nothing from elsewhere; forms go to us only. */
export const SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

const PASSKEY_POLICY = `${SECURITY_POLICY}; script-src 'self'`;

export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .code(page.status ?? 200)
    .header('content-security-policy', page.hasPasskeys ? PASSKEY_POLICY : SECURITY_POLICY)
    .header('content-language', page.locale)
    .header('vary', 'accept-language')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(pageText(frame(page, looksSignedIn(reply.request))));
}

/** A whole page as it is sent: for those that are made before anybody asks. */
export function pageDocument(page: Page): string {
  return pageText(frame(page, false));
}

export function homeAddress(locale: Locale): string {
  return locale === 'ja' ? '/ja' : '/en';
}

function frame(page: Page, isSignedIn: boolean): Html {
  const { locale, title, body, isWide, otherAddress } = page;
  const other = locale === 'ja' ? 'en' : 'ja';
  return html` <html lang="${locale}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      ${!page.isPublic && html`<meta name="robots" content="noindex" />`}
      <title>${title} - ${textOf(locale, 'site.name')}</title>
      <link rel="stylesheet" href="${STYLES_ADDRESS}" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      ${page.hasPasskeys && html`<script src="${PASSKEYS_ADDRESS}" defer></script>`} ${page.head}
    </head>
    <body class="${isWide ? 'wide' : 'narrow'}">
      <a class="skip" href="#content">${textOf(locale, 'site.skip')}</a>
      <header class="bar">
        <div class="bar-inner">
          <a class="brand" href="${homeAddress(locale)}"
            >${MARK}<span>${textOf(locale, 'site.name')}</span></a
          >
          <a
            class="language"
            lang="${other}"
            hreflang="${other}"
            href="${otherAddress ?? homeAddress(other)}"
            aria-label="${textOf(locale, 'site.languageLabel')}"
            >${textOf(locale, 'site.language')}</a
          >
        </div>
        ${navigation({ locale, here: page.place, isSignedIn })}
      </header>
      <main id="content" tabindex="-1">${body}</main>
      <footer class="foot">
        ${moreNavigation({ locale, here: page.place, isSignedIn })}
        <div class="foot-inner">
          <p>${textOf(locale, 'site.footer')}</p>
          <p><a href="/docs">${textOf(locale, 'site.docs')}</a></p>
        </div>
      </footer>
    </body>
  </html>`;
}

/** A ticket with its notch. */
const MARK = html`<svg
  width="32"
  height="24"
  viewBox="0 0 32 24"
  aria-hidden="true"
  focusable="false"
>
  <path
    fill="currentColor"
    d="M3 0h26a3 3 0 0 1 3 3v5a4 4 0 0 0 0 8v5a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3v-5a4 4 0 0 0 0-8V3a3 3 0 0 1 3-3Zm7 5v14h2V5Z"
  />
</svg>`;

export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -4 32 32"><path fill="#3460fb" ' +
  'd="M3 0h26a3 3 0 0 1 3 3v5a4 4 0 0 0 0 8v5a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3v-5a4 4 0 0 0 0-8V3a3 3 0 0 1 3-3Zm7 5v14h2V5Z"/></svg>';
