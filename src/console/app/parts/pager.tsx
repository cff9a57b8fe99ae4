import { Link, type LinkProps } from '@tanstack/react-router';
import { useLanguage } from '../language.tsx';
import { Icon } from './icon.tsx';

/** Says how much there is, also when it is very much, and goes one page on or back. */
export function Pager(props: {
  readonly page: number;
  readonly size: number;
  readonly total: number;
  readonly to: LinkProps['to'];
  readonly searchOf: (page: number) => object;
}) {
  const { t, count } = useLanguage();
  const { page, size, total, to, searchOf } = props;
  if (total <= size) return null;
  const last = Math.ceil(total / size);
  const link = (next: number): LinkProps => ({ to, search: searchOf(next) }) as LinkProps;
  return (
    <nav className="row apart" aria-label={t('pager.label')}>
      <span className="soft">
        {t('pager.at', {
          from: count((page - 1) * size + 1),
          to: count(Math.min(total, page * size)),
          total: count(total),
        })}
      </span>
      <span className="row">
        {page > 1 && (
          <Link {...link(page - 1)} className="button quiet">
            <Icon name="chevron-left" />
            <span>{t('pager.back')}</span>
          </Link>
        )}
        {page < last && (
          <Link {...link(page + 1)} className="button quiet">
            <span>{t('pager.on')}</span>
            <Icon name="chevron-right" />
          </Link>
        )}
      </span>
    </nav>
  );
}
