import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ShownApproval } from '../../api/answers.ts';
import { approvalQuery } from '../../api/approvals.ts';
import { useLanguage } from '../../language.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Ago } from '../../parts/time.tsx';
import { wordOf } from '../../words.ts';
import { ChangeFacts } from './change-facts.tsx';
import { Decide } from './decide.tsx';
import { DecidedMember } from './decided-member.tsx';
import { ApprovalMark } from './mark.tsx';

/** The change anew, exactly as it will be done, and who asks why; below it the decision. */
export function ApprovalDetail() {
  const { t, locale } = useLanguage();
  const { approvalId } = useParams({ from: '/approvals/$approvalId' });
  const approval = useQuery(approvalQuery(approvalId));
  return (
    <Page title={approval.data?.summary[locale] ?? t('approvals.one')}>
      <Shown of={approval}>{(found) => <Detail approval={found} />}</Shown>
    </Page>
  );
}

function Detail({ approval }: { readonly approval: ShownApproval }) {
  const language = useLanguage();
  const { t, instant } = language;
  const { state, askedBy, askedAt, expiresAt, decidedBy, decidedAt, decidedNote } = approval;
  const { reviewedBy, reviewedAt, reviewNote } = approval;
  return (
    <div className="stack wide">
      <div>
        <ApprovalMark state={state} isLarge />
      </div>
      <Facts
        facts={[
          { name: t('approval.kind'), value: wordOf('approvalKind', approval.kind, language) },
          { name: t('approval.askedBy'), value: `${askedBy.name} ${instant(askedAt)}` },
          { name: t('approval.reason'), value: approval.reason },
          state === 'open' && {
            name: t('approval.expires'),
            value: (
              <>
                {instant(expiresAt)} (<Ago at={expiresAt} />)
              </>
            ),
          },
          decidedBy !== null &&
            decidedAt !== null && {
              name: t('approval.decidedBy'),
              value: `${decidedBy.name} ${instant(decidedAt)}`,
            },
          decidedNote !== null && { name: t('approval.note'), value: decidedNote },
          reviewedBy !== null &&
            reviewedAt !== null && {
              name: t('approval.reviewedBy'),
              value: `${reviewedBy.name} ${instant(reviewedAt)}`,
            },
          reviewNote !== null && { name: t('approval.reviewNote'), value: reviewNote },
        ]}
      />
      <Panel title={t('approval.change')}>
        <ChangeFacts change={approval.change} />
        <p className="soft small">
          {t('approval.hash')} <span className="mono">{approval.hash}</span>
        </p>
      </Panel>
      <DecidedMember approval={approval} />
      <Decide approval={approval} />
    </div>
  );
}
