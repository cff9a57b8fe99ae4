import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ASK_MS, decideClaim, WAIT_MS, type ClaimEvidence } from './decide-claim.ts';

const NOW = Date.UTC(2026, 4, 10, 3);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Evidence = Partial<Omit<ClaimEvidence, 'sender' | 'claimant'>> & {
  readonly sender?: Partial<ClaimEvidence['sender']>;
  readonly claimant?: Partial<ClaimEvidence['claimant']>;
};

/** A present of 3,000 to a member who claims it a day later. */
function evidence({ sender, claimant, ...rest }: Evidence): ClaimEvidence {
  return {
    at: NOW,
    amountMinor: 3_000n,
    madeAt: rest.sentAt ?? NOW - DAY_MS,
    sentAt: NOW - DAY_MS,
    isRouteStopped: false,
    ...rest,
    sender: {
      changedAt: null,
      deviceSince: null,
      hasTravelled: false,
      paidBeforeMinor: null,
      ...sender,
    },
    claimant: {
      isMember: true,
      claimsOfDay: 0,
      sendersOfDay: 1,
      lastClaimAt: null,
      isSendersNetwork: false,
      ...claimant,
    },
  };
}

const deviceOf = (days: number) => ({ deviceSince: NOW - DAY_MS - days * DAY_MS });
const changed = { changedAt: NOW - DAY_MS - 60 * MINUTE_MS };

const EXAMPLES: readonly [string, Evidence, 'now' | 'wait' | 'ask', string][] = [
  ['a present to a member', {}, 'now', ''],
  [
    'a present to somebody without a sign-in',
    { claimant: { isMember: false } },
    'now',
    'claimant_unknown',
  ],
  ['a large one', { amountMinor: 10_000n }, 'now', 'large'],
  ['right below large', { amountMinor: 9_999n }, 'now', ''],
  ['from a phone of this week', { sender: deviceOf(6.9) }, 'now', 'sender_new_device'],
  ['from a phone of last week', { sender: deviceOf(7) }, 'now', ''],
  ['a password changed an hour before', { sender: changed }, 'now', 'sender_changed'],
  [
    'made on a new phone to go out in a month',
    { madeAt: NOW - 31 * DAY_MS, sender: { deviceSince: NOW - 32 * DAY_MS } },
    'now',
    'sender_new_device',
  ],
  [
    'its address was changed from a new phone, behind its sending',
    { sentAt: NOW - 20 * DAY_MS, sender: { deviceSince: NOW - 2 * DAY_MS } },
    'now',
    'sender_new_device',
  ],
  [
    'a password changed behind its sending, long ago by now',
    { sentAt: NOW - 50 * DAY_MS, sender: { changedAt: NOW - 20 * DAY_MS } },
    'now',
    '',
  ],
  ['handed over in the same room', { sentAt: NOW - 20_000 }, 'now', 'claimed_at_once'],
  [
    'a new phone, and a stranger claims',
    { sender: deviceOf(1), claimant: { isMember: false } },
    'wait',
    'sender_new_device claimant_unknown',
  ],
  [
    'a new phone and a large amount',
    { sender: deviceOf(1), amountMinor: 20_000n },
    'wait',
    'sender_new_device large',
  ],
  [
    'a test, and three times as much behind it, from a new device',
    { sender: { ...deviceOf(3), paidBeforeMinor: 3_000n }, amountMinor: 9_000n },
    'wait',
    'sender_new_device small_then_larger',
  ],
  [
    'a little more than before is no test',
    { sender: { paidBeforeMinor: 3_000n }, amountMinor: 8_999n },
    'now',
    '',
  ],
  [
    '2016: a new device, a test, then the large one, to a stranger',
    {
      sender: { ...deviceOf(3), paidBeforeMinor: 3_000n },
      amountMinor: 10_000n,
      claimant: { isMember: false },
    },
    'ask',
    'sender_new_device small_then_larger claimant_unknown large',
  ],
  [
    'everything at once: taken over, changed, sent and claimed by one hand',
    {
      sender: { ...deviceOf(0), ...changed },
      sentAt: NOW - 10_000,
      claimant: { isSendersNetwork: true, isMember: false },
    },
    'ask',
    'sender_changed sender_new_device claimed_at_once same_network claimant_unknown',
  ],
  ['four in a day', { claimant: { claimsOfDay: 3 } }, 'now', 'many_claims'],
  [
    'four in a day of three people',
    { claimant: { claimsOfDay: 3, sendersOfDay: 3 } },
    'ask',
    'many_senders many_claims',
  ],
  [
    'of three people, one right after another',
    { claimant: { sendersOfDay: 3, claimsOfDay: 2, lastClaimAt: NOW - 5_000 } },
    'wait',
    'many_senders claims_in_a_row',
  ],
  [
    'a network with many people behind it is not one claimant',
    { claimant: { isMember: false, claimsOfDay: 14, sendersOfDay: 14 } },
    'now',
    'claimant_unknown',
  ],
  [
    'a network that collects',
    { claimant: { isMember: false, claimsOfDay: 15, sendersOfDay: 15 } },
    'ask',
    'many_senders many_claims claimant_unknown',
  ],
  ['the way of paying was stopped since', { isRouteStopped: true }, 'ask', 'route_stopped'],
  [
    'an impossible journey before it was sent, and a large amount',
    { sender: { hasTravelled: true }, amountMinor: 30_000n },
    'wait',
    'sender_travelled large',
  ],
];

void describe('a claim', () => {
  for (const [name, given, decision, signs] of EXAMPLES) {
    void test(`${name}: ${decision}`, () => {
      const decided = decideClaim(evidence(given));
      assert.equal(decided.signs.join(' '), signs);
      assert.equal(decided.decision, decision);
    });
  }

  void test('that waits is charged a day later, and one that asks ends behind a week', () => {
    const waits = decideClaim(evidence({ sender: deviceOf(1), amountMinor: 20_000n }));
    const asks = decideClaim(evidence({ isRouteStopped: true }));
    assert.equal(waits.decision === 'wait' && waits.until, NOW + WAIT_MS);
    assert.equal(asks.decision === 'ask' && asks.until, NOW + ASK_MS);
  });
});
