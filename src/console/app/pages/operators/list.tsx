import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ShownOperator } from '../../api/answers.ts';
import { OPERATORS } from '../../api/operators.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { MARKS, StateMark } from '../../parts/state-mark.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../words.ts';

/** Who works here, and as what. */
export function Operators() {
  const { t } = useLanguage();
  const operators = useQuery(OPERATORS);
  const mayChange = useMay('operators:change');
  return (
    <Page
      title={t('operators.title')}
      lead={t('operators.lead')}
      actions={
        mayChange && (
          <Link to="/operators/new" className="button">
            <Icon name="plus" />
            <span>{t('operators.new')}</span>
          </Link>
        )
      }
    >
      <Shown of={operators}>
        {({ operators: found }) =>
          found.length === 0 ? <Empty title={t('operators.none')} /> : <People people={found} />
        }
      </Shown>
    </Page>
  );
}

function People({ people }: { readonly people: readonly ShownOperator[] }) {
  const language = useLanguage();
  const { t, locale } = language;
  return (
    <Table
      caption={t('operators.title')}
      rows={people}
      keyOf={(person) => person.operatorId}
      columns={[
        {
          title: t('operators.name'),
          cell: ({ name, email, operatorId }) => (
            <>
              <Link to="/operators/$operatorId" params={{ operatorId }}>
                {name}
              </Link>
              <span className="small soft">{email}</span>
            </>
          ),
        },
        {
          title: t('operators.roles'),
          cell: ({ roles }) =>
            roles.map((role) => wordOf('role', role, language)).join(locale === 'ja' ? '・' : ', '),
        },
        { title: t('issuer'), cell: ({ issuer }) => issuer ?? t('operators.allIssuers') },
        {
          title: t('secondFactor.title'),
          cell: ({ hasSecondFactor }) => (
            <StateMark
              mark={hasSecondFactor ? MARKS.good : MARKS.waiting}
              word={t(hasSecondFactor ? 'secondFactor.on' : 'secondFactor.off')}
            />
          ),
        },
        {
          title: t('state'),
          cell: ({ isActive }) => (
            <StateMark
              mark={isActive ? MARKS.good : MARKS.over}
              word={t(isActive ? 'operators.active' : 'operators.disabled')}
            />
          ),
        },
      ]}
    />
  );
}
