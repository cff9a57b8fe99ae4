import { useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { SESSION } from './api/session.ts';
import { useLanguage } from './language.tsx';
import { Button } from './parts/button.tsx';
import { Icon } from './parts/icon.tsx';
import { Mark } from './parts/brand.tsx';
import { Shown } from './parts/shown.tsx';
import { router } from './router.tsx';
import { Invited, invitationOf } from './pages/invited.tsx';
import { SignIn } from './pages/sign-in.tsx';

/** Nothing of the console is shown before it is known who looks. */
export function Gate() {
  const session = useQuery(SESSION);
  const [invitation] = useState(invitationOf);
  const [isDone, setDone] = useState(false);
  if (session.data) return <RouterProvider router={router} />;
  if (session.data === null) {
    return (
      <GateFrame>
        {invitation === null || isDone ? (
          <SignIn isInvited={isDone} />
        ) : (
          <Invited invitation={invitation} onDone={() => setDone(true)} />
        )}
      </GateFrame>
    );
  }
  return (
    <GateFrame>
      <Shown of={session}>{() => null}</Shown>
    </GateFrame>
  );
}

function GateFrame({ children }: { readonly children: ReactNode }) {
  const { t, locale, setLocale } = useLanguage();
  return (
    <main className="gate">
      <div className="gate-top">
        <span className="brand">
          <Mark />
          <span>{t('app.name')}</span>
        </span>
        <Button kind="bare" onPress={() => setLocale(locale === 'ja' ? 'en' : 'ja')}>
          <Icon name="languages" />{' '}
          <span lang={locale === 'ja' ? 'en' : 'ja'}>{t('language.other')}</span>
        </Button>
      </div>
      {children}
    </main>
  );
}
