import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { REASON_MIN } from '../../../../kernel/reason.ts';
import type { ShownProposal } from '../../api/answers.ts';
import { useDismissProposal } from '../../api/incidents.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { BigFigure } from '../../parts/page.tsx';
import { MARKS, StateMark } from '../../parts/state-mark.tsx';
import { Ago } from '../../parts/time.tsx';
import { refusalText, wordOf } from '../../words.ts';

/** A jump against the usual. The machine says where and how much; a person says whether it is told. */
export function Proposal(props: { readonly proposal: ShownProposal; readonly mayEdit: boolean }) {
  const language = useLanguage();
  const { t, nameOf, instant, count } = language;
  const { proposal, mayEdit } = props;
  const { scopeJa, scopeEn, scopeKind, since, seenPerMinute, usualPerMinute, causes } = proposal;
  return (
    <article className="card loud">
      <div className="row apart">
        <StateMark mark={MARKS.proposed} word={t('proposal.state')} />
        <span>
          {instant(since)} (<Ago at={since} />)
        </span>
      </div>
      <h3>
        {nameOf({ nameJa: scopeJa, nameEn: scopeEn })} ({t(`scopeKind.${scopeKind}`)})
      </h3>
      <dl className="figures">
        <BigFigure name={t('proposal.seen')} value={count(seenPerMinute)} />
        <BigFigure name={t('proposal.usual')} value={count(usualPerMinute)} />
      </dl>
      <p>
        {causes
          .map(({ cause, count: times }) => {
            const word = wordOf('observed', cause, language);
            return `${word === cause ? refusalText(cause, language) : word} ${count(times)}`;
          })
          .join(' / ')}
      </p>
      {mayEdit && <Judge proposal={proposal} />}
    </article>
  );
}

function Judge({ proposal }: { readonly proposal: ShownProposal }) {
  const { t } = useLanguage();
  const [isDismissing, setDismissing] = useState(false);
  const [reason, setReason] = useState('');
  const dismissed = useDismissProposal(proposal.proposalId);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    dismissed.mutate(reason);
  };
  return (
    <>
      <div className="row">
        <Link to="/incidents/new" search={{ proposal: proposal.proposalId }} className="button">
          <Icon name="check" />
          <span>{t('proposal.confirm')}</span>
        </Link>
        <Button kind="quiet" isExpanded={isDismissing} onPress={() => setDismissing(!isDismissing)}>
          {t('proposal.dismiss')}
        </Button>
      </div>
      {isDismissing && (
        <form className="form" onSubmit={send}>
          <TextField
            label={t('proposal.reason')}
            isRequired
            minLength={REASON_MIN}
            maxLength={1_000}
            value={reason}
            onChange={setReason}
          />
          <RefusalNotice error={dismissed.error} />
          <div>
            <Button isSubmit isBusy={dismissed.isPending}>
              {t('proposal.dismiss')}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
