import { useLanguage } from '../../language.tsx';
import { Check, CheckChoices, RadioChoices, TextField } from '../../parts/field.tsx';
import { countTyped, DEVICES, type TermsTyped } from './terms.ts';

/** Amounts, lead time, conditions and the times of an offer. */
export function TermsFields(props: {
  readonly terms: TermsTyped;
  readonly unit: string | null; // null: no product is chosen yet
  readonly onChange: (terms: TermsTyped) => void;
}) {
  const { t } = useLanguage();
  const { terms, unit, onChange } = props;
  const number = (name: 'least' | 'most' | 'leadMinutes') => ({
    value: terms[name],
    inputMode: 'numeric' as const,
    maxLength: 30,
    ...(countTyped(terms[name]) === undefined && { error: t('offers.notACount') }),
    onChange: (text: string) => onChange({ ...terms, [name]: text }),
  });
  return (
    <>
      <div className="form across">
        <TextField
          label={unit === null ? t('offers.least') : t('offers.leastIn', { unit })}
          hint={t('offers.emptyIsProduct')}
          {...number('least')}
        />
        <TextField
          label={unit === null ? t('offers.most') : t('offers.mostIn', { unit })}
          hint={t('offers.emptyIsProduct')}
          {...number('most')}
        />
        <TextField
          label={t('offers.leadMinutes')}
          hint={t('offers.emptyIsTender')}
          {...number('leadMinutes')}
        />
      </div>
      <fieldset>
        <legend>{t('offers.conditions')}</legend>
        <Check
          word={t('condition.ownLineOnly')}
          isChecked={terms.ownLineOnly}
          onChange={(ownLineOnly) => onChange({ ...terms, ownLineOnly })}
        />
        <Check
          word={t('condition.noWifi')}
          isChecked={terms.noWifi}
          onChange={(noWifi) => onChange({ ...terms, noWifi })}
        />
      </fieldset>
      <CheckChoices
        legend={t('condition.devicesLegend')}
        hint={t('condition.devicesHint')}
        values={terms.devices}
        choices={DEVICES.map((each) => ({ value: each, word: t(`device.${each}`) }))}
        onChange={(chosen) =>
          onChange({ ...terms, devices: DEVICES.filter((each) => chosen.includes(each)) })
        }
      />
      <Times terms={terms} onChange={onChange} />
    </>
  );
}

/** Where the form cannot be sent: to the first field that says what is wrong. */
export function showFirstWrong(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>('[aria-invalid]')?.focus();
}

function Times(props: {
  readonly terms: TermsTyped;
  readonly onChange: (terms: TermsTyped) => void;
}) {
  const { t } = useLanguage();
  const { terms, onChange } = props;
  return (
    <>
      <RadioChoices
        legend={t('offers.validFrom')}
        value={terms.validFrom === null ? 'now' : 'later'}
        choices={[
          { value: 'now', word: t('compose.now') },
          { value: 'later', word: t('compose.later') },
        ]}
        onChange={(value) => onChange({ ...terms, validFrom: value === 'now' ? null : '' })}
      />
      {terms.validFrom !== null && (
        <TextField
          label={t('compose.startsAt')}
          hint={t('zone')}
          type="datetime-local"
          step={1}
          isRequired
          value={terms.validFrom}
          onChange={(validFrom) => onChange({ ...terms, validFrom })}
        />
      )}
      <TextField
        label={t('offers.endsAt')}
        hint={t('offers.endsAtHint')}
        type="datetime-local"
        step={1}
        value={terms.endsAt}
        onChange={(endsAt) => onChange({ ...terms, endsAt })}
      />
    </>
  );
}
