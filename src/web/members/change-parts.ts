import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import {
  changeText,
  deviceNameText,
  placeText,
  timeText,
  type WaitingChange,
} from '../../members/index.ts';
import { buttonForm, memberAddress, type FormShown } from './member-forms.ts';

/** What waits, and a button that stops each: on every page where its owner may come by. */
export function changesPart(
  shown: Pick<FormShown, 'locale' | 'token'>,
  { waiting, action }: { readonly waiting: readonly WaitingChange[]; readonly action: string },
): Html | false {
  if (waiting.length === 0) return false;
  const { locale } = shown;
  return html`<section aria-labelledby="waiting">
    <h2 id="waiting">${textOf(locale, 'member.changes')}</h2>
    <p>${textOf(locale, 'member.changesLead')}</p>
    ${waiting.map((each) => changePart(shown, each, action))}
  </section>`;
}

function changePart(
  shown: Pick<FormShown, 'locale' | 'token'>,
  change: WaitingChange,
  action: string,
): Html {
  const { locale } = shown;
  const what = whatOf(locale, change);
  return html`<div class="notice">
    <p>
      <strong>${what}</strong><br />${textOf(locale, 'member.changes.when', {
        asked: timeText(locale, change.askedAt),
        ready: timeText(locale, change.readyAt),
      })}<br />${textOf(locale, 'member.changes.where', {
        device: deviceNameText(locale, change),
        place: placeText(locale, change),
      })}
    </p>
    ${buttonForm(shown, {
      action,
      submit: 'member.changes.stop',
      label: textOf(locale, 'member.changes.stopLabel', { what }),
      hidden: { change: change.changeId },
    })}
  </div>`;
}

function whatOf(locale: Locale, { kind, content }: WaitingChange): string {
  if (content === null) return textOf(locale, `member.changeKind.${kind}`);
  return changeText(locale, kind, content);
}

/** Nothing that protects the account comes by mail any more: whoever looks at the account is told before the inbox is opened. */
export function mailStoppedNotice(locale: Locale): Html {
  return html`<div class="notice" role="status">
    <p><strong>${textOf(locale, 'inbox.stopped.title')}</strong></p>
    <p>${textOf(locale, 'member.mailStopped')}</p>
    <p>
      <a href="${memberAddress(locale, '/inbox')}">${textOf(locale, 'member.mailStoppedLink')}</a>
    </p>
  </div>`;
}

/** A case stops everything of this member: what it is, and where it is lifted. */
export function stoppedNotice(locale: Locale): Html {
  return html`<div class="notice" role="status">
    <p><strong>${textOf(locale, 'wallet.stoppedTitle')}</strong></p>
    <p>${textOf(locale, 'wallet.stoppedLead')}</p>
    <p>
      <a href="${memberAddress(locale, '/account/cases')}"
        >${textOf(locale, 'wallet.stoppedLink')}</a
      >
    </p>
  </div>`;
}
