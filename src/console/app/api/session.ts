import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { present } from '../../../kernel/assert.ts';
import type { Permission, SessionAnswer } from './answers.ts';
import { ask, askAs, Refused } from './ask.ts';

export type Session = SessionAnswer;

/** Who is signed in; null: nobody. */
export const SESSION = queryOptions({
  queryKey: ['session'],
  queryFn: findSession,
  staleTime: Infinity,
});

const ISSUER_KEPT_AS = 'kinken.console.issuer';

async function findSession(): Promise<Session | null> {
  try {
    const session = await ask<Session>('GET', '/session');
    askAs({ csrfToken: session.csrfToken, issuerKey: issuerKeyOf(session) });
    return session;
  } catch (error) {
    if (error instanceof Refused && error.code === 'signed_out') return null;
    throw error;
  }
}

/** Only below the gate, where somebody is signed in. */
export function useSession(): Session {
  return present(useQuery(SESSION).data, 'somebody is signed in');
}

export function useMay(permission: Permission): boolean {
  return useSession().operator.permissions.includes(permission);
}

/** The issuer that was chosen last at this browser, where the operator may still act for it. */
export function issuerKeyOf({ issuers }: Session): string {
  const kept = localStorage.getItem(ISSUER_KEPT_AS);
  const known = issuers.find(({ key }) => key === kept) ?? issuers[0];
  return known?.key ?? '';
}

export function chooseIssuer(session: Session, issuerKey: string): void {
  localStorage.setItem(ISSUER_KEPT_AS, issuerKey);
  askAs({ csrfToken: session.csrfToken, issuerKey });
}

/** Nobody is signed in any more: whoever comes next sees nothing of what was looked at before. */
export function forgetSession(client: QueryClient): void {
  askAs({ csrfToken: '', issuerKey: '' });
  client.setQueryData(SESSION.queryKey, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION.queryKey[0] });
}
