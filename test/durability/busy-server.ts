/**
 * A process to be killed: the engine on a database, with customers of its own who never stop. Every
 * request is said before it is sent, and again when it is answered, by writes that a kill cannot lose.
 *
 *   node busy-server.ts '{"name":"a","url":"postgres://...","numbers":["6003..."],...}'
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseClock, monotonicMs } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/crypto.ts';
import { openDatabase } from '../../src/kernel/database/index.ts';
import { openEngine } from '../../src/instruments/open-engine.ts';
import type { Act, CardReference, Operation } from '../../src/instruments/operation.ts';
import type { Outcome } from '../../src/instruments/outcome.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { KEYS, type BusyOptions, type Line } from './busy-options.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as BusyOptions;
const database = await openDatabase({ ...options.database });
const clock = databaseClock(await database.readNow(), monotonicMs());
const engine = await openEngine({
  database,
  keys: KEYS,
  random: systemRandom,
  clock,
  catalogue: await holdCatalogue(database),
});
say({ said: 'ready' });

let sent = 0;
let isOver = false;
process.stdin.on('data', () => {
  isOver = true;
});
await Promise.all(Array.from({ length: options.customers }, () => keepBuying()));
await engine.close();
await database.close();
process.exit(0);

async function keepBuying(): Promise<void> {
  let last: { requestId: string; card: CardReference } | undefined;
  while (!isOver) {
    const card = anyCard();
    const undo = last !== undefined && systemRandom.below(6) === 0 ? last : undefined;
    const act: Act =
      undo === undefined
        ? anyAct(card)
        : { kind: 'reverse', originalRequestId: undo.requestId, card: undo.card, holdId: null };
    const requestId = `${options.name}-${(sent += 1)}`;
    last = act.kind === 'redeem' ? { requestId, card } : undefined;
    say({ said: 'sent', requestId, kind: act.kind });
    const outcome = await engine.submit({
      clientId: 1,
      issuerId: 1,
      requestId,
      arrivedAt: clock.now(),
      ...act,
    } as Operation);
    say({ said: 'answered', requestId, ...wordsOf(outcome) });
    await sleep(outcome.outcome === 'not_done' ? 50 : options.pauseMs);
  }
}

function anyCard(): CardReference {
  return { by: 'number', number: options.numbers[systemRandom.below(options.numbers.length)]! };
}

function anyAct(card: CardReference): Act {
  const dice = systemRandom.below(10);
  const money = { amountMinor: BigInt(1 + systemRandom.below(30)), unit: 'JPY' } as const;
  if (dice < 2) {
    const funding = { from: 'seller', sellerId: 1 } as const;
    return { kind: 'load', card, ...money, amountMinor: 500n, lotClass: 'paid', funding };
  }
  if (dice < 4) return { kind: 'move', card, to: anyCard(), ...money, amountMinor: 500n };
  return { kind: 'redeem', card, ...money, merchantId: 1, isPartialAllowed: false };
}

function wordsOf(outcome: Outcome): { outcome: string; amount: string | null } {
  if (outcome.outcome === 'accepted') {
    const { amountMinor } = outcome.done;
    return { outcome: 'accepted', amount: amountMinor === null ? null : String(amountMinor) };
  }
  if (outcome.outcome === 'refused') return { outcome: outcome.refusal, amount: null };
  return { outcome: outcome.outcome, amount: null };
}

function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
