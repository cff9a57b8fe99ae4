import type { BuyerConditions } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { Facts } from '../../parts/page.tsx';
import { wordOf } from '../../words.ts';
import { conditionLines } from '../switch/conditions.tsx';

/** Every member of the change in words, nothing left out: what is approved is what stands here. */
export function ChangeFacts({ change }: { readonly change: unknown }) {
  const language = useLanguage();
  if (change === null || typeof change !== 'object') return <Value value={change} />;
  return (
    <Facts
      facts={Object.entries(change).map(([name, value]) => ({
        name: wordOf('changeOf', name, language),
        value: <Value value={inWords(name, value, language)} />,
      }))}
    />
  );
}

/** What people say for it; what has no words stays as it is. */
function inWords(name: string, value: unknown, language: Language): unknown {
  const { t, instant, locale } = language;
  const joint = locale === 'ja' ? '、' : ', ';
  if (name === 'startsAt' && value === null) return t('changed.atApproval');
  if (name === 'expectedEnd' && value === null) return t('changed.notKnown');
  if (name === 'afterPhaseNo' && typeof value === 'number')
    return t('changed.afterPhase', { number: value + 1 });
  if (name === 'roles' && Array.isArray(value))
    return value.map((role) => wordOf('role', String(role), language)).join(joint);
  if (name === 'conditions' && isConditions(value)) {
    const lines = conditionLines(value, language);
    return lines.length === 0 ? null : lines.join(joint);
  }
  if (typeof value !== 'string') return value;
  if (name === 'startsAt' || name === 'expectedEnd') return instant(value);
  if (name === 'effect') return wordOf('effect', value, language);
  if (name === 'locale') return wordOf('languageName', value, language);
  return value === '' ? null : value;
}

const CONDITION_NAMES: ReadonlySet<string> = new Set(['ownLineOnly', 'noWifi', 'devices']);

function isConditions(value: unknown): value is Partial<BuyerConditions> {
  const isThere = typeof value === 'object' && value !== null;
  return isThere && Object.keys(value).every((name) => CONDITION_NAMES.has(name));
}

function Value({ value }: { readonly value: unknown }) {
  const { t } = useLanguage();
  if (value === null) return <span className="soft">{t('none')}</span>;
  if (typeof value === 'boolean') return <span>{t(value ? 'yes' : 'no')}</span>;
  if (typeof value === 'string') return <span>{value}</span>;
  if (typeof value !== 'object') return <span className="figure">{JSON.stringify(value)}</span>;
  return <pre className="change mono">{JSON.stringify(value, null, 2)}</pre>;
}
