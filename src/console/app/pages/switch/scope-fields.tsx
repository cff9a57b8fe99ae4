import { useState } from 'react';
import type { CatalogueNames, SuspensionScope } from '../../api/answers.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { CheckChoices, RadioChoices, SelectField } from '../../parts/field.tsx';
import { withReach, withThing, type Draft } from './draft.ts';
import { choicesOf, DIMENSIONS, OPERATIONS, thingsOf, type Dimension } from './scope.tsx';

const USUAL: readonly Dimension[] = ['productId', 'sellerId', 'tenderId'];
const FURTHER = DIMENSIONS.filter((dimension) => !USUAL.includes(dimension));

type Operations = NonNullable<SuspensionScope['operations']>;

/** The three that nearly every stop names, and the others behind a button. */
export function ScopeFields(props: {
  readonly draft: Draft;
  readonly catalogue: CatalogueNames;
  readonly onChange: (draft: Draft) => void;
}) {
  const language = useLanguage();
  const { t } = language;
  const { draft, catalogue, onChange } = props;
  const isNamed = (dimension: Dimension): boolean => draft.scope[dimension] != null;
  const [isWide, setWide] = useState(() => FURTHER.some(isNamed));
  const shown = [...USUAL, ...(isWide ? FURTHER : [])].filter(
    (dimension) => thingsOf(catalogue, dimension).length > 0,
  );
  return (
    <div className="stack">
      <RadioChoices
        legend={t('compose.reach')}
        value={draft.reach ?? ''}
        choices={[
          { value: 'part', word: t('compose.reach.part') },
          { value: 'all', word: t('compose.reach.all') },
        ]}
        onChange={(reach) => onChange(withReach(draft, reach === 'all' ? 'all' : 'part'))}
      />
      <CheckChoices
        legend={t('compose.operations')}
        hint={t('compose.operationsHint')}
        values={draft.scope.operations ?? []}
        choices={OPERATIONS.map((each) => ({ value: each, word: t(`op.${each}`) }))}
        onChange={(operations) =>
          onChange({ ...draft, scope: { ...draft.scope, operations: operations as Operations } })
        }
      />
      {draft.reach !== 'all' &&
        shown.map((dimension) => (
          <SelectField
            key={dimension}
            label={t(`dim.${dimension}`)}
            value={String(draft.scope[dimension] ?? '')}
            choices={choicesOf(catalogue, dimension, language)}
            onChange={(value) =>
              onChange(
                withThing(withReach(draft, 'part'), dimension, value === '' ? null : Number(value)),
              )
            }
          />
        ))}
      {!isWide && draft.reach !== 'all' && (
        <div>
          <Button kind="quiet" icon="plus" onPress={() => setWide(true)}>
            {t('compose.further')}
          </Button>
        </div>
      )}
    </div>
  );
}
