import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { CatalogueNames, ShownSystem } from '../../api/answers.ts';
import { Refused } from '../../api/ask.ts';
import { CATALOGUE } from '../../api/suspensions.ts';
import { SYSTEMS, useSystemAct } from '../../api/systems.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Check, CheckChoices, TextField } from '../../parts/field.tsx';
import { RefusalNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Shown } from '../../parts/shown.tsx';
import { countTyped } from '../offers/terms.ts';
import { showFirstWrong } from '../offers/terms-fields.tsx';

const PHASES = ['buy', 'activate', 'redeem'] as const;
const KEY = /^[a-z0-9][a-z0-9-]{0,39}$/;
const POSITION_MAX = 9_999;

type Typed = Omit<ShownSystem, 'position' | 'dependsOn'> & { readonly position: string };

const NEW: Typed = {
  key: '',
  kind: 'issuer',
  nameJa: '',
  nameEn: '',
  products: [],
  phases: ['activate', 'redeem'],
  position: '0',
  isShown: true,
};

/** One more of the issuer's own systems. */
export function NewSystem() {
  const { t } = useLanguage();
  const catalogue = useQuery(CATALOGUE);
  return (
    <Page title={t('systems.new')} lead={t('systems.newLead')}>
      <Shown of={catalogue}>
        {(names) => <Form isNew before={NEW} products={names.products} />}
      </Shown>
    </Page>
  );
}

/** Names, place, and what can fail there; what it is stays. */
export function SystemPage() {
  const { t, nameOf } = useLanguage();
  const { key } = useParams({ from: '/incidents/systems/$key' });
  const catalogue = useQuery(CATALOGUE);
  const systems = useQuery(SYSTEMS);
  const found = systems.data?.systems.find((each) => each.key === key);
  return (
    <Page title={t('systems.change')} lead={found && nameOf(found)}>
      <Shown of={systems}>
        {() => (
          <Shown of={catalogue}>
            {({ products }) =>
              found === undefined ? (
                <Empty title={t('sale.none')} />
              ) : (
                <Form
                  key={key}
                  isNew={false}
                  before={{ ...found, position: String(found.position) }}
                  products={products}
                />
              )
            }
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

function Form(props: {
  readonly isNew: boolean;
  readonly before: Typed;
  readonly products: CatalogueNames['products'];
}) {
  const { t, nameOf } = useLanguage();
  const { isNew, products } = props;
  const [typed, setTyped] = useState(props.before);
  const [isTried, setTried] = useState(false);
  const done = useSystemAct(isNew ? null : typed.key);
  const navigate = useNavigate();
  const wrong = isTried ? wrongIn(typed) : {};
  const said = (name: keyof ReturnType<typeof wrongIn>): { error?: string } => {
    const found = wrong[name];
    if (name === 'key' && isTaken(done.error)) return { error: t('systems.keyTaken') };
    return found === undefined ? {} : { error: t(found) };
  };
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setTried(true);
    if (Object.keys(wrongIn(typed)).length > 0) {
      requestAnimationFrame(() => showFirstWrong(form));
      return;
    }
    const { key, kind, position, products: needed, ...rest } = typed;
    await done.mutateAsync({
      nameJa: rest.nameJa.trim(),
      nameEn: rest.nameEn.trim(),
      phases: rest.phases,
      isShown: rest.isShown,
      position: countTyped(position) ?? 0,
      ...(kind === 'issuer' && { products: needed }),
      ...(isNew && { key: key.trim() }),
    });
    await navigate({ to: '/incidents/systems' });
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void send(event).catch(() => null)}>
      {isNew && (
        <TextField
          label={t('field.key')}
          hint={t('hint.key')}
          isRequired
          maxLength={40}
          className="mono"
          value={typed.key}
          {...said('key')}
          onChange={(key) => setTyped({ ...typed, key })}
        />
      )}
      {(['nameJa', 'nameEn'] as const).map((name) => (
        <TextField
          key={name}
          label={t(`field.${name}`)}
          isRequired
          maxLength={100}
          value={typed[name]}
          {...said(name)}
          onChange={(text) => setTyped({ ...typed, [name]: text })}
        />
      ))}
      <CheckChoices
        legend={t('systems.phases')}
        {...(wrong.phases && { hint: t(wrong.phases) })}
        values={typed.phases}
        choices={PHASES.map((phase) => ({ value: phase, word: t(`phase.${phase}`) }))}
        onChange={(chosen) =>
          setTyped({ ...typed, phases: PHASES.filter((each) => chosen.includes(each)) })
        }
      />
      {typed.kind === 'issuer' && (
        <CheckChoices
          legend={t('systems.products')}
          hint={t('systems.productsHint')}
          values={typed.products}
          choices={products.map((each) => ({ value: each.key, word: nameOf(each) }))}
          onChange={(chosen) => setTyped({ ...typed, products: [...chosen] })}
        />
      )}
      <TextField
        label={t('systems.position')}
        hint={t('systems.positionHint')}
        inputMode="numeric"
        isRequired
        value={typed.position}
        {...said('position')}
        onChange={(position) => setTyped({ ...typed, position })}
      />
      <Check
        word={t('systems.isShown')}
        isChecked={typed.isShown}
        onChange={(isShown) => setTyped({ ...typed, isShown })}
      />
      <RefusalNotice error={done.error} />
      <div className="row">
        <Button isSubmit isLarge isBusy={done.isPending}>
          {t(isNew ? 'offers.create' : 'offers.save')}
        </Button>
        <Link to="/incidents/systems" className="button quiet">
          {t('back')}
        </Link>
      </div>
    </form>
  );
}

type WrongText = 'sale.missing' | 'sale.notKey' | 'sale.outOfRange' | 'systems.noPhase';

function wrongIn(
  typed: Typed,
): Partial<Record<'key' | 'nameJa' | 'nameEn' | 'phases' | 'position', WrongText>> {
  const position = countTyped(typed.position);
  return {
    ...(!KEY.test(typed.key.trim()) && { key: 'sale.notKey' as const }),
    ...(typed.nameJa.trim() === '' && { nameJa: 'sale.missing' as const }),
    ...(typed.nameEn.trim() === '' && { nameEn: 'sale.missing' as const }),
    ...(typed.phases.length === 0 && { phases: 'systems.noPhase' as const }),
    ...((position == null || position > POSITION_MAX) && { position: 'sale.outOfRange' as const }),
  };
}

function isTaken(error: unknown): boolean {
  return error instanceof Refused && error.code === 'key_taken';
}
