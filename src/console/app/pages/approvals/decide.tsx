import { useState, type SubmitEvent } from 'react';
import type { ShownApproval } from '../../api/answers.ts';
import { useDecide, type Decision } from '../../api/approvals.ts';
import { useMay, useSession } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';

type Asked = 'refuse' | 'break-glass' | 'review' | null;

/** Approving is one press of somebody else; everything that needs a reason asks for it first. */
export function Decide({ approval }: { readonly approval: ShownApproval }) {
  const { t } = useLanguage();
  const { operator } = useSession();
  const [asked, setAsked] = useState<Asked>(null);
  const decided = useDecide(String(approval.approvalId));
  const { state, hash, askedBy, reviewedBy } = approval;
  const isOwn = askedBy.operatorId === operator.operatorId;
  const isReviewDue = state === 'broken_glass' && reviewedBy === null;
  const isBusy = decided.isPending;
  if (state !== 'open' && !isReviewDue) return <Outcome decided={decided.data} />;
  const tell = (note: string): void => {
    if (asked === 'refuse') decided.mutate({ as: 'refuse', note });
    if (asked === 'break-glass') decided.mutate({ as: 'break-glass', hash, reason: note });
    if (asked === 'review') decided.mutate({ as: 'review', note });
    setAsked(null);
  };
  return (
    <section className="stack" aria-label={t('decide.label')}>
      {state === 'open' && isOwn && (
        <Notice tone="still" title={t('decide.own')}>
          <p>{t('decide.ownLead')}</p>
        </Notice>
      )}
      <RefusalNotice error={decided.error} />
      <Presses approval={approval} isBusy={isBusy} onDecide={decided.mutate} onAsk={setAsked} />
      {asked !== null && <Reason asked={asked} onTell={tell} onClose={() => setAsked(null)} />}
    </section>
  );
}

/** Only what this person may do with this approval now. */
function Presses(props: {
  readonly approval: ShownApproval;
  readonly isBusy: boolean;
  readonly onDecide: (decision: Decision) => void;
  readonly onAsk: (asked: Asked) => void;
}) {
  const { t } = useLanguage();
  const { approval, isBusy, onDecide, onAsk } = props;
  const { operator } = useSession();
  const mayBreak = useMay('glass:break');
  const mayReview = useMay('glass:review');
  const { state, hash, askedBy, decidedBy } = approval;
  const isNeverAlone = approval.kind.startsWith('operator.'); // the server refuses it
  const isOwn = askedBy.operatorId === operator.operatorId;
  return (
    <div className="row">
      {state === 'open' && !isOwn && (
        <>
          <Button
            isLarge
            icon="check"
            isBusy={isBusy}
            onPress={() => onDecide({ as: 'approve', hash })}
          >
            {t('decide.approve')}
          </Button>
          <Button kind="quiet" isDisabled={isBusy} onPress={() => onAsk('refuse')}>
            {t('decide.refuse')}
          </Button>
        </>
      )}
      {state === 'open' && isOwn && (
        <Button
          kind="quiet"
          icon="undo-2"
          isBusy={isBusy}
          onPress={() => onDecide({ as: 'withdraw' })}
        >
          {t('decide.withdraw')}
        </Button>
      )}
      {state === 'open' && mayBreak && !isNeverAlone && (
        <Button
          kind="quiet"
          icon="triangle-alert"
          isDisabled={isBusy}
          onPress={() => onAsk('break-glass')}
        >
          {t('decide.breakGlass')}
        </Button>
      )}
      {state === 'broken_glass' && mayReview && decidedBy?.operatorId !== operator.operatorId && (
        <Button icon="eye" isBusy={isBusy} onPress={() => onAsk('review')}>
          {t('decide.review')}
        </Button>
      )}
    </div>
  );
}

function Reason(props: {
  readonly asked: Exclude<Asked, null>;
  readonly onTell: (note: string) => void;
  readonly onClose: () => void;
}) {
  const { t } = useLanguage();
  const { asked, onTell, onClose } = props;
  const [note, setNote] = useState('');
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    onTell(note);
  };
  return (
    <Dialog title={t(`reason.${asked}`)} onClose={onClose}>
      <form className="form" onSubmit={send}>
        {asked === 'break-glass' && (
          <Notice tone="bad" title={t('decide.loud')}>
            <p>{t('decide.loudLead')}</p>
          </Notice>
        )}
        <ReasonField
          label={t('reason.label')}
          hint={asked === 'break-glass' ? t('reason.glassHint') : undefined}
          maxLength={1_000}
          value={note}
          onChange={setNote}
        />
        <div className="row">
          <Button isSubmit kind={asked === 'break-glass' ? 'stop' : 'plain'}>
            {t(`reason.${asked}`)}
          </Button>
          <Button kind="quiet" onPress={onClose}>
            {t('back')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** An invitation stands in the answer to its approval and nowhere else. */
function Outcome({ decided }: { readonly decided: ShownApproval | undefined }) {
  const { t } = useLanguage();
  const shownOnce = decided?.shownOnce;
  if (shownOnce === undefined || shownOnce === null) return null;
  return (
    <Notice tone="wait" title={t('decide.shownOnce')} isHeard>
      <p className="secret mono">{shownOnce}</p>
    </Notice>
  );
}
