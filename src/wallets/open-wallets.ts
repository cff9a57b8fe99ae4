import type { Engine } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import type { Member } from '../members/index.ts';
import { addCard, type Added, type AddRefusal, type CardToAdd } from './add-card.ts';
import {
  forgetOldBarcodes,
  showBarcode,
  type Barcode,
  type BarcodeRefusal,
  type Showing,
} from './barcode.ts';
import {
  askToClose,
  closeDue,
  closingOf,
  keptFor,
  stopClosing,
  takeBack,
  type Closing,
  type ClosingRefusal,
} from './closing.ts';
import { isStopped, type WalletParts } from './context.ts';
import { copyWallet, type WalletCopy } from './copy-wallet.ts';
import {
  deathOf,
  freezeDead,
  giveBackToLiving,
  recordDeath,
  takeDeathBack,
  type Death,
  type ToldDeath,
} from './death.ts';
import { engineWithBarcodes } from './engine-with-barcodes.ts';
import {
  acceptHelping,
  endHelping,
  helpedBy,
  helpersOf,
  helpingOf,
  askForHelp,
  leftOfGivingDay,
  leftOfHelperDay,
  lockGivingOf,
  namesOfHelp,
  takeGiven,
  type HelpGiver,
  type HelperRefusal,
  type Helping,
  type NewHelp,
} from './family-help.ts';
import { historyOf, type WalletEvent } from './history.ts';
import type { Holding, WalletDesk } from './holding.ts';
import { holdingOf, holdingsOf, keep } from './keep.ts';
import { freezeAll, freezeArrived, stopAtOnce, unfreezeAll } from './stop-wallet.ts';
import { lockWallets } from './wallets.sql.ts';

type OpenHelping = Omit<Helping, 'isAccepted' | 'invitedUntil'>;

/** What members do with what they hold, and what others need of it. */
export interface Wallets extends WalletDesk {
  holding(memberId: string, instrumentId: bigint): Promise<Holding | undefined>;
  isStopped(memberId: string): Promise<boolean>;
  /** By its code, or by its number with proof of its purchase. Who guesses is slowed down by the page that asks. */
  add(memberId: string, card: CardToAdd): Promise<Result<Added, AddRefusal>>;
  /** The newest first, 50 at most; before: the instant of the last of the page before. */
  history(memberId: string, before: Instant | null): Promise<readonly WalletEvent[]>;
  showBarcode(showing: Showing): Promise<Result<Barcode, BarcodeRefusal>>;
  /** The engine as doors see it: a barcode may stand wherever a number or code does. */
  engineWithBarcodes<Under extends Engine>(engine: Under): Under;
  askForHelp(member: Member, wanted: NewHelp): Promise<Result<undefined, HelperRefusal>>;
  helpers(memberId: string): Promise<readonly HelpGiver[]>;
  /** Whom a member helps, and who asks for it. */
  helpedBy(member: Pick<Member, 'memberId' | 'email'>): Promise<readonly Helping[]>;
  /** Asked for at every page of a helper. */
  helping(helperMember: string, helperId: string): Promise<OpenHelping | undefined>;
  leftOfHelperDay(helping: OpenHelping): Promise<bigint>;
  leftOfGivingDay(helping: OpenHelping): Promise<bigint>;
  acceptHelping(member: Member, helperId: string): Promise<Result<undefined, HelperRefusal>>;
  /** By either, at once. */
  endHelping(member: Member, helperId: string): Promise<Result<undefined, HelperRefusal>>;
  askToClose(member: Member): Promise<Result<Closing, ClosingRefusal>>;
  closing(memberId: string): Promise<Closing | undefined>;
  stopClosing(member: Member): Promise<Result<undefined, ClosingRefusal>>;
  /** How many instruments of a closed account wait for this member's address. */
  keptFor(member: Member): Promise<number>;
  takeBack(member: Member): Promise<number>;
  copy(member: Member): Promise<WalletCopy>;
  /** Only after two of the staff have agreed, in their transaction. False: there is no such member. */
  recordDeath(on: Queryable, told: ToldDeath): Promise<boolean>;
  freezeDead(): Promise<void>;
  /** The same of a death that was told of somebody who lives. False: none is recorded. */
  takeDeathBack(on: Queryable, told: Omit<ToldDeath, 'note'>): Promise<boolean>;
  giveBackToLiving(): Promise<void>;
  deathOf(memberId: string): Promise<Death | undefined>;
  /** Freezes what the dead have left, gives back to whoever lives, freezes what came into stopped wallets, closes accounts whose time has come, and forgets barcodes that nobody used. */
  round(): Promise<void>;
}

export function openWallets(parts: WalletParts): Wallets {
  return {
    holdings: (memberId) => holdingsOf(parts, memberId),
    holding: (memberId, instrumentId) => holdingOf(parts, memberId, instrumentId),
    async lock(on, memberIds) {
      if (memberIds.length > 0) await lockWallets(on, { memberIds });
    },
    lockGiving: lockGivingOf,
    takeGiven: (on, given) => takeGiven(parts, on, given),
    keep: (on, holding) => keep(parts, on, holding),
    stopAtOnce: (on, memberId, stop) => stopAtOnce(parts, on, memberId, stop),
    namesOfHelp: (helperIds) => namesOfHelp(parts, helperIds),
    freezeAll: (memberId, stop) => freezeAll(parts, memberId, stop),
    unfreezeAll: (memberId, stop) => unfreezeAll(parts, memberId, stop),
    isStopped: (memberId) => isStopped(parts.connection, memberId),
    add: (memberId, card) => addCard(parts, memberId, card),
    history: (memberId, before) => historyOf(parts, memberId, { before }),
    showBarcode: (showing) => showBarcode(parts, showing),
    engineWithBarcodes: (engine) => engineWithBarcodes(engine, parts),
    askForHelp: (member, wanted) => askForHelp(parts, member, wanted),
    helpers: (memberId) => helpersOf(parts, memberId),
    helpedBy: (member) => helpedBy(parts, member),
    helping: (helperMember, helperId) => helpingOf(parts, helperMember, helperId),
    leftOfHelperDay: (helping) => leftOfHelperDay(parts, helping),
    leftOfGivingDay: (helping) => leftOfGivingDay(parts, helping),
    acceptHelping: (member, helperId) => acceptHelping(parts, member, helperId),
    endHelping: (member, helperId) => endHelping(parts, member, helperId),
    askToClose: (member) => askToClose(parts, member),
    closing: (memberId) => closingOf(parts, memberId),
    stopClosing: (member) => stopClosing(parts, member),
    keptFor: (member) => keptFor(parts, member),
    takeBack: (member) => takeBack(parts, member),
    copy: (member) => copyWallet(parts, member),
    recordDeath: (on, told) => recordDeath(parts, on, told),
    freezeDead: () => freezeDead(parts),
    takeDeathBack: (on, told) => takeDeathBack(parts, on, told),
    giveBackToLiving: () => giveBackToLiving(parts),
    deathOf: (memberId) => deathOf(parts, memberId),
    async round() {
      await freezeDead(parts);
      await giveBackToLiving(parts);
      await freezeArrived(parts);
      await closeDue(parts);
      await forgetOldBarcodes(parts);
    },
  };
}
