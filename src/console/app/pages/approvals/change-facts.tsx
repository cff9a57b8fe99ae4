import { useLanguage } from '../../language.tsx';
import { Facts } from '../../parts/page.tsx';
import { wordOf } from '../../words.ts';

/** Every member of the change, nothing left out and nothing said for it: what is approved is what stands here. */
export function ChangeFacts({ change }: { readonly change: unknown }) {
  const language = useLanguage();
  if (change === null || typeof change !== 'object') return <Value value={change} />;
  return (
    <Facts
      facts={Object.entries(change).map(([name, value]) => ({
        name: wordOf('changeOf', name, language),
        value: <Value value={value} />,
      }))}
    />
  );
}

function Value({ value }: { readonly value: unknown }) {
  const { t } = useLanguage();
  if (value === null) return <span className="soft">{t('none')}</span>;
  if (typeof value === 'boolean') return <span>{t(value ? 'yes' : 'no')}</span>;
  if (typeof value === 'string') return <span>{value}</span>;
  if (typeof value !== 'object') return <span className="figure">{JSON.stringify(value)}</span>;
  return <pre className="change mono">{JSON.stringify(value, null, 2)}</pre>;
}
