import type { GiftRoute } from '../../gifts/index.ts';
import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale, type TextKey } from '../../kernel/locale.ts';
import type { PaymentMethod } from '../../payments/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import {
  giftAddress,
  giftForm,
  giftPage,
  hiddenField,
  lastDay,
  linesOf,
  moneyText,
  namedMethod,
  productName,
  timeText,
  type GiftShown,
} from './gift-parts.ts';
import { chargeParts, pictureField } from './charge-parts.ts';
import { MOTIFS, motifPicture, readMotif } from './motifs.ts';
import {
  CHANNELS,
  OPEN_DAYS,
  SEND_FIELDS,
  type ReadGift,
  type SendForm,
} from './read-send-form.ts';
import { paymentPlace } from './payment-place.ts';

interface SendShown extends GiftShown {
  readonly form: SendForm;
  readonly routes: readonly GiftRoute[];
  readonly methods: readonly PaymentMethod[];
  readonly catalogue: Catalogue;
}

/** Where the form goes; behind it stands the deed. */
function placeOf({ helping }: Pick<SendShown, 'helping'>): string {
  return helping === undefined ? '/gifts/send' : `/helping/${helping.helperId}/gift`;
}

export function sendPage(shown: SendShown): Page {
  const { locale, routes, methods, helping } = shown;
  const usable = methods.filter(({ tenderId }) =>
    routes.some((each) => each.tenderId === tenderId),
  );
  const title =
    helping === undefined
      ? textOf(locale, 'gifts.send')
      : textOf(locale, 'helping.sendGift', { name: helping.name });
  const body =
    routes.length === 0
      ? html`<p>${textOf(locale, 'gifts.nothingToSend')}</p>`
      : usable.length === 0
        ? helping !== undefined
          ? html`<p>${textOf(locale, 'helping.noMethod', { name: helping.name })}</p>`
          : html`<p class="lead">${textOf(locale, 'gifts.methodFirst')}</p>
              <p>
                <a class="button" href="${giftAddress(locale, paymentPlace('/gifts/send'))}"
                  >${textOf(locale, 'gifts.addMethod')}</a
                >
              </p>`
        : html`${leadOf(shown)}
          ${giftForm(shown, {
            action: placeOf(shown),
            fields: html`${hiddenField('request', shown.form.request)} ${whatFields(shown, usable)}
            ${whoFields(shown)} ${wordFields(shown)} ${helping === undefined && whenFields(shown)}`,
            submit: textOf(locale, 'gifts.toConfirm'),
          })}`;
  return giftPage(shown, { place: placeOf(shown), title, body });
}

function leadOf({ locale, helping }: SendShown): Html {
  if (helping === undefined) return html`<p class="lead">${textOf(locale, 'gifts.sendLead')}</p>`;
  const { name, leftMinor } = helping;
  return html`<p class="lead">${textOf(locale, 'helping.giftLead', { name })}</p>
    <p>
      ${textOf(locale, 'helping.leftToGive', { amount: moneyText(locale, leftMinor, 'JPY') })}
    </p>`;
}

function whatFields(shown: SendShown, usable: readonly PaymentMethod[]): Html {
  const { locale, form, routes, catalogue } = shown;
  const products = [...new Map(routes.map((route) => [route.productId, route])).values()];
  return html`<div class="field">
      <label for="product">${textOf(locale, 'gifts.product')}</label>
      <select id="product" name="product" required>
        ${products.map(
          ({ productId }) =>
            html`<option
              value="${productId}"
              ${form.product === String(productId) && html`selected`}
            >
              ${productName(locale, catalogue, productId)}
            </option>`,
        )}
      </select>
    </div>
    <div class="field">
      <label for="amount">${textOf(locale, 'gifts.amount')}</label>
      <div class="hint" id="amount-hint">
        ${products.map(
          (route) =>
            html`<p>
              ${products.length > 1 && html`${productName(locale, catalogue, route.productId)}: `}
              ${amountsText(locale, route)}
            </p>`,
        )}
      </div>
      <input
        id="amount"
        name="amount"
        type="text"
        inputmode="numeric"
        maxlength="${SEND_FIELDS.amount}"
        value="${form.amount}"
        aria-describedby="amount-hint"
        required
      />
    </div>
    <div class="field">
      <label for="method">${textOf(locale, 'gifts.method')}</label>
      <select id="method" name="method" required>
        ${usable.map(
          (method) =>
            html`<option
              value="${String(method.methodId)}"
              ${form.method === String(method.methodId) && html`selected`}
            >
              ${namedMethod(locale, catalogue, method)}
            </option>`,
        )}
      </select>
      <p class="hint">${textOf(locale, 'gifts.methodHint')}</p>
    </div>`;
}

function amountsText(locale: Locale, route: GiftRoute): string {
  const { facesMinor, amountMinMinor, amountMaxMinor, unit } = route;
  if (facesMinor.length > 0) {
    return facesMinor.map((face) => moneyText(locale, face, unit)).join(textOf(locale, 'gifts.or'));
  }
  const min = moneyText(locale, amountMinMinor, unit);
  return textOf(locale, 'gifts.amountRange', { min, max: moneyText(locale, amountMaxMinor, unit) });
}

function whoFields({ locale, form, helping }: SendShown): Html {
  return html`${helping === undefined && channelField(locale, form)}
    ${textField(locale, {
      name: 'to',
      label: 'gifts.to',
      hint: 'gifts.toHint',
      value: form.to,
      kind: 'email',
    })}
    ${textField(locale, {
      name: 'recipientName',
      label: 'gifts.recipientName',
      value: form.recipientName,
    })}
    ${textField(locale, {
      name: 'senderName',
      label: helping === undefined ? 'gifts.senderName' : 'gifts.sender',
      hint: 'gifts.senderNameHint',
      value: form.senderName,
      isRequired: true,
    })}
    <div class="field">
      <label for="locale">${textOf(locale, 'gifts.locale')}</label>
      <select id="locale" name="locale">
        <option value="ja" ${form.locale !== 'en' && html`selected`}>日本語</option>
        <option value="en" lang="en" ${form.locale === 'en' && html`selected`}>English</option>
      </select>
    </div>`;
}

function channelField(locale: Locale, form: SendForm): Html {
  const channel = CHANNELS.find((each) => each === form.channel) ?? 'mail';
  return html`<fieldset class="field">
    <legend>${textOf(locale, 'gifts.channel')}</legend>
    <div class="choices">
      ${CHANNELS.map(
        (each) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="channel"
              value="${each}"
              ${each === channel && html`checked`}
            />${textOf(locale, `gifts.channel.${each}`)}</label
          >`,
      )}
    </div>
  </fieldset>`;
}

function textField(
  locale: Locale,
  field: {
    readonly name: 'to' | 'recipientName' | 'senderName';
    readonly label: TextKey;
    readonly hint?: TextKey;
    readonly value: string;
    readonly kind?: 'email';
    readonly isRequired?: boolean;
  },
): Html {
  const { name, hint } = field;
  return html`<div class="field">
    <label for="${name}">${textOf(locale, field.label)}</label>
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${textOf(locale, hint)}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${field.kind ?? 'text'}"
      maxlength="${SEND_FIELDS[name]}"
      autocomplete="off"
      value="${field.value}"
      ${hint !== undefined && html`aria-describedby="${name}-hint"`}
      ${field.isRequired === true && html`required`}
    />
  </div>`;
}

function wordFields({ locale, form, helping }: SendShown): Html {
  const motif = readMotif(form.motif) ?? 'ribbon';
  return html`<div class="field">
      <label for="message">${textOf(locale, 'gifts.message')}</label>
      <p class="hint" id="message-hint">${textOf(locale, 'gifts.messageHint')}</p>
      <textarea
        id="message"
        name="message"
        rows="5"
        maxlength="500"
        aria-describedby="message-hint"
      >
${form.message}</textarea>
    </div>
    <fieldset class="field">
      <legend>${textOf(locale, 'gifts.motif')}</legend>
      ${helping === undefined && html`<p class="hint">${textOf(locale, 'gifts.motifHint')}</p>`}
      <div class="motifs">
        ${MOTIFS.map(
          (each) =>
            html`<label class="choice"
              ><input
                type="radio"
                name="motif"
                value="${each}"
                ${each === motif && html`checked`}
              />${motifPicture(locale, each)}</label
            >`,
        )}
      </div>
    </fieldset>`;
}

function whenFields({ locale, form }: SendShown): Html {
  const isLater = form.when === 'later';
  const days = OPEN_DAYS.find((each) => String(each) === form.openDays) ?? 30;
  return html`<fieldset class="field">
      <legend>${textOf(locale, 'gifts.when')}</legend>
      <div class="choices">
        <label class="choice"
          ><input type="radio" name="when" value="now" ${!isLater && html`checked`} />${textOf(
            locale,
            'gifts.when.now',
          )}</label
        >
        <label class="choice"
          ><input type="radio" name="when" value="later" ${isLater && html`checked`} />${textOf(
            locale,
            'gifts.when.later',
          )}</label
        >
      </div>
    </fieldset>
    <div class="field">
      <label for="sendAt">${textOf(locale, 'gifts.sendAt')}</label>
      <input id="sendAt" name="sendAt" type="datetime-local" value="${form.sendAt}" />
    </div>
    <div class="field">
      <label for="openDays">${textOf(locale, 'gifts.openDays')}</label>
      <select id="openDays" name="openDays">
        ${OPEN_DAYS.map(
          (each) =>
            html`<option value="${each}" ${each === days && html`selected`}>
              ${textOf(locale, 'gifts.days', { count: each })}
            </option>`,
        )}
      </select>
    </div>`;
}

/** By which the confirmation leads back to the form with all that was filled in. */
export const CHANGE_FIELD = 'change';

/** Everything once more, when the sender is charged, and a picture of one's own. Nothing is sent yet. */
export function confirmPage(
  shown: Pick<SendShown, keyof GiftShown | 'form' | 'catalogue'> & {
    readonly read: Exclude<ReadGift, { refusal: unknown }>;
    readonly now: number;
  },
): Page {
  const { locale, form, read, catalogue, helping } = shown;
  const { gift, route, method } = read;
  const motif = readMotif(gift.motif) ?? 'ribbon';
  const filledIn = Object.entries(form).map(([name, value]) => hiddenField(name, value));
  const facts: readonly (readonly [TextKey, string | Html])[] = [
    ['gifts.product', productName(locale, catalogue, gift.productId)],
    ['gifts.channel', textOf(locale, `gifts.channel.${gift.channel}`)],
    ...(gift.to === null ? [] : ([['gifts.to', gift.to]] as const)),
    ...(gift.recipientName === '' ? [] : ([['gifts.recipient', gift.recipientName]] as const)),
    [helping === undefined ? 'gifts.senderName' : 'gifts.sender', gift.senderName],
    ['gifts.message', gift.message === '' ? '-' : html`${linesOf(gift.message)}`],
    [
      'gifts.when',
      gift.sendAt === null ? textOf(locale, 'gifts.when.now') : timeText(locale, gift.sendAt),
    ],
    ['gifts.expires', lastDay(locale, (gift.sendAt ?? shown.now) + gift.openDays * 86_400_000)],
    ['gifts.method', namedMethod(locale, catalogue, method)],
  ];
  const body = html`<p class="lead">${textOf(locale, 'gifts.confirmLead')}</p>
    ${helping !== undefined && html`<p>${textOf(locale, 'helping.giftLead', { name: helping.name })}</p>`}
    <div class="result gift-card">
      ${motifPicture(locale, motif)}
      <p class="amount">${moneyText(locale, gift.amountMinor, route.unit)}</p>
      <dl>
        ${facts.map(
          ([name, value]) =>
            html`<dt>${textOf(locale, name)}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </div>
    <h2>${textOf(locale, 'gifts.charge')}</h2>
    ${chargeParts(shown, read)}
    ${giftForm(shown, {
      action: `${placeOf(shown)}/now`,
      isUpload: helping === undefined,
      fields: html`${filledIn} ${helping === undefined && pictureField(locale)}`,
      submit: textOf(locale, gift.sendAt === null ? 'gifts.sendNow' : 'gifts.sendLater'),
    })}
    ${giftForm(shown, {
      action: placeOf(shown),
      fields: html`${filledIn}${hiddenField(CHANGE_FIELD, '1')}`,
      submit: textOf(locale, 'gifts.changeIt'),
      isQuiet: true,
    })}
    <p>
      <a href="${giftAddress(locale, helping === undefined ? '/gifts' : '/helping')}"
        >${textOf(locale, 'gifts.notNow')}</a
      >
    </p>`;
  const title = textOf(locale, 'gifts.confirm');
  return giftPage(shown, { place: placeOf(shown), title, body });
}

/** A form that was cut off on its way: nothing of it is known. */
export function tooLargePage(shown: GiftShown): Page {
  const { locale } = shown;
  const body = html`<p>
    <a href="${giftAddress(locale, '/gifts/send')}">${textOf(locale, 'gifts.send')}</a>
  </p>`;
  return giftPage(shown, { place: '/gifts/send', title: textOf(locale, 'gifts.notSent'), body });
}
