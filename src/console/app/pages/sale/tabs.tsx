import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { SALE_KINDS, type SaleKind } from './things.ts';

/** Offers, and everything that they are made of. */
export function SaleTabs({ shown }: { readonly shown: SaleKind | 'offers' }) {
  const { t } = useLanguage();
  return (
    <nav className="tabs" aria-label={t('sale.tabs')}>
      <Link
        to="/offers"
        search={{ page: 1 }}
        className="tab"
        activeOptions={{ exact: true, includeSearch: false }}
        aria-current={shown === 'offers' ? 'true' : undefined}
      >
        {t('offers.title')}
      </Link>
      {SALE_KINDS.map((kind) => (
        <Link
          key={kind}
          to="/offers/parts/$kind"
          params={{ kind }}
          search={{ page: 1 }}
          className="tab"
          aria-current={shown === kind ? 'true' : undefined}
        >
          {t(`sale.${kind}`)}
        </Link>
      ))}
    </nav>
  );
}
