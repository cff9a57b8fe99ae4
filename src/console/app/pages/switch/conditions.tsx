import type { BuyerConditions } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';

const DEVICES = ['phone', 'tablet', 'pc', 'till'] as const;

/** Under which conditions it is sold again, one line each. */
export function Conditions({ conditions }: { readonly conditions: Partial<BuyerConditions> }) {
  const { t, locale } = useLanguage();
  const devices = DEVICES.filter((each) => conditions.devices?.includes(each));
  const lines = [
    conditions.ownLineOnly && t('condition.ownLineOnly'),
    conditions.noWifi && t('condition.noWifi'),
    devices.length > 0 &&
      t('condition.devices', {
        devices: devices.map((each) => t(`device.${each}`)).join(locale === 'ja' ? '・' : ', '),
      }),
  ].filter((line): line is string => Boolean(line));
  if (lines.length === 0) return null;
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
