import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { ShownStopProposal } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { PROPOSALS } from '../api/phishing.ts';
import { useMay } from '../api/session.ts';
import { suspensionsQuery } from '../api/suspensions.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { LongField, SelectField } from '../parts/field.tsx';
import { RefusalNotice } from '../parts/notice.tsx';
import { Panel } from '../parts/page.tsx';
import { Shown } from '../parts/shown.tsx';
import { MARKS, StateMark } from '../parts/state-mark.tsx';
import { Ago } from '../parts/time.tsx';

/** Where so many name one product or seller that a person decides whether it is stopped. The open ones stand first. */
export function Proposals() {
  const { t } = useLanguage();
  const proposals = useQuery(PROPOSALS);
  return (
    <Shown of={proposals}>
      {({ proposals: found }) => {
        const open = found.filter(({ decidedAt }) => decidedAt === null);
        const decided = found.filter(({ decidedAt }) => decidedAt !== null).slice(0, 5);
        return (
          <Panel title={t('phishing.proposals')}>
            {found.length === 0 && <p className="soft">{t('phishing.proposals.none')}</p>}
            <div className="stack">
              {[...open, ...decided].map((each) => (
                <Proposal key={each.proposalId} proposal={each} />
              ))}
            </div>
          </Panel>
        );
      }}
    </Shown>
  );
}

function Proposal({ proposal }: { readonly proposal: ShownStopProposal }) {
  const { t, nameOf, instant } = useLanguage();
  const mayThrow = useMay('suspensions:throw');
  const { product, seller, reporters, proposedAt, decidedAt, decidedBy, suspensionId } = proposal;
  const named = product ?? seller;
  const isOpen = decidedAt === null;
  return (
    <article className="card">
      <div className="row apart">
        <StateMark
          mark={isOpen ? MARKS.proposed : suspensionId === null ? MARKS.over : MARKS.stopped}
          word={t(
            isOpen
              ? 'phishing.proposed'
              : suspensionId === null
                ? 'phishing.dismissed'
                : 'phishing.stopped',
          )}
        />
        <span className="soft">
          {instant(proposedAt)} (<Ago at={proposedAt} />)
        </span>
      </div>
      <h3>{named === null ? '' : nameOf(named)}</h3>
      <p>{t('phishing.reporters', { count: reporters })}</p>
      {isOpen && mayThrow && (
        <>
          <div>
            <Link
              to="/switch/new"
              search={{
                ...(product !== null && { productId: product.id }),
                ...(seller !== null && { sellerId: seller.id }),
              }}
              className="button stop"
            >
              {t('phishing.toSwitch')}
            </Link>
          </div>
          <Decide proposal={proposal} />
        </>
      )}
      {!isOpen && (
        <p className="soft">
          {decidedBy} {instant(decidedAt)} {proposal.note}{' '}
          {suspensionId !== null && (
            <Link to="/switch/$suspensionId" params={{ suspensionId: String(suspensionId) }}>
              {t('phishing.theStop')}
            </Link>
          )}
        </p>
      )}
    </article>
  );
}

/** Which stop was thrown for it, or that none is. */
function Decide({ proposal }: { readonly proposal: ShownStopProposal }) {
  const { t, nameOf, instant } = useLanguage();
  const client = useQueryClient();
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useState('');
  const suspensions = useQuery(suspensionsQuery('open', 1));
  const decided = useMutation({
    mutationFn: () =>
      ask('POST', `/phishing-proposals/${proposal.proposalId}/decide`, {
        suspensionId: chosen === '' ? null : Number(chosen),
        note,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['phishing'] }),
  });
  const stops = suspensions.data?.suspensions ?? [];
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    decided.mutate();
  };
  return (
    <form className="form" onSubmit={send}>
      <SelectField
        label={t('phishing.decision')}
        hint={t('phishing.decision.hint')}
        value={chosen}
        onChange={setChosen}
        choices={[
          { value: '', word: t('phishing.dismiss') },
          ...stops.map(({ suspensionId, names, startsAt }) => ({
            value: String(suspensionId),
            word: `${suspensionId} ${names.map(nameOf).join(' / ')} ${instant(Date.parse(startsAt))}`,
          })),
        ]}
      />
      <LongField
        label={t('reports.note')}
        isRequired
        maxLength={500}
        value={note}
        onChange={setNote}
      />
      <RefusalNotice error={decided.error} />
      <div>
        <Button isSubmit isBusy={decided.isPending} kind="quiet">
          {t('phishing.decide')}
        </Button>
      </div>
    </form>
  );
}
