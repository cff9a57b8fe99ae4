/** To be told: the form, the confirmation, the end. Pure. */
import {
  componentName,
  componentText,
  nameIn,
  type AskedSubscription,
  type Channel,
  type StatusView,
} from '../../incidents/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { Page } from '../layout.ts';
import { otherOf, statusAddress } from './place.ts';

export type SubscribeProblem = 'wrongMail' | 'wrongUrl' | 'wrongComponents' | 'tooMany';

export interface SubscribeForm {
  readonly locale: Locale;
  readonly token: string;
  readonly channel: Channel;
  readonly address: string;
  readonly chosen: ReadonlySet<string>;
  readonly problem: SubscribeProblem | null;
}

export function subscribePage(view: StatusView, form: SubscribeForm): Page {
  const { locale, token, problem } = form;
  const title = textOf(locale, 'subscribe.title');
  const isAddressWrong = problem === 'wrongMail' || problem === 'wrongUrl';
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'subscribe.lead')}</p>
    ${
      problem !== null &&
      !isAddressWrong &&
      html`<div class="notice"><p>${textOf(locale, `subscribe.${problem}`)}</p></div>`
    }
    <form class="ask" method="post" action="${statusAddress(locale)}/subscribe">
      <input type="hidden" name="token" value="${token}" />
      <fieldset class="picks">
        <legend>${textOf(locale, 'subscribe.channel')}</legend>
        <div class="pick-row">
          ${(['mail', 'webhook'] as const).map((channel) => channelChoice(channel, form))}
        </div>
      </fieldset>
      <label for="address">${textOf(locale, 'subscribe.address')}</label>
      <p class="hint" id="address-hint">${textOf(locale, 'subscribe.addressHint')}</p>
      <input
        type="text"
        id="address"
        name="address"
        required
        maxlength="2000"
        autocomplete="email"
        value="${form.address}"
        aria-describedby="${isAddressWrong ? 'address-hint address-error' : 'address-hint'}"
        aria-invalid="${isAddressWrong ? 'true' : 'false'}"
      />
      ${
        isAddressWrong &&
        html`<p class="field-error" id="address-error">
          ${textOf(locale, `subscribe.${problem}`)}
        </p>`
      }
      <fieldset class="picks">
        <legend>${textOf(locale, 'subscribe.components')}</legend>
        <p class="hint">${textOf(locale, 'subscribe.componentsHint')}</p>
        ${componentChoices(view, form)}
      </fieldset>
      <button class="button" type="submit">${textOf(locale, 'subscribe.submit')}</button>
    </form>`;
  return {
    locale,
    title,
    body,
    status: problem === null ? 200 : problem === 'tooMany' ? 429 : 422,
    otherAddress: `${statusAddress(otherOf(locale))}/subscribe`,
  };
}

function channelChoice(channel: Channel, form: SubscribeForm): Html {
  const isChosen = form.channel === channel;
  const id = `channel-${channel}`;
  return html`<div class="pick">
    ${
      isChosen
        ? html`<input type="radio" id="${id}" name="channel" value="${channel}" checked />`
        : html`<input type="radio" id="${id}" name="channel" value="${channel}" />`
    }
    <label for="${id}">${textOf(form.locale, `subscribe.${channel}`)}</label>
  </div>`;
}

function componentChoices(view: StatusView, { locale, chosen }: SubscribeForm): Html[] {
  const bySystem = Map.groupBy(view.components, ({ system }) => system);
  return [...bySystem].map(
    ([system, lines]) =>
      html`<fieldset class="picks">
        <legend>${nameIn(locale, system)}</legend>
        <div class="pick-row">
          ${lines.map(({ phase }) => {
            const name = componentName({ systemId: system.systemId, phase });
            const text = textOf(locale, `phase.${phase}`);
            const box = chosen.has(name)
              ? html`<input
                  type="checkbox"
                  id="c-${name}"
                  name="component"
                  value="${name}"
                  checked
                />`
              : html`<input type="checkbox" id="c-${name}" name="component" value="${name}" />`;
            return html`<div class="pick">${box}<label for="c-${name}">${text}</label></div>`;
          })}
        </div>
      </fieldset>`,
  );
}

export function askedPage(locale: Locale): Page {
  return told(locale, 'asked', html`<p>${textOf(locale, 'subscribe.askedNote')}</p>`, 'subscribed');
}

export function confirmPage(
  view: StatusView,
  asked: AskedSubscription,
  at: { readonly locale: Locale; readonly number: string },
): Page {
  const { locale, number } = at;
  const title = textOf(locale, 'subscribe.confirmTitle');
  const names = asked.components.flatMap(({ systemId, phase }) => {
    const line = view.components.find(({ system }) => system.systemId === systemId);
    return line === undefined ? [] : [componentText(locale, line.system, phase)];
  });
  const shown = names.length === 0 ? [textOf(locale, 'subscribe.everything')] : names;
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'subscribe.confirmLead')}</p>
    <ul class="plain-list">
      ${shown.map((name) => html`<li>${name}</li>`)}
    </ul>
    <form method="post" action="${statusAddress(locale)}/confirm/${number}">
      <button class="button" type="submit">${textOf(locale, 'subscribe.confirm')}</button>
    </form>`;
  const otherAddress = `${statusAddress(otherOf(locale))}/confirm/${number}`;
  return { locale, title, body, otherAddress };
}

export function confirmedPage(locale: Locale): Page {
  return told(locale, 'confirmed', false, 'confirmed');
}

/** Also for a confirmation that was used: Back and reload change nothing. */
export function unknownConfirmationPage(locale: Locale): Page {
  return { ...told(locale, 'unknown', false, 'subscribe'), status: 404 };
}

export function endPage(locale: Locale, token: string): Page {
  const title = textOf(locale, 'subscribe.endTitle');
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, 'subscribe.endLead')}</p>
    <form method="post" action="${statusAddress(locale)}/end/${token}">
      <button class="button" type="submit">${textOf(locale, 'subscribe.end')}</button>
    </form>`;
  return {
    locale,
    title,
    body,
    otherAddress: `${statusAddress(otherOf(locale))}/end/${token}`,
  };
}

export function endedPage(locale: Locale): Page {
  return told(locale, 'ended', false, 'subscribe');
}

function told(
  locale: Locale,
  what: 'asked' | 'confirmed' | 'unknown' | 'ended',
  more: Html | false,
  otherPath: string,
): Page {
  const title = textOf(locale, `subscribe.${what}Title`);
  const body = html` <h1>${title}</h1>
    <p class="lead">${textOf(locale, `subscribe.${what}Lead`)}</p>
    ${more}
    <p>
      <a class="button quiet" href="${statusAddress(locale)}">${textOf(locale, 'status.back')}</a>
    </p>`;
  return { locale, title, body, otherAddress: `${statusAddress(otherOf(locale))}/${otherPath}` };
}
