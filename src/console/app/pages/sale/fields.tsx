import type { CatalogueNames } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { Check, RadioChoices, SelectField, TextField, type Choice } from '../../parts/field.tsx';
import { isConsoleText } from '../../text.ts';
import { MonthLimits } from './month-limits.tsx';
import { FIELDS, TENDER_KINDS, type SaleField, type SaleKind, type Typed } from './things.ts';

export interface SaleFieldsShown {
  readonly kind: SaleKind;
  readonly isNew: boolean;
  readonly typed: Typed;
  /** What is wrong, in words, by field. */
  readonly wrong: Readonly<Record<string, string>>;
  readonly catalogue: CatalogueNames;
  readonly onChange: (typed: Typed) => void;
}

/** The fields of a kind, each with what is wrong with it, and from when on it is so. */
export function SaleFields(props: SaleFieldsShown) {
  const { t } = useLanguage();
  const { kind, isNew, typed, wrong, onChange } = props;
  const shown = FIELDS[kind].filter(({ isFixed = false }) => isNew || !isFixed);
  return (
    <>
      {shown.map((field) => (
        <OneField key={field.name} field={field} {...props} />
      ))}
      <RadioChoices
        legend={t('offers.validFrom')}
        value={typed.validFrom === null ? 'now' : 'later'}
        choices={[
          { value: 'now', word: t('compose.now') },
          { value: 'later', word: t('compose.later') },
        ]}
        onChange={(value) => onChange({ ...typed, validFrom: value === 'now' ? null : '' })}
      />
      {typed.validFrom !== null && (
        <TextField
          label={t('compose.startsAt')}
          hint={t('zone')}
          type="datetime-local"
          step={1}
          isRequired
          value={typed.validFrom}
          {...errorOf(wrong, 'validFrom')}
          onChange={(validFrom) => onChange({ ...typed, validFrom })}
        />
      )}
    </>
  );
}

function OneField(props: SaleFieldsShown & { readonly field: SaleField }) {
  const language = useLanguage();
  const { t } = language;
  const { field, typed, wrong, onChange } = props;
  const { name, form, isRequired = false } = field;
  const look = { label: t(`field.${name}`), isRequired, ...hintOf(field, language) };
  const write = (word: string): void =>
    onChange({ ...typed, words: { ...typed.words, [name]: word } });
  if (form === 'limits') return <MonthLimits typed={typed} wrong={wrong} onChange={onChange} />;
  if (form === 'check') {
    return (
      <Check
        word={t(`field.${name}`)}
        isChecked={typed.checks[name] === true}
        onChange={(isChecked) =>
          onChange({ ...typed, checks: { ...typed.checks, [name]: isChecked } })
        }
      />
    );
  }
  const value = typed.words[name] ?? '';
  if (form === 'link' || form === 'choice') {
    return (
      <SelectField
        {...look}
        {...errorOf(wrong, name)}
        value={value}
        choices={choicesFor(field, props, language)}
        onChange={write}
      />
    );
  }
  const isNumber = form === 'count' || form === 'minutes';
  return (
    <TextField
      {...look}
      {...errorOf(wrong, name)}
      value={value}
      maxLength={form === 'key' ? 40 : 100}
      {...(isNumber && { inputMode: 'numeric' as const })}
      {...(form === 'key' && { className: 'mono' })}
      onChange={write}
    />
  );
}

function choicesFor(
  { name, of, isRequired = false }: SaleField,
  { catalogue }: Pick<SaleFieldsShown, 'catalogue'>,
  { t, nameOf }: Language,
): readonly Choice[] {
  if (of === undefined) {
    return TENDER_KINDS.map((kind) => ({ value: kind, word: t(`tenderKind.${kind}`) }));
  }
  const things =
    name === 'spends' ? catalogue.products.filter(({ kind }) => kind === 'prepaid') : catalogue[of];
  const first = { value: '', word: t(isRequired ? 'offers.choose' : 'none') };
  return [first, ...things.map((thing) => ({ value: thing.key, word: nameOf(thing) }))];
}

function hintOf({ name }: SaleField, { t }: Language): { hint?: string } {
  const key = `hint.${name}`;
  return isConsoleText(key) ? { hint: t(key) } : {};
}

export function errorOf(wrong: Readonly<Record<string, string>>, name: string): { error?: string } {
  const error = wrong[name];
  return error === undefined ? {} : { error };
}
