import { useId, type ChangeEvent, type HTMLInputTypeAttribute, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface FieldLook {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string;
  readonly isRequired?: boolean;
}

interface Described {
  readonly id: string;
  readonly required: boolean;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-describedby': string | undefined;
}

/** A label, a hint, the field itself, and what is wrong with it, tied together for those who listen. */
function Field(props: FieldLook & { readonly children: (described: Described) => ReactNode }) {
  const { label, hint, error, isRequired = false, children } = props;
  const id = useId();
  const parts = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        required: isRequired,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': parts.length > 0 ? parts.join(' ') : undefined,
      })}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <Icon name="triangle-alert" />
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField(
  props: FieldLook & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly type?: HTMLInputTypeAttribute;
    readonly autoComplete?: string;
    readonly inputMode?: 'numeric' | 'text' | 'email';
    readonly maxLength?: number;
    readonly minLength?: number;
    readonly className?: string;
    readonly step?: number;
  },
) {
  const { value, onChange, type = 'text', autoComplete = 'off', inputMode, className } = props;
  return (
    <Field {...props}>
      {(described) => (
        <input
          {...described}
          type={type}
          value={value}
          onChange={told(onChange)}
          autoComplete={autoComplete}
          inputMode={inputMode}
          maxLength={props.maxLength ?? 200}
          minLength={props.minLength}
          step={props.step}
          className={className}
          spellCheck={false}
        />
      )}
    </Field>
  );
}

export function LongField(
  props: FieldLook & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly maxLength?: number;
    readonly minLength?: number;
    readonly lang?: string;
  },
) {
  const { value, onChange, maxLength = 2_000, lang } = props;
  return (
    <Field {...props}>
      {(described) => (
        <textarea
          {...described}
          value={value}
          lang={lang}
          maxLength={maxLength}
          minLength={props.minLength}
          rows={3}
          onChange={told(onChange)}
        />
      )}
    </Field>
  );
}

export interface Choice {
  readonly value: string;
  readonly word: string;
}

export function SelectField(
  props: FieldLook & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly choices: readonly Choice[];
  },
) {
  const { value, onChange, choices } = props;
  return (
    <Field {...props}>
      {(described) => (
        <select {...described} value={value} onChange={told(onChange)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.word}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of a few, all to be seen at once. */
export function RadioChoices(props: {
  readonly legend: string;
  readonly hint?: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend>{props.legend}</legend>
      {props.hint && <p className="hint">{props.hint}</p>}
      <div className="choices">
        {props.choices.map((choice) => (
          <label className="choice" key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={props.value === choice.value}
              onChange={() => props.onChange(choice.value)}
            />
            <span>{choice.word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Any of a few. */
export function CheckChoices(props: {
  readonly legend: string;
  readonly hint?: string;
  readonly values: readonly string[];
  readonly choices: readonly Choice[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { values, onChange } = props;
  const toggle = (value: string): void =>
    onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
  return (
    <fieldset>
      <legend>{props.legend}</legend>
      {props.hint && <p className="hint">{props.hint}</p>}
      <div className="choices">
        {props.choices.map((choice) => (
          <label className="choice" key={choice.value}>
            <input
              type="checkbox"
              checked={values.includes(choice.value)}
              onChange={() => toggle(choice.value)}
            />
            <span>{choice.word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Check(props: {
  readonly word: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={props.isChecked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span>{props.word}</span>
    </label>
  );
}

function told(onChange: (value: string) => void) {
  return (event: ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>): void =>
    onChange(event.target.value);
}
