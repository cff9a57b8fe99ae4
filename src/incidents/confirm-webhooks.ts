import type { Locale } from '../kernel/locale.ts';
import { pauseAfter } from '../kernel/outbound/index.ts';
import {
  claimConfirmations,
  putOffConfirmation,
  type ClaimConfirmationsRow,
} from './confirm-webhooks.sql.ts';
import { confirmAddressOf, type SubscriptionParts } from './subscribe.ts';

const AT_ONCE = 16;
const LEASE_MS = 30_000;
const ATTEMPTS_MAX = 4;
const PAUSES = { firstPauseMs: 30_000, longestPauseMs: 3_600_000 };

/**
 * One round of the messages that webhooks confirm by. Not while somebody waits who has asked: how long it takes
 * would say what answers there, and a form would be as slow as the slowest address.
 */
export async function confirmWebhooks(parts: SubscriptionParts): Promise<void> {
  const now = parts.clock.now();
  const leasedUntil = now + LEASE_MS;
  const due = await claimConfirmations(parts.connection, { now, leasedUntil, size: AT_ONCE });
  await Promise.all(due.map((each) => confirmOne(parts, each)));
}

async function confirmOne(parts: SubscriptionParts, asked: ClaimConfirmationsRow): Promise<void> {
  const { keyRing, connection, clock } = parts;
  const { subscriptionId, confirmAttempts } = asked;
  const secret = keyRing.unseal(asked.secretSealed);
  const confirm = confirmAddressOf(
    parts,
    asked.locale as Locale,
    keyRing.unseal(asked.numberSealed),
  );
  const isTaken = await parts.confirmWebhook({
    url: keyRing.unseal(asked.addressSealed),
    secret,
    body: { type: 'status.confirmation', confirm, secret },
  });
  const isOver = isTaken || confirmAttempts >= ATTEMPTS_MAX;
  const pause = pauseAfter(confirmAttempts, PAUSES, parts.random.below(1_000) / 1_000);
  const confirmAt = isOver ? null : clock.now() + pause;
  await putOffConfirmation(connection, { subscriptionId, confirmAt });
}
