import type { IncomingHttpHeaders } from 'node:http';
import type { Instant } from '../kernel/clock.ts';
import type { Operator } from './operator.ts';

/** An operator that is signed in at this browser, read anew at every request: a disabled one is out at once. */
export interface OperatorSession {
  readonly sessionId: string;
  readonly operator: Operator;
  readonly since: Instant;
  /** Set-Cookie headers that carry the session on; none where it was read only. */
  readonly cookies: readonly string[];
}

export interface Sessions {
  /** `isWatching`: nobody has touched anything, a screen asks by itself: the session does not last longer for it. */
  find(
    headers: IncomingHttpHeaders,
    options: { readonly isWatching: boolean },
  ): Promise<OperatorSession | undefined>;
}
