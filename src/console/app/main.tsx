import 'virtual:typeface.css';
import './look/console.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { noteTouches, Refused } from './api/ask.ts';
import { forgetSession } from './api/session.ts';
import { Gate } from './gate.tsx';
import { LanguageProvider } from './language.tsx';

/** A session that has ended is noticed by whatever asks next: the sign-in comes, and the page stays behind it. */
function noticeSignedOut(error: unknown): void {
  if (error instanceof Refused && error.code === 'signed_out') forgetSession(client);
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (times, error) => times < 2 && !(error instanceof Refused && error.status > 0),
    },
    mutations: { retry: false }, // what was perhaps done is looked at, not done again
  },
});

noteTouches();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <LanguageProvider>
      <QueryClientProvider client={client}>
        <Gate />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
);
