import { accepted } from '../../kernel/result.ts';
import { askerOf, compactInstant, valueAnswer, type Call, type CallResult } from './call.ts';

/** What the partner may still spend of what it has paid in. */
export async function getAvailableFunds(call: Call): Promise<CallResult> {
  const { unit } = call.partner;
  const fundsMinor = await call.engine.readFunds(askerOf(call), unit);
  return accepted({
    availableFunds: valueAnswer(fundsMinor, unit),
    status: 'SUCCESS',
    timestamp: compactInstant(call.arrivedAt),
  });
}
