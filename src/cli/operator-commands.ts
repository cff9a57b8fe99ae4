import { systemRandom } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { openPen, type Notices } from '../notices/index.ts';
import {
  appendAudit,
  createOperator,
  findOperatorNamed,
  hasTwoAdministrators,
  noticesOfDisabling,
  readAudit,
  readOperators,
  reinviteOperator,
  setOperatorActive,
  setOperatorRoles,
  type Invited,
  type Operator,
  type StaffDesk,
} from '../operators/index.ts';
import { newOperator, roles as rolesSchema, ROLES } from '../operators/contract.ts';
import { findIssuer } from '../programmes/index.ts';
import { doneOr } from './administration.ts';
import { NotDone, WrongUse, type Command, type Invocation, type OptionSpec } from './command.ts';
import { list, optionsOf, readFields, type Fields } from './fields.ts';
import { inHouse, type House } from './open-house.ts';

const ACTOR = 'command line';
const ALONE_MIN = 20;
const ROWS_MAX = 1_000;

const FIELDS: Fields = {
  email: { path: 'email', value: 'ADDRESS', describe: 'Signs in with it', isRequired: true },
  name: { path: 'name', value: 'NAME', describe: 'As colleagues see it', isRequired: true },
  roles: {
    path: 'roles',
    value: 'ROLES',
    describe: `Roles with commas: ${ROLES.join(', ')}`,
    isRequired: true,
    read: list,
  },
  locale: { path: 'locale', value: 'LANGUAGE', describe: 'ja or en (ja)' },
  issuer: {
    path: 'issuer',
    value: 'KEY',
    describe: 'Belongs to this issuer; none: to every issuer',
  },
};
const EMAIL: Readonly<Record<string, OptionSpec>> = {
  email: { value: 'ADDRESS', describe: 'Whose', isRequired: true },
};
const ALONE: Readonly<Record<string, OptionSpec>> = {
  alone: { value: 'REASON', describe: 'Why it is not left to two people, 20 characters at least' },
};
const WHO_DECIDES =
  'When two administrators are there, two people do this in the console; alone it needs a reason, which stays\n' +
  'in the audit trail.';
const IN_CONSOLE = 'the console, page "Operators"';
const IN_TRAIL = 'the console, page "Audit trail"';

const AUDIT_OPTIONS = {
  subject: { value: 'SUBJECT', describe: 'Only what was done to it, or looked at of it' },
  before: { value: 'ID', describe: 'Only what is older than this row' },
};

/** The staff from the command line: how the first operators come to be, and how locked doors are opened. */
export const OPERATOR_COMMANDS: readonly Command[] = [
  {
    words: 'operators create',
    summary: 'Makes an operator, and shows the invitation by which it chooses its password',
    options: { ...optionsOf(FIELDS), ...ALONE },
    notes: WHO_DECIDES,
    besideServer: IN_CONSOLE,
    run: runCreate,
  },
  {
    words: 'operators list',
    summary: 'Lists the operators with their roles',
    options: {},
    besideServer: IN_CONSOLE,
    run: ({ environment, print }) =>
      inHouse(environment, async ({ database, catalogue }) => {
        const { issuers } = catalogue.current();
        const operators = (await readOperators(database, null)).map((operator) => ({
          ...shown(operator),
          issuer: operator.issuerId === null ? null : (issuers.get(operator.issuerId)?.key ?? null),
          hasPassword: operator.hasPassword,
          hasSecondFactor: operator.hasSecondFactor,
        }));
        print.list('operators', operators, [
          'email',
          'name',
          'roles',
          'issuer',
          'isActive',
          'hasPassword',
          'hasSecondFactor',
        ]);
      }),
  },
  {
    words: 'operators disable',
    summary: 'Lets an operator in no more, ends its sessions at once, and tells the staff by mail',
    options: EMAIL,
    besideServer: IN_CONSOLE,
    run: (invocation) =>
      change(invocation, async (on, desk, { operatorId }, house) => {
        const disabled = await setOperatorActive(on, desk, { operatorId, isActive: false });
        if (disabled.ok) await tellDisabled(on, house, disabled.value);
        return disabled;
      }),
  },
  {
    words: 'operators enable',
    summary: 'Lets a disabled operator in again',
    options: { ...EMAIL, ...ALONE },
    notes: WHO_DECIDES,
    besideServer: IN_CONSOLE,
    run: (invocation) =>
      change(invocation, async (on, desk, { operatorId }) => {
        await stateReason(on, desk, invocation, 'operator.enable');
        return setOperatorActive(on, desk, { operatorId, isActive: true });
      }),
  },
  {
    words: 'operators roles',
    summary: 'Gives an operator other roles',
    options: {
      ...EMAIL,
      roles: {
        value: 'ROLES',
        describe: `Roles with commas: ${ROLES.join(', ')}`,
        isRequired: true,
      },
      ...ALONE,
    },
    notes: WHO_DECIDES,
    besideServer: IN_CONSOLE,
    run: (invocation) =>
      change(invocation, async (on, desk, { operatorId }) => {
        const parsed = rolesSchema.safeParse(list(invocation.values.needed('roles')));
        if (!parsed.success) throw new WrongUse(`--roles are of ${ROLES.join(', ')}`);
        await stateReason(on, desk, invocation, 'operator.set_roles');
        return setOperatorRoles(on, desk, { operatorId, roles: parsed.data });
      }),
  },
  {
    words: 'operators invite',
    summary: 'Forgets the password and second factor of an operator, and invites it anew',
    options: { ...EMAIL, ...ALONE },
    notes: WHO_DECIDES,
    besideServer: IN_CONSOLE,
    run: runInvite,
  },
  {
    words: 'audit list',
    summary: 'Shows the audit trail: people, machines, commands; the newest first',
    options: AUDIT_OPTIONS,
    besideServer: IN_TRAIL,
    run: runAudit,
  },
  {
    words: 'operators audit',
    summary: 'The same as "audit list"',
    options: AUDIT_OPTIONS,
    besideServer: IN_TRAIL,
    run: runAudit,
  },
];

function deskOf({ clock }: House): StaffDesk {
  return { clock, random: systemRandom, actor: ACTOR };
}

async function runCreate(invocation: Invocation): Promise<void> {
  const { issuer, ...wanted } = readFields(FIELDS, invocation.values, newOperator);
  await inHouse(invocation.environment, async (house) => {
    const found = issuer === null ? null : findIssuer(house.catalogue.current(), issuer);
    if (found === undefined) throw new NotDone(`There is no issuer "${issuer}"`);
    const desk = deskOf(house);
    const made = await house.database.transaction(async (on) => {
      await stateReason(on, desk, invocation, 'operator.create');
      return createOperator(on, desk, { ...wanted, issuerId: found?.issuerId ?? null });
    });
    printInvited(invocation, doneOr(made));
  });
}

async function runInvite(invocation: Invocation): Promise<void> {
  await inHouse(invocation.environment, async (house) => {
    const desk = deskOf(house);
    const invited = await house.database.transaction(async (on) => {
      const { operatorId } = await named(on, invocation);
      await stateReason(on, desk, invocation, 'operator.reinvite');
      return reinviteOperator(on, desk, operatorId);
    });
    printInvited(invocation, doneOr(invited));
  });
}

function printInvited({ print }: Invocation, { operator, invitation }: Invited): void {
  print.thing({ ...shown(operator), invitation: `/console/welcome#${invitation}` });
  print.note(
    'Give the operator this address of your server. It is shown once and holds for three days.',
  );
}

async function change(
  invocation: Invocation,
  work: (
    on: Queryable,
    desk: StaffDesk,
    operator: Operator,
    house: ToldHouse,
  ) => Promise<Result<Operator, string>>,
): Promise<void> {
  await inHouse(invocation.environment, async (house) => {
    const desk = deskOf(house);
    const pen = await openPen({ ...house, random: desk.random });
    const changed = await house.database.transaction(async (on) =>
      work(on, desk, await named(on, invocation), { ...house, pen, print: invocation.print }),
    );
    invocation.print.thing(shown(doneOr(changed)));
  });
}

interface ToldHouse extends House {
  readonly pen: Pick<Notices, 'sendNotices'>;
  readonly print: Invocation['print'];
}

/** The same mail as from the console. What is urgent enough to be done alone does not wait for it. */
async function tellDisabled(
  on: Queryable,
  { clock, pen, print }: ToldHouse,
  operator: Operator,
): Promise<void> {
  const wanted = await noticesOfDisabling(on, clock, { operator, by: ACTOR });
  const written = await pen.sendNotices(on, wanted);
  if (!written.ok) print.note(`The staff was not told by mail: ${written.refusal}`);
}

async function named(on: Queryable, { values }: Invocation): Promise<Operator> {
  const email = values.needed('email');
  const operator = await findOperatorNamed(on, email);
  if (operator === undefined) throw new NotDone(`There is no operator "${email}"`);
  return operator;
}

/** What two people decide in the console is done here alone only with a reason, in the same transaction. */
async function stateReason(
  on: Queryable,
  { clock, actor }: StaffDesk,
  { values }: Invocation,
  what: string,
): Promise<void> {
  if (!(await hasTwoAdministrators(on))) return;
  const reason = values.text('alone')?.trim() ?? '';
  if (reason.length < ALONE_MIN) {
    throw new NotDone(
      'Two administrators are there: let them do it in the console, or say by --alone REASON why not.',
    );
  }
  await appendAudit(on, {
    at: clock.now(),
    issuerId: null,
    actor,
    kind: 'act',
    act: 'operator.break_glass',
    subject: what,
    detail: { reason },
  });
}

async function runAudit({ environment, values, print }: Invocation): Promise<void> {
  const before = values.text('before');
  if (before !== undefined && !/^[1-9][0-9]{0,17}$/.test(before)) {
    throw new WrongUse(`--before is the number of a row, not "${before}"`);
  }
  await inHouse(environment, async ({ database }) => {
    const rows = await readAudit(database, {
      before: before === undefined ? null : BigInt(before),
      size: ROWS_MAX,
      issuerId: null,
      actor: null,
      subject: values.text('subject') ?? null,
      kind: null,
    });
    const lines = rows.map(({ actorName, actor, ...row }) => ({
      ...row,
      actor: actorName ?? actor,
    }));
    print.list('rows', lines, ['auditId', 'at', 'actor', 'kind', 'act', 'subject', 'detail']);
  });
}

function shown({ operatorId, email, name, roles, isActive }: Operator): object {
  return { operatorId, email, name, roles, isActive };
}
