import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { ShownOperator } from '../../api/answers.ts';
import {
  OPERATORS,
  useAskForChange,
  useDisable,
  type OperatorChange,
} from '../../api/operators.ts';
import { useMay, useSession } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { CheckChoices, RadioChoices } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Facts, Page, Panel } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { ROLES } from './roles.ts';

/** One colleague, and what can be asked for about them. */
export function OperatorPage() {
  const { t } = useLanguage();
  const { operatorId } = useParams({ from: '/operators/$operatorId' });
  const operators = useQuery(OPERATORS);
  const person = operators.data?.operators.find((each) => each.operatorId === operatorId);
  return (
    <Page title={person?.name ?? t('operators.title')}>
      <Shown of={operators}>
        {() => (person ? <Person person={person} /> : <Empty title={t('operators.none')} />)}
      </Shown>
    </Page>
  );
}

function Person({ person }: { readonly person: ShownOperator }) {
  const { t, instant, locale } = useLanguage();
  const mayChange = useMay('operators:change');
  const { operator } = useSession();
  const isSelf = operator.operatorId === person.operatorId;
  return (
    <div className="stack wide">
      <Facts
        facts={[
          { name: t('signIn.email'), value: person.email },
          {
            name: t('operators.roles'),
            value: person.roles
              .map((role) => t(`role.${role}`))
              .join(locale === 'ja' ? '・' : ', '),
          },
          { name: t('issuer'), value: person.issuer ?? t('operators.allIssuers') },
          {
            name: t('secondFactor.title'),
            value: t(person.hasSecondFactor ? 'secondFactor.on' : 'secondFactor.off'),
          },
          {
            name: t('state'),
            value: t(person.isActive ? 'operators.active' : 'operators.disabled'),
          },
          !person.hasPassword && { name: t('signIn.password'), value: t('operators.invited') },
          person.signedInAt !== null && {
            name: t('operators.signedInAt'),
            value: instant(person.signedInAt),
          },
        ]}
      />
      {mayChange && !isSelf && <AskFor person={person} />}
    </div>
  );
}

type Wanted = 'roles' | 'invitation' | 'enable' | 'disable' | 'disabling';

function AskFor({ person }: { readonly person: ShownOperator }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const asked = useAskForChange(person.operatorId);
  const disabled = useDisable(person.operatorId);
  const [wanted, setWanted] = useState<Wanted>(person.isActive ? 'roles' : 'enable');
  const [roles, setRoles] = useState<ShownOperator['roles']>(person.roles);
  const [reason, setReason] = useState('');
  const possible: readonly Wanted[] = person.isActive
    ? ['roles', 'invitation', 'disable', 'disabling']
    : ['enable'];
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (wanted === 'disable') {
      disabled.mutate(reason);
      return;
    }
    const change: OperatorChange =
      wanted === 'roles' ? { as: 'roles', roles, reason } : { as: wanted, reason };
    const { approvalId } = await asked.mutateAsync(change);
    await navigate({ to: '/approvals/$approvalId', params: { approvalId: String(approvalId) } });
  };
  return (
    <Panel title={t('operators.change')}>
      <form className="form" onSubmit={(event) => void send(event).catch(() => null)}>
        <RadioChoices
          legend={t('change.effect')}
          hint={t(wanted === 'disable' ? 'operators.disableHint' : 'change.lead')}
          value={wanted}
          choices={possible.map((each) => ({ value: each, word: t(`operators.do.${each}`) }))}
          onChange={(value) => setWanted(value as Wanted)}
        />
        {wanted === 'roles' && (
          <CheckChoices
            legend={t('operators.roles')}
            values={roles}
            choices={ROLES.map((each) => ({ value: each, word: t(`role.${each}`) }))}
            onChange={(chosen) => setRoles(ROLES.filter((role) => chosen.includes(role)))}
          />
        )}
        <ReasonField value={reason} onChange={setReason} />
        <RefusalNotice error={asked.error ?? disabled.error} />
        <div>
          <Button
            isSubmit
            kind={wanted === 'disable' ? 'stop' : 'plain'}
            isBusy={asked.isPending || disabled.isPending}
            isDisabled={wanted === 'roles' && roles.length === 0}
          >
            {t(wanted === 'disable' ? 'operators.do.disable' : 'change.ask')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
