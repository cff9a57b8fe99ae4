import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { CatalogueOfParties, Issuer, Programme } from './catalogue.ts';
import { changeCatalogue } from './change-catalogue.ts';
import type { CatalogueDesk, CatalogueRefusal } from './change-catalogue.ts';
import {
  insertIssuer,
  insertProgramme,
  updateIssuer,
  updateProgramme,
} from './change-catalogue.sql.ts';
import type { IssuerChange, NewIssuer, NewProgramme, ProgrammeChange } from './contract.ts';

export function createIssuer(
  desk: CatalogueDesk,
  wanted: NewIssuer,
): Promise<Result<Issuer, CatalogueRefusal>> {
  const named = { act: 'issuer.create', subject: wanted.key, wanted };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    if (findIssuer(catalogue, wanted.key) !== undefined) return refused('key_taken');
    const [row] = await insertIssuer(on, wanted);
    return accepted({ ...wanted, ...present(row, 'an inserted row comes back') });
  });
}

export function changeIssuer(
  desk: CatalogueDesk,
  issuerKey: string,
  change: IssuerChange,
): Promise<Result<Issuer, CatalogueRefusal>> {
  const named = { act: 'issuer.change', subject: issuerKey, wanted: change };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const changed = { ...issuer, ...change };
    await updateIssuer(on, changed);
    return accepted(changed);
  });
}

export function createProgramme(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewProgramme,
): Promise<Result<Programme, CatalogueRefusal>> {
  const named = { act: 'programme.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    if (findProgramme(catalogue, issuerId, wanted.key) !== undefined) return refused('key_taken');
    const [row] = await insertProgramme(on, { ...wanted, issuerId });
    return accepted({ ...wanted, issuerId, ...present(row, 'an inserted row comes back') });
  });
}

export function changeProgramme(
  desk: CatalogueDesk,
  where: { issuer: string; programme: string },
  change: ProgrammeChange,
): Promise<Result<Programme, CatalogueRefusal>> {
  const subject = `${where.issuer}/${where.programme}`;
  const named = { act: 'programme.change', subject, wanted: change };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const programme = findProgramme(catalogue, issuer.issuerId, where.programme);
    if (programme === undefined) return refused('programme_not_found');
    const changed = { ...programme, ...change };
    await updateProgramme(on, changed);
    return accepted(changed);
  });
}

export function findIssuer(catalogue: CatalogueOfParties, key: string): Issuer | undefined {
  return [...catalogue.issuers.values()].find((issuer) => issuer.key === key);
}

export function findProgramme(
  catalogue: CatalogueOfParties,
  issuerId: number,
  key: string,
): Programme | undefined {
  return [...catalogue.programmes.values()].find(
    (programme) => programme.issuerId === issuerId && programme.key === key,
  );
}
