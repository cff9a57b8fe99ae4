import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Permission } from './api/answers.ts';
import { ask } from './api/ask.ts';
import { useApprovalsWaiting } from './api/approvals.ts';
import { chooseIssuer, forgetSession, issuerKeyOf, useMay, useSession } from './api/session.ts';
import { useLanguage } from './language.tsx';
import { SelectField } from './parts/field.tsx';
import { Icon } from './parts/icon.tsx';
import type { IconName } from './parts/icon-shapes.ts';
import { Mark } from './parts/brand.tsx';
import { Notice } from './parts/notice.tsx';
import type { ConsoleText } from './text.ts';

interface Place {
  readonly to: string;
  readonly text: ConsoleText;
  readonly icon: IconName;
  readonly permission: Permission;
}

const PLACES: readonly Place[] = [
  { to: '/', text: 'nav.overview', icon: 'layout-dashboard', permission: 'overview:see' },
  { to: '/switch', text: 'nav.switch', icon: 'octagon-pause', permission: 'suspensions:see' },
  { to: '/incidents', text: 'nav.incidents', icon: 'siren', permission: 'incidents:see' },
  { to: '/cards', text: 'nav.cards', icon: 'search', permission: 'cards:look' },
  { to: '/reports', text: 'nav.reports', icon: 'flag', permission: 'reports:settle' },
  { to: '/phishing', text: 'nav.phishing', icon: 'shield-alert', permission: 'reports:settle' },
  { to: '/members', text: 'nav.members', icon: 'circle-user', permission: 'members:look' },
  { to: '/cases', text: 'nav.cases', icon: 'snowflake', permission: 'cases:settle' },
  { to: '/offers', text: 'nav.offers', icon: 'tag', permission: 'offers:see' },
  { to: '/approvals', text: 'nav.approvals', icon: 'stamp', permission: 'approvals:see' },
  { to: '/audit', text: 'nav.audit', icon: 'scroll-text', permission: 'audit:see' },
  { to: '/operators', text: 'nav.operators', icon: 'users', permission: 'operators:see' },
];

/** The frame around every page: where one can go, who one is, and what waits. */
export function Shell() {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const seen = useRef(pathname);
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    setOpen(false);
    content.current?.focus(); // those who listen are told that the page is another one
    scrollTo(0, 0);
  }, [pathname]);
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <div className="shell">
        <header className="top">
          <Link to="/" className="brand">
            <Mark />
            <span>{t('app.name')}</span>
          </Link>
          <button
            type="button"
            className="button bare"
            aria-expanded={isOpen}
            aria-controls="side"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'x' : 'menu'} />
            <span>{t('menu')}</span>
          </button>
        </header>
        <Side isOpen={isOpen} />
        <main id="content" tabIndex={-1} ref={content}>
          <Connection />
          <SecondFactorNotice />
          <BrokenGlassNotice />
          <Outlet />
        </main>
      </div>
    </>
  );
}

function Side({ isOpen }: { readonly isOpen: boolean }) {
  const { t, nameOf } = useLanguage();
  const { operator, issuers } = useSession();
  const waiting = useApprovalsWaiting();
  const places = PLACES.filter(({ permission }) => operator.permissions.includes(permission));
  return (
    <nav className={`side${isOpen ? ' is-open' : ''}`} id="side" aria-label={t('nav.label')}>
      <Link to="/" className="brand">
        <Mark />
        <span>{t('app.name')}</span>
      </Link>
      {issuers.length > 1 ? <IssuerChoice /> : null}
      {issuers.length === 1 && issuers[0] ? <p className="who">{nameOf(issuers[0])}</p> : null}
      <ul>
        {places.map(({ to, text, icon }) => (
          <li key={to}>
            <Link to={to} className="side-link" activeOptions={{ exact: to === '/' }}>
              <Icon name={icon} />
              <span>{t(text)}</span>
              {to === '/approvals' && waiting > 0 && (
                <span className="badge">
                  {waiting}
                  <span className="only-heard">{t('nav.waiting')}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <SideFoot />
    </nav>
  );
}

function SideFoot() {
  const { t, locale, setLocale } = useLanguage();
  const { operator } = useSession();
  const client = useQueryClient();
  const signOut = async (): Promise<void> => {
    await ask('POST', '/sign-out').catch(() => null);
    forgetSession(client);
  };
  const switchLanguage = (): void => {
    const other = locale === 'ja' ? 'en' : 'ja';
    setLocale(other);
    void ask('PUT', '/account/locale', { locale: other }).catch(() => null); // for letters and refusals
  };
  return (
    <div className="side-foot">
      <Link to="/account" className="side-link">
        <Icon name="circle-user" />
        <span>{operator.name}</span>
      </Link>
      <button type="button" className="side-link side-button" onClick={switchLanguage}>
        <Icon name="languages" />
        <span lang={locale === 'ja' ? 'en' : 'ja'}>{t('language.other')}</span>
      </button>
      <button type="button" className="side-link side-button" onClick={() => void signOut()}>
        <Icon name="log-out" />
        <span>{t('signOut')}</span>
      </button>
    </div>
  );
}

function IssuerChoice() {
  const { t, nameOf } = useLanguage();
  const session = useSession();
  const client = useQueryClient();
  const [chosen, setChosen] = useState(() => issuerKeyOf(session));
  return (
    <SelectField
      label={t('issuer')}
      value={chosen}
      choices={session.issuers.map((issuer) => ({ value: issuer.key, word: nameOf(issuer) }))}
      onChange={(key) => {
        setChosen(key);
        chooseIssuer(session, key);
        void client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      }}
    />
  );
}

/** What is on the screen is old while the line is down: it says so instead of looking alive. */
function Connection() {
  const { t } = useLanguage();
  const [isOffline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = (): void => setOffline(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  if (!isOffline) return null;
  return (
    <p className="offline" role="alert">
      <Icon name="triangle-alert" />
      {t('offline')}
    </p>
  );
}

function SecondFactorNotice() {
  const { t } = useLanguage();
  const { isSecondFactorNeeded } = useSession();
  if (!isSecondFactorNeeded) return null;
  return (
    <div className="banner">
      <Notice tone="wait" title={t('secondFactor.needed')}>
        <p>
          <Link to="/account">{t('secondFactor.setUp')}</Link>
        </p>
      </Notice>
    </div>
  );
}

/** What was done alone is told to everybody, until somebody else has looked at it. */
function BrokenGlassNotice() {
  const { t, count } = useLanguage();
  const { brokenGlass } = useSession();
  const maySee = useMay('approvals:see');
  if (brokenGlass === 0) return null;
  return (
    <div className="banner">
      <Notice tone="bad" title={t('brokenGlass.title', { count: count(brokenGlass) })}>
        {maySee && (
          <p>
            <Link to="/approvals" search={{ which: 'unreviewed' }}>
              {t('brokenGlass.review')}
            </Link>
          </p>
        )}
      </Notice>
    </div>
  );
}
