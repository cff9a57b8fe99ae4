/**
 * - scheduled: it waits for its time, or its promise to pay is being asked for
 * - sent, opened: it can be claimed; it was looked at
 * - claimed: it waits, for an instant or for the sender's word
 * - charging: the provider is asked for the money
 * - charged: paid; its value is issued, or is being issued
 * - cancelled, expired: over, with nothing taken, or all of it given back
 * - refused: it could not be sent, charged or issued, and says why
 */
export type GiftState =
  | 'scheduled'
  | 'sent'
  | 'opened'
  | 'claimed'
  | 'charging'
  | 'charged'
  | 'cancelled'
  | 'expired'
  | 'refused';

export const GIFT_STATES: readonly GiftState[] = [
  'scheduled',
  'sent',
  'opened',
  'claimed',
  'charging',
  'charged',
  'cancelled',
  'expired',
  'refused',
];

/** What can happen to a gift. */
export type GiftMove =
  | 'send' // promised or charged as its plan says: it goes out
  | 'fail' // the gate, the provider or the engine says no
  | 'open'
  | 'claim' // and it has to wait
  | 'charge' // it need not wait, or not any more
  | 'settle' // the provider has the money
  | 'repair' // the sender names another way of paying
  | 'cancel' // by the sender, or by a recipient who does not want it
  | 'stop' // by the sender, while a claim waits
  | 'void' // by a case
  | 'expire';

export const GIFT_MOVES: readonly GiftMove[] = [
  'send',
  'fail',
  'open',
  'claim',
  'charge',
  'settle',
  'repair',
  'cancel',
  'stop',
  'void',
  'expire',
];

/**
 * The whole table: what is not in it does not happen. A gift that was refused can be repaired only behind a claim,
 * which its row says; when its days of repair are over it fails for good. Nothing leaves `cancelled` and `expired`; what is charged is undone only when its value
 * cannot be issued.
 */
const TABLE: Readonly<Record<GiftState, Partial<Record<GiftMove, GiftState>>>> = {
  scheduled: { send: 'sent', fail: 'refused', cancel: 'cancelled', void: 'cancelled' },
  sent: {
    open: 'opened',
    claim: 'claimed',
    charge: 'charging',
    cancel: 'cancelled',
    void: 'cancelled',
    expire: 'expired',
  },
  opened: {
    claim: 'claimed',
    charge: 'charging',
    cancel: 'cancelled',
    void: 'cancelled',
    expire: 'expired',
  },
  claimed: { charge: 'charging', stop: 'cancelled', void: 'cancelled', expire: 'expired' },
  charging: { settle: 'charged', fail: 'refused', void: 'cancelled' },
  charged: { fail: 'refused' },
  cancelled: {},
  expired: {},
  refused: { repair: 'charging', fail: 'refused' },
};

/** Null: that cannot happen to a gift in this state. */
export function nextGiftState(state: GiftState, move: GiftMove): GiftState | null {
  return TABLE[state][move] ?? null;
}
