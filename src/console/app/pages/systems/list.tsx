import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ShownSystem } from '../../api/answers.ts';
import { useMay } from '../../api/session.ts';
import { SYSTEMS } from '../../api/systems.ts';
import { useLanguage } from '../../language.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { Table } from '../../parts/table.tsx';

/** What the status page tells of: systems, what each depends on, and what can fail there. */
export function Systems() {
  const { t } = useLanguage();
  const systems = useQuery(SYSTEMS);
  const mayEdit = useMay('incidents:edit');
  return (
    <Page
      title={t('systems.title')}
      lead={t('systems.lead')}
      actions={
        mayEdit && (
          <Link to="/incidents/systems/new" className="button">
            <Icon name="plus" />
            <span>{t('systems.new')}</span>
          </Link>
        )
      }
    >
      <Shown of={systems}>
        {({ systems: found }) =>
          found.length === 0 ? (
            <Empty title={t('components.none')} />
          ) : (
            <SystemTable systems={found} mayEdit={mayEdit} />
          )
        }
      </Shown>
    </Page>
  );
}

function SystemTable(props: {
  readonly systems: readonly ShownSystem[];
  readonly mayEdit: boolean;
}) {
  const { t, nameOf, locale } = useLanguage();
  const { systems, mayEdit } = props;
  const and = locale === 'ja' ? '、' : ', ';
  return (
    <Table
      caption={t('systems.title')}
      rows={systems}
      keyOf={({ key }) => key}
      columns={[
        {
          title: t('field.name'),
          cell: (system) =>
            mayEdit ? (
              <Link to="/incidents/systems/$key" params={{ key: system.key }}>
                {nameOf(system)}
              </Link>
            ) : (
              nameOf(system)
            ),
        },
        { title: t('field.kind'), cell: ({ kind }) => t(`systemKind.${kind}`) },
        {
          title: t('systems.phases'),
          cell: ({ phases }) => phases.map((phase) => t(`phase.${phase}`)).join(and),
        },
        {
          title: t('systems.dependsOn'),
          cell: ({ dependsOn }) =>
            dependsOn.length === 0 ? t('none') : dependsOn.map(nameOf).join(' → '),
        },
        { title: t('systems.isShown'), cell: ({ isShown }) => t(isShown ? 'yes' : 'no') },
      ]}
    />
  );
}
