import { useQuery } from '@tanstack/react-query';
import type { ShownApproval } from '../../api/answers.ts';
import { decidedMemberQuery } from '../../api/members.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Facts, Panel } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Estate } from '../members/death.tsx';

const ABOUT_A_MEMBER: ReadonlySet<string> = new Set(['member.death', 'member.death_taken_back']);

/** The change names a member by an id: whoever may decide it sees who that is, while it is open. */
export function DecidedMember({ approval }: { readonly approval: ShownApproval }) {
  const { t } = useLanguage();
  const mayApprove = useMay('cases:approve');
  const isShown = mayApprove && approval.state === 'open' && ABOUT_A_MEMBER.has(approval.kind);
  const member = useQuery({ ...decidedMemberQuery(approval.approvalId), enabled: isShown });
  if (!isShown) return null;
  return (
    <Shown of={member}>
      {({ name, email, holdings }) => (
        <>
          <Panel title={t('members.found')}>
            <Facts
              facts={[
                { name: t('phone.name'), value: name },
                { name: t('phone.email'), value: email },
              ]}
            />
          </Panel>
          <Estate holdings={holdings} />
        </>
      )}
    </Shown>
  );
}
