import type { ComponentProps } from 'react';
import { REASON_MIN } from '../../../kernel/reason.ts';
import { useLanguage } from '../language.tsx';
import { LongField } from './field.tsx';

/** Why somebody does it: for those who read of it later. */
export function ReasonField(
  props: Omit<ComponentProps<typeof LongField>, 'label' | 'isRequired' | 'minLength'> & {
    readonly label?: string;
  },
) {
  const { t } = useLanguage();
  return <LongField label={t('change.reason')} {...props} isRequired minLength={REASON_MIN} />;
}
