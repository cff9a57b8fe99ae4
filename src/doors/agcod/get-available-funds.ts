import { accepted } from '../../kernel/result.ts';
import { compactInstant, valueAnswer, type Call, type CallResult } from './call.ts';

/** What the partner may still spend of what it has paid in. */
export async function getAvailableFunds(call: Call): Promise<CallResult> {
  const { clientId, unit } = call.partner;
  const fundsMinor = await call.engine.readFunds(clientId, unit);
  return accepted({
    availableFunds: valueAnswer(fundsMinor, unit),
    status: 'SUCCESS',
    timestamp: compactInstant(call.arrivedAt),
  });
}
