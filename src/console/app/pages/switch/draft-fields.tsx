import { useLanguage } from '../../language.tsx';
import { LongField, RadioChoices, TextField } from '../../parts/field.tsx';
import type { Draft } from './draft.ts';

interface Fields {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

export function WhenFields({ draft, onChange }: Fields) {
  const { t } = useLanguage();
  return (
    <div className="stack">
      <RadioChoices
        legend={t('compose.from')}
        hint={t(draft.isNow ? 'compose.nowHint' : 'compose.laterHint')}
        value={draft.isNow ? 'now' : 'later'}
        choices={[
          { value: 'now', word: t('compose.now') },
          { value: 'later', word: t('compose.later') },
        ]}
        onChange={(value) => onChange({ ...draft, isNow: value === 'now' })}
      />
      {!draft.isNow && (
        <>
          <TextField
            label={t('compose.startsAt')}
            hint={t('zone')}
            type="datetime-local"
            step={1}
            isRequired
            value={draft.startsAt}
            onChange={(startsAt) => onChange({ ...draft, startsAt })}
          />
          <TextField
            label={t('compose.announced')}
            hint={t('compose.announcedHint')}
            value={draft.announcedText}
            onChange={(announcedText) => onChange({ ...draft, announcedText })}
          />
        </>
      )}
      <TextField
        label={t('compose.expectedEnd')}
        hint={t('compose.expectedEndHint')}
        type="datetime-local"
        value={draft.expectedEnd}
        onChange={(expectedEnd) => onChange({ ...draft, expectedEnd })}
      />
    </div>
  );
}

export function TextFields(
  props: Fields & { readonly texts: { readonly textJa: string; readonly textEn: string } },
) {
  const { t } = useLanguage();
  const { draft, texts, onChange } = props;
  return (
    <div className="stack">
      <LongField
        label={t('compose.internalReason')}
        hint={t('compose.internalReasonHint')}
        isRequired
        value={draft.internalReason}
        onChange={(internalReason) => onChange({ ...draft, internalReason })}
      />
      <LongField
        label={t('compose.textJa')}
        hint={t('compose.publicHint')}
        lang="ja"
        isRequired
        value={texts.textJa}
        onChange={(textJa) => onChange({ ...draft, textJa })}
      />
      <LongField
        label={t('compose.textEn')}
        lang="en"
        isRequired
        value={texts.textEn}
        onChange={(textEn) => onChange({ ...draft, textEn })}
      />
      <LongField
        label={t('compose.criteria')}
        hint={t('compose.criteriaHint')}
        value={draft.criteria}
        onChange={(criteria) => onChange({ ...draft, criteria })}
      />
    </div>
  );
}
