import type { NewIncident } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Check, SelectField, TextField } from '../../parts/field.tsx';
import { componentText, type Component } from './marks.tsx';

export interface AffectedTyped {
  readonly componentId: number;
  readonly status: NewIncident['components'][number]['status'];
  readonly startedAt: string; // as typed
  readonly recoveredAt: string; // empty: not yet
}

export const OUTAGES = ['degraded', 'partial_outage', 'major_outage'] as const;

/** Which components, and for each since when and until when: they neither fail nor recover together. */
export function ComponentsField(props: {
  readonly components: readonly Component[];
  readonly affected: readonly AffectedTyped[];
  readonly usualStart: string;
  readonly hasRecovery: boolean;
  readonly onChange: (affected: readonly AffectedTyped[]) => void;
}) {
  const language = useLanguage();
  const { t } = language;
  const { components, affected, usualStart, hasRecovery, onChange } = props;
  const set = (changed: AffectedTyped): void =>
    onChange(affected.map((one) => (one.componentId === changed.componentId ? changed : one)));
  const toggle = (componentId: number, isOn: boolean): void =>
    onChange(
      isOn
        ? [
            ...affected,
            { componentId, status: 'major_outage', startedAt: usualStart, recoveredAt: '' },
          ]
        : affected.filter((one) => one.componentId !== componentId),
    );
  return (
    <fieldset>
      <legend>{t('incident.components')}</legend>
      <ul className="lines">
        {components.map((component) => {
          const one = affected.find(({ componentId }) => componentId === component.componentId);
          return (
            <li key={component.componentId} className="stack tight">
              <Check
                word={componentText(component, language)}
                isChecked={one !== undefined}
                onChange={(isOn) => toggle(component.componentId, isOn)}
              />
              {one && (
                <div className="form across">
                  <SelectField
                    label={t('state')}
                    value={one.status}
                    choices={OUTAGES.map((each) => ({ value: each, word: t(`status.${each}`) }))}
                    onChange={(status) =>
                      set({ ...one, status: status as AffectedTyped['status'] })
                    }
                  />
                  <TextField
                    label={t('incident.startedAt')}
                    type="datetime-local"
                    step={1}
                    isRequired
                    value={one.startedAt}
                    onChange={(startedAt) => set({ ...one, startedAt })}
                  />
                  {hasRecovery && (
                    <TextField
                      label={t('incident.recoveredAt')}
                      type="datetime-local"
                      step={1}
                      value={one.recoveredAt}
                      onChange={(recoveredAt) => set({ ...one, recoveredAt })}
                    />
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
