import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { NO_LIMIT, type LimitTyped, type Typed } from './things.ts';

const LIMITS_MAX = 100;

/** What a contract may spend in a month, by age and kind of contract: the first row that fits holds. */
export function MonthLimits(props: {
  readonly typed: Typed;
  readonly wrong: Readonly<Record<string, string>>;
  readonly onChange: (typed: Typed) => void;
}) {
  const { t } = useLanguage();
  const { typed, wrong, onChange } = props;
  const { limits } = typed;
  const change = (row: number, changed: Partial<LimitTyped>): void =>
    onChange({
      ...typed,
      limits: limits.map((limit) => (limit.row === row ? { ...limit, ...changed } : limit)),
    });
  const next = Math.max(-1, ...limits.map(({ row }) => row)) + 1;
  return (
    <fieldset>
      <legend>{t('field.monthLimits')}</legend>
      <p className="hint">{t('hint.monthLimits')}</p>
      {limits.map((limit, index) => (
        <fieldset key={limit.row} className="form across">
          <legend>{t('sale.limitNumber', { number: index + 1 })}</legend>
          {(['ageFrom', 'ageTo', 'contract', 'limit'] as const).map((name) => (
            <TextField
              key={name}
              label={t(`limit.${name}`)}
              value={limit[name]}
              maxLength={40}
              isRequired={name === 'limit'}
              {...(name !== 'contract' && { inputMode: 'numeric' as const })}
              {...wrongAt(wrong, `limits.${limit.row}.${name}`)}
              onChange={(text) => change(limit.row, { [name]: text })}
            />
          ))}
          <Button
            kind="quiet"
            onPress={() =>
              onChange({ ...typed, limits: limits.filter(({ row }) => row !== limit.row) })
            }
          >
            {t('sale.removeLimit', { number: index + 1 })}
          </Button>
        </fieldset>
      ))}
      {limits.length < LIMITS_MAX && (
        <div>
          <Button
            kind="quiet"
            icon="plus"
            onPress={() => onChange({ ...typed, limits: [...limits, { ...NO_LIMIT, row: next }] })}
          >
            {t('sale.addLimit')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function wrongAt(wrong: Readonly<Record<string, string>>, name: string): { error?: string } {
  const error = wrong[name];
  return error === undefined ? {} : { error };
}
