import { assert, present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { contactsOf, type FoundMember } from '../members/index.ts';
import type { WantedNotice } from '../notices/index.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftActor, GiftEventKind } from './gift.ts';
import { recipientOf, type GiftRow } from './gift-row.ts';
import { insertEvents, saveGifts } from './gifts.sql.ts';
import { nextGiftState, type GiftMove } from './next-gift-state.ts';

type Facts = Readonly<Record<string, string | number | readonly string[] | undefined>>;
/** Whom a notice is for, as it is found when the sheet is written. */
export interface Told {
  readonly to: string;
  readonly locale: FoundMember['locale'];
}

interface WantedTell {
  readonly giftId: bigint;
  readonly who: 'sender' | 'recipient';
  readonly notice: (told: Told) => WantedNotice;
}

interface Unspent {
  readonly senderId: string;
  readonly amountMinor: bigint;
  readonly spentAt: Instant;
}

interface WrittenEvent {
  readonly gift: GiftRow;
  readonly kind: GiftEventKind;
  readonly actor: GiftActor;
  readonly noticeNumber: string | null;
  readonly facts: Facts;
}

/**
 * What happens to some gifts in one transaction: their rows are locked, changed here in memory, and written
 * together with the lines of their history and the notices, each kind by one statement.
 */
export class Sheet {
  readonly at: Instant;
  readonly #desk: GiftDesk;
  readonly #on: Queryable;
  readonly #gifts: Map<bigint, GiftRow>;
  readonly #changed = new Set<bigint>();
  readonly #events: WrittenEvent[] = [];
  readonly #tells: WantedTell[] = [];
  readonly #unspent: Unspent[] = [];

  constructor(
    desk: GiftDesk,
    on: Queryable,
    { gifts, at }: { readonly gifts: readonly GiftRow[]; readonly at: Instant },
  ) {
    this.at = at;
    this.#desk = desk;
    this.#on = on;
    this.#gifts = new Map(gifts.map((gift) => [gift.giftId, gift]));
  }

  find(giftId: bigint): GiftRow | undefined {
    return this.#gifts.get(giftId);
  }

  get(giftId: bigint): GiftRow {
    return present(this.#gifts.get(giftId), 'the gift is on this sheet');
  }

  change(giftId: bigint, patch: Partial<Omit<GiftRow, 'giftId' | 'state'>>): GiftRow {
    const gift = { ...this.get(giftId), ...patch };
    this.#gifts.set(giftId, gift);
    this.#changed.add(giftId);
    return gift;
  }

  /** Whoever asks for a move has looked whether it can happen. */
  move(giftId: bigint, move: GiftMove, patch: Partial<Omit<GiftRow, 'giftId' | 'state'>>): GiftRow {
    const { state: was } = this.get(giftId);
    const next = nextGiftState(was, move);
    assert(next !== null, `a gift that is ${was} can ${move}`);
    const gift = { ...this.get(giftId), ...patch, state: next };
    this.#gifts.set(giftId, gift);
    this.#changed.add(giftId);
    return gift;
  }

  note(giftId: bigint, kind: GiftEventKind, actor: GiftActor, facts: Facts = {}): void {
    this.#events.push({ gift: this.get(giftId), kind, actor, noticeNumber: null, facts });
  }

  /** To the sender's address as it is now; to the recipient where the gift goes by mail. */
  tell(giftId: bigint, who: 'sender' | 'recipient', notice: WantedTell['notice']): void {
    this.#tells.push({ giftId, who, notice });
  }

  /** What is not spent after all counts for the sender's day no more: of its making or, repaired, of its repair. */
  giveBack({ senderId, amountMinor, madeAt, soldAt, repairUntil }: GiftRow): void {
    const spentAt = repairUntil === null ? madeAt : (soldAt ?? madeAt);
    this.#unspent.push({ senderId, amountMinor, spentAt });
  }

  async write(): Promise<void> {
    if (this.#changed.size > 0) await saveGifts(this.#on, columnsOf(this.#changedRows()));
    await this.#writeNotices();
    await this.#giveBackAll();
    const events = this.#events;
    if (events.length === 0) return;
    await insertEvents(this.#on, {
      giftIds: events.map(({ gift }) => gift.giftId),
      ats: events.map(() => this.at),
      kinds: events.map(({ kind }) => kind),
      actors: events.map(({ actor }) => actor),
      amountMinors: events.map(({ gift }) => gift.amountMinor),
      noticeNumbers: events.map(({ noticeNumber }) => noticeNumber),
      facts: events.map(({ facts }) => facts),
    });
  }

  /** The days are locked last, and in one order. */
  async #giveBackAll(): Promise<void> {
    const { members } = this.#desk;
    const inOrder = this.#unspent.toSorted((one, other) =>
      one.senderId < other.senderId ? -1 : 1,
    );
    for (const { senderId, amountMinor, spentAt } of inOrder) {
      await members.giveBackWithin(this.#on, senderId, { amountMinor, spentAt });
    }
  }

  #changedRows(): GiftRow[] {
    return [...this.#changed].map((giftId) => this.get(giftId));
  }

  /** What cannot be told is written to the log: that a gift was charged stays true, and stands in the history. */
  async #writeNotices(): Promise<void> {
    if (this.#tells.length === 0) return;
    const senders = this.#tells
      .filter(({ who }) => who === 'sender')
      .map(({ giftId }) => this.get(giftId).senderId);
    const contacts = await contactsOf(this.#on, senders);
    const wanted = this.#tells.flatMap((tell) => {
      const told = this.#toldOf(tell, contacts);
      return told === null ? [] : [{ tell, notice: tell.notice(told) }];
    });
    if (wanted.length === 0) return;
    const notices = wanted.map(({ notice }) => notice);
    const written = await this.#desk.notices.sendNotices(this.#on, notices);
    if (!written.ok) {
      const templates = notices.map(({ template }) => template);
      this.#desk.log.error({ refusal: written.refusal, templates }, 'a gift could not be told of');
      return;
    }
    for (const [index, { tell, notice }] of wanted.entries()) {
      const { number, alsoBy } = present(written.value[index], 'each notice has a number');
      this.#events.push({
        gift: this.get(tell.giftId),
        kind: 'told',
        actor: 'server',
        noticeNumber: number,
        // Of a recipient not even that there is another channel is the sender's to know.
        facts: {
          to: tell.who,
          template: notice.template,
          ...(tell.who === 'sender' && { alsoBy }),
        },
      });
    }
  }

  #toldOf({ giftId, who }: WantedTell, contacts: ReadonlyMap<string, FoundMember>): Told | null {
    const gift = this.get(giftId);
    if (who === 'sender') {
      const contact = contacts.get(gift.senderId);
      return contact === undefined ? null : { to: contact.email, locale: contact.locale };
    }
    const to = gift.channel === 'mail' ? recipientOf(this.#desk.keys, gift) : null;
    return to === null ? null : { to, locale: gift.locale };
  }
}

function columnsOf(rows: readonly GiftRow[]): Parameters<typeof saveGifts>[1] {
  return {
    giftIds: rows.map((row) => row.giftId),
    tenderIds: rows.map((row) => row.tenderId),
    methodIds: rows.map((row) => row.methodId),
    paymentIds: rows.map((row) => row.paymentId),
    contracts: rows.map((row) => row.contract),
    plans: rows.map((row) => row.plan),
    recipientHashes: rows.map((row) => row.recipientHash),
    recipientsSealed: rows.map((row) => row.recipientSealed),
    states: rows.map((row) => row.state),
    begunAts: rows.map((row) => row.begunAt),
    soldAts: rows.map((row) => row.soldAt),
    sentAts: rows.map((row) => row.sentAt),
    openedAts: rows.map((row) => row.openedAt),
    expiresAts: rows.map((row) => row.expiresAt),
    codeNames: rows.map((row) => row.codeName),
    codesSealed: rows.map((row) => row.codeSealed),
    claimedAts: rows.map((row) => row.claimedAt),
    claimantIds: rows.map((row) => row.claimantId),
    claimantNetworks: rows.map((row) => row.claimantNetwork),
    receiptHashes: rows.map((row) => row.receiptHash),
    signs: rows.map((row) => row.signs),
    waitsUntils: rows.map((row) => row.waitsUntil),
    asksUntils: rows.map((row) => row.asksUntil),
    chargedAts: rows.map((row) => row.chargedAt),
    instrumentIds: rows.map((row) => row.instrumentId),
    areInWallets: rows.map((row) => row.isInWallet),
    refusals: rows.map((row) => row.refusal),
    declineds: rows.map((row) => row.declined),
    repairUntils: rows.map((row) => row.repairUntil),
    caseNumbers: rows.map((row) => row.caseNumber),
    bouncedAts: rows.map((row) => row.bouncedAt),
    resends: rows.map((row) => row.resends),
    corrections: rows.map((row) => row.corrections),
    endedAts: rows.map((row) => row.endedAt),
  };
}
