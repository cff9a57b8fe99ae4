/** February 2018 as a catalogue: the facts of the scenario, and stops to try them with. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { MovedClock } from '../../src/kernel/clock.ts';
import type { Connection } from '../../src/kernel/database/index.ts';
import { newIssuer, newProduct, newProgramme } from '../../src/programmes/contract.ts';
import {
  createIssuer,
  createProduct,
  createProgramme,
  importOffers,
  loadCatalogue,
  readImportFile,
  type Catalogue,
} from '../../src/programmes/index.ts';
import type { Phase, Scope, Suspension } from '../../src/suspensions/index.ts';

const SCENARIOS = new URL('../../scenarios/', import.meta.url);
export const jst = (text: string): number => Date.parse(`${text}+09:00`);
export const FEBRUARY_2018 = jst('2018-02-01T00:00:00');

export async function carriersOf(database: Connection): Promise<Catalogue> {
  const scenario = parse(readFileSync(new URL('2018-02-carrier-stop.yaml', SCENARIOS), 'utf8')) as {
    world: { issuer: object; programmes: object[]; products: object[] };
  };
  const clock = new MovedClock(FEBRUARY_2018);
  const made = { connection: database, clock, actor: 'test', makesPast: true } as const;
  const desk = { ...made, record: async () => undefined };
  const { world } = scenario;
  const issuer = newIssuer.parse(world.issuer);
  await createIssuer(desk, issuer);
  for (const each of world.programmes)
    await createProgramme(desk, issuer.key, newProgramme.parse(each));
  for (const each of world.products) await createProduct(desk, issuer.key, newProduct.parse(each));
  const read = readImportFile(readFileSync(new URL('carriers-2018.yaml', SCENARIOS), 'utf8'));
  assert.ok(read.ok);
  const imported = await importOffers(desk, issuer.key, read.value.file);
  assert.ok(imported.ok && imported.value.isDone, JSON.stringify(imported));
  return loadCatalogue(database);
}

interface Stopped {
  readonly expectedEnd?: string;
  readonly resumedAt?: string;
  readonly conditions?: Phase['conditions'];
}

export function stop(
  catalogue: Catalogue,
  suspensionId: number,
  names: { seller?: string; product?: string; tender?: string },
  from: string,
  { expectedEnd, resumedAt, conditions = null }: Stopped = {},
): Suspension {
  const issuerId = 1;
  const scope: Scope = {
    issuerId,
    programmeId: 0,
    productId: names.product ? catalogue.findProduct(issuerId, names.product)!.productId : 0,
    sellerId: names.seller ? catalogue.findSeller(issuerId, names.seller)!.sellerId : 0,
    chainId: 0,
    aggregatorId: 0,
    tenderId: names.tender ? catalogue.findTender(issuerId, names.tender)!.tenderId : 0,
    merchantId: 0,
    soldBySellerId: 0,
    operations: ['sell'],
  };
  const phase: Phase = {
    phaseNo: 1,
    effect: 'stopped',
    conditions: null,
    startsAt: jst(from),
    expectedEnd: expectedEnd === undefined ? null : jst(expectedEnd),
    textJa: '販売を停止しています。',
    textEn: 'Sale is stopped.',
    criteria: '',
    reason: 'test',
    actor: 'test',
    approvedBy: null,
    recordedAt: jst(from) - 1_000,
  };
  const resumed: Phase[] =
    resumedAt === undefined
      ? []
      : [{ ...phase, phaseNo: 2, effect: 'conditions', conditions, startsAt: jst(resumedAt) }];
  return {
    suspensionId,
    scope,
    announcedText: null,
    announcedAt: null,
    precision: 'second',
    internalReason: 'test',
    thrownBy: 'test',
    thrownAt: jst(from) - 1_000,
    phases: [phase, ...resumed],
  };
}
