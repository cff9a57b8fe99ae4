import type { KeyRing } from '../kernel/crypto.ts';
import { networkOf } from '../kernel/network-of.ts';

/** Whether two acts came from one network, without writing down from which. */
export function networkHash(keys: Pick<KeyRing, 'askerHash'>, address: string): Uint8Array {
  return keys.askerHash(`network of a gift|${networkOf(address)}`);
}
