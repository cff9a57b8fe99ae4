import { editSystem, listSystems, makeSystem, type SystemEditDesk } from '../incidents/index.ts';
import { newSystem, systemChange } from '../incidents/contract.ts';
import { accepted } from '../kernel/result.ts';
import type { Issuer } from '../programmes/index.ts';
import { changeCommand, listCommand } from './administration.ts';
import type { Command } from './command.ts';
import { list, whole, yesNo, type Fields } from './fields.ts';
import { catalogueDesk, type House } from './open-house.ts';

const FIELDS: Fields = {
  'name-ja': { path: 'nameJa', value: 'TEXT', describe: 'Name in Japanese' },
  'name-en': { path: 'nameEn', value: 'TEXT', describe: 'Name in English' },
  products: {
    path: 'products',
    value: 'KEY,...',
    describe: 'Only these products need it (all)',
    read: list,
  },
  phases: {
    path: 'phases',
    value: 'WORD,...',
    describe: 'What can fail there: buy, activate, redeem',
    read: list,
  },
  position: { path: 'position', value: 'NUMBER', describe: 'Its place on the page', read: whole },
  shown: { path: 'isShown', value: 'yes|no', describe: 'Whether the public sees it', read: yesNo },
};

function deskOf(house: House, issuer: Issuer): SystemEditDesk {
  const { connection, clock, record } = catalogueDesk(house, issuer);
  return { connection, clock, issuer, record, places: () => house.catalogue.current() };
}

export const SYSTEM_COMMANDS: readonly Command[] = [
  changeCommand({
    words: 'system create',
    summary: "Makes one of the issuer's own systems for the status page",
    fields: {
      key: { path: 'key', value: 'KEY', describe: 'Never changes', isRequired: true },
      ...FIELDS,
    },
    schema: newSystem,
    path: () => '/systems',
    act: (house, { issuer }, sent) => makeSystem(deskOf(house, issuer), sent),
  }),
  changeCommand({
    words: 'system change',
    summary: 'Changes a system of the status page',
    which: {
      system: { path: 'system', value: 'KEY', describe: 'Key of the system', isRequired: true },
    },
    fields: FIELDS,
    schema: systemChange,
    path: (values) => `/systems/${values.needed('system')}/change`,
    act: (house, { issuer, values }, sent) =>
      editSystem(deskOf(house, issuer), values.needed('system'), sent),
  }),
  listCommand({
    words: 'system list',
    summary: 'Lists the systems of the status page',
    name: 'systems',
    columns: ['key', 'kind', 'nameJa', 'nameEn', 'phases', 'position', 'isShown'],
    path: () => '/systems',
    read: async (house, { issuer }) => accepted(await listSystems(house.database, issuer.issuerId)),
  }),
];
