import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { useLanguage } from '../language.tsx';
import { RefusalNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

export function NotHere() {
  const { t } = useLanguage();
  return (
    <Page title={t('notHere.title')} lead={t('notHere.lead')}>
      <p>
        <Link to="/">{t('nav.overview')}</Link>
      </p>
    </Page>
  );
}

/** The screen itself broke: what was done on the server stands as it is. */
export function PageBroke({ error }: ErrorComponentProps) {
  const { t } = useLanguage();
  return (
    <Page title={t('broke.title')} lead={t('broke.lead')}>
      <RefusalNotice error={error} />
    </Page>
  );
}
