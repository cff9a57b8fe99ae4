import type { BuyerConditions } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';

const DEVICES = ['phone', 'tablet', 'pc', 'till'] as const;

/** Under which conditions it is sold again, one line each. */
export function Conditions({ conditions }: { readonly conditions: Partial<BuyerConditions> }) {
  const lines = conditionLines(conditions, useLanguage());
  if (lines.length === 0) return null;
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** The same as sentences; what the server sends of older revisions may name none. */
export function conditionLines(
  conditions: Partial<BuyerConditions>,
  { t, locale }: Language,
): readonly string[] {
  const devices = DEVICES.filter((each) => conditions.devices?.includes(each));
  return [
    conditions.ownLineOnly && t('condition.ownLineOnly'),
    conditions.noWifi && t('condition.noWifi'),
    devices.length > 0 &&
      t('condition.devices', {
        devices: devices.map((each) => t(`device.${each}`)).join(locale === 'ja' ? '・' : ', '),
      }),
  ].filter((line): line is string => Boolean(line));
}
