import { publicIncidentId } from '../../incidents/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import {
  CONTACT_MAX,
  WORDS_MAX,
  type AnswerWords,
  type Asked,
  type Cause,
  type Reported,
  type ValueSafety,
} from '../../questions/index.ts';
import { homeAddress, type Page } from '../layout.ts';
import { STATE_SHAPES, type StateShape } from '../state-shapes.ts';
import { whyAddress } from './form-page.ts';

export interface AnswerShown {
  readonly locale: Locale;
  readonly token: string;
  readonly asked: Asked;
  readonly words: AnswerWords;
}

export function whyAnswerPage(shown: AnswerShown): Page {
  const { locale, words, asked } = shown;
  const { title } = words;
  const body = html` <h1>${title}</h1>
    <p class="lead">${words.what}</p>
    <section class="result">
      <dl>
        <dt>${textOf(locale, 'why.safety')}</dt>
        <dd>
          ${mark(SAFETY_SHAPES[asked.answer.safety], words.safety)}
          <p class="read-at">${words.safetyMore}</p>
        </dd>
        ${
          words.left !== null &&
          html`<dt>${textOf(locale, 'why.left')}</dt>
            <dd>${words.left}</dd>`
        }
        ${
          words.since !== null &&
          html`<dt>${textOf(locale, isEvent(asked.answer.cause) ? 'why.when' : 'why.since')}</dt>
            <dd>${words.since}</dd>`
        }
        ${
          words.lookAgain !== null &&
          html`<dt>${textOf(locale, 'why.lookAgain')}</dt>
            <dd>${words.lookAgain}</dd>`
        }
      </dl>
    </section>
    <h2>${textOf(locale, 'why.todo')}</h2>
    ${
      words.todo.length === 1
        ? html`<p>${words.todo[0]}</p>`
        : html`<ul class="plain-list">
            ${words.todo.map((each) => html`<li>${each}</li>`)}
          </ul>`
    }
    ${announced(locale, words, asked)} ${typedPart(locale, words)}
    ${section(textOf(locale, 'why.usable'), words.usable)}
    ${
      words.environment.length > 0 &&
      html`<h2>${textOf(locale, 'why.device')}</h2>
        <ul class="plain-list">
          ${words.environment.map((each) => html`<li>${each}</li>`)}
        </ul>`
    }
    ${usesPart(locale, words)} ${asked.answer.canReport && notMeForm(shown)}
    ${deskPart(locale, words, asked)}
    <p class="read-at">${words.readAt}</p>
    <p>
      <a class="button quiet" href="${whyAddress(locale)}"
        >${textOf(locale, isAnotherTry(asked.answer.cause) ? 'unknown.again' : 'why.again')}</a
      >
    </p>`;
  const other = locale === 'ja' ? 'en' : 'ja';
  return { locale, title, body, place: '/why', otherAddress: `${whyAddress(other)}/answer` };
}

export function reportedPage(locale: Locale, reported: Reported): Page {
  const title = textOf(locale, 'why.reported.title');
  const stopped = reported.isStopped ? 'why.reported.stopped' : 'why.reported.notStopped';
  const body = html` <h1>${title}</h1>
    <section class="result">
      <p class="quiet-label">${textOf(locale, 'why.reported.number')}</p>
      <p class="report-number">${reported.number}</p>
      <p>${textOf(locale, stopped)}</p>
    </section>
    <h2>${textOf(locale, 'why.todo')}</h2>
    <ul class="plain-list">
      <li>${textOf(locale, 'why.reported.next')}</li>
      <li>${textOf(locale, 'why.reported.police')}</li>
    </ul>
    <p>
      <a class="button quiet" href="${homeAddress(locale)}">${textOf(locale, 'error.home')}</a>
    </p>`;
  const other = locale === 'ja' ? 'en' : 'ja';
  return { locale, title, body, place: '/why', otherAddress: `${whyAddress(other)}/reported` };
}

const SAFETY_SHAPES: Readonly<Record<ValueSafety, StateShape>> = {
  safe: STATE_SHAPES.active,
  not_loaded: STATE_SHAPES.blank,
  spent: STATE_SHAPES.used,
  ended: STATE_SHAPES.expired,
  unknown: { ...STATE_SHAPES.frozen, tone: 'still' },
};

function mark({ tone, shape }: StateShape, word: string): Html {
  return html`<span class="state ${tone}">${shape}<span>${word}</span></span>`;
}

/** It happened at an instant, and does not go on. */
function isEvent(cause: Cause): boolean {
  return cause === 'already_used' || cause === 'expired';
}

function isAnotherTry(cause: Cause): boolean {
  return cause === 'mistyped' || cause === 'cannot_tell';
}

function announced(locale: Locale, words: AnswerWords, { answer }: Asked): Html | null {
  if (answer.publicText === null) return null;
  return html`${words.lookAgain !== null && html`<p>${textOf(locale, 'why.lookAgainHint')}</p>`}
    ${section(textOf(locale, 'why.public'), words.announced)}
    <p>
      <a href="${statusAddress(locale, answer.publicText.incidentId)}"
        >${textOf(locale, 'why.status')}</a
      >
    </p>`;
}

function statusAddress(locale: Locale, incidentId: number | null): string {
  const status = `${homeAddress(locale)}/status`;
  return incidentId === null ? status : `${status}/incidents/${publicIncidentId(incidentId)}`;
}

function section(title: string, text: string | null): Html | null {
  if (text === null) return null;
  return html`<h2>${title}</h2>
    ${text.split('\n').map((line) => line.trim() !== '' && html`<p>${line}</p>`)}`;
}

function typedPart(locale: Locale, { typed, places }: AnswerWords): Html | null {
  if (typed === null) return null;
  return html`<h2>${textOf(locale, 'why.places')}</h2>
    <p>${typed}</p>
    ${
      places.length > 0 &&
      html`<ul class="plain-list">
        ${places.map(({ place, words }) => html`<li><strong>${place}</strong>: ${words}</li>`)}
      </ul>`
    }`;
}

function usesPart(locale: Locale, { uses }: AnswerWords): Html | null {
  if (uses.length === 0) return null;
  return html`<h2>${textOf(locale, 'why.uses')}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${textOf(locale, 'why.uses.at')}</th>
          <th scope="col">${textOf(locale, 'why.uses.where')}</th>
          <th scope="col" class="figure">${textOf(locale, 'why.uses.amount')}</th>
        </tr>
      </thead>
      <tbody>
        ${uses.map(
          ({ at, where, amount }) =>
            html`<tr>
              <td>${at}</td>
              <td>${where}</td>
              <td class="figure">${amount}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function notMeForm({ locale, token }: AnswerShown): Html {
  return html`<section class="not-me">
    <h2 id="not-me">${textOf(locale, 'why.notMe.title')}</h2>
    <p>${textOf(locale, 'why.notMe.lead')}</p>
    <p><a href="${homeAddress(locale)}/not-me">${textOf(locale, 'case.memberInstead')}</a></p>
    <form class="ask" method="post" action="${whyAddress(locale)}/not-me" autocomplete="off">
      <input type="hidden" name="token" value="${token}" />
      <div class="field">
        <label for="words">${textOf(locale, 'why.notMe.words')}</label>
        <p class="hint" id="words-hint">${textOf(locale, 'why.notMe.wordsHint')}</p>
        <textarea
          id="words"
          name="words"
          rows="4"
          maxlength="${WORDS_MAX}"
          aria-describedby="words-hint"
        ></textarea>
      </div>
      <div class="field">
        <label for="contact">${textOf(locale, 'why.notMe.contact')}</label>
        <input type="text" id="contact" name="contact" maxlength="${CONTACT_MAX}" />
      </div>
      <button class="button" type="submit">${textOf(locale, 'why.notMe.submit')}</button>
    </form>
  </section>`;
}

function deskPart(
  locale: Locale,
  { desk, haveAtHand }: AnswerWords,
  { answer }: Asked,
): Html | null {
  if (answer.responsible === 'none' || answer.responsible === 'own') return null;
  const row = (name: string, value: string | Html | null) =>
    value !== null &&
    html`<dt>${name}</dt>
      <dd>${value}</dd>`;
  const items = html`<ul class="plain-list">
    ${haveAtHand.map((each) => html`<li>${each}</li>`)}
  </ul>`;
  if (desk === null) {
    return html`<h2>${textOf(locale, 'why.desk')}</h2>
      <p>${textOf(locale, 'why.desk.none')}</p>
      <h3>${textOf(locale, 'why.desk.have')}</h3>
      ${items}`;
  }
  return html`<h2>${textOf(locale, 'why.desk')}</h2>
    <p><strong>${desk.name}</strong></p>
    <dl class="desk">
      ${row(textOf(locale, 'why.desk.hours'), desk.hours)}
      ${row(textOf(locale, 'why.desk.phone'), desk.phone && html`<a href="tel:${desk.phone.replace(/[^+0-9]/g, '')}">${desk.phone}</a>`)}
      ${row(textOf(locale, 'why.desk.mail'), desk.mail && html`<a href="mailto:${desk.mail}">${desk.mail}</a>`)}
      ${row(textOf(locale, 'why.desk.url'), desk.url && html`<a href="${desk.url}" rel="noreferrer">${desk.url}</a>`)}
      ${row(textOf(locale, 'why.desk.replies'), desk.replies)}
    </dl>
    <h3>${textOf(locale, 'why.desk.have')}</h3>
    ${items}`;
}
