import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { accepted, refused } from '../kernel/result.ts';
import {
  importOffers,
  previewImport,
  readImportFile,
  type FileProblem,
  type ImportReport,
  type ReadFile,
} from '../programmes/index.ts';
import { importFile, IMPORT_CHARACTERS_MAX, type importReport } from './import-contract.ts';
import type { OfferRouteParts } from './offer-routes.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

type Report = z.output<typeof importReport>;

const DIFFERENCES_SHOWN = 200;
const BODY_BYTES_MAX = 4 * IMPORT_CHARACTERS_MAX; // as JSON, in any alphabet

/** Aggregators, chains, sellers, shops, tenders and offers from one file: shown first, then brought in whole. */
export function importRoutes({ refreshCatalogue }: OfferRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'POST', // a file is a body; nothing is done by it
      url: '/catalogue/file/preview',
      permission: 'offers:change',
      audit: null,
      body: importFile,
      bodyBytesMax: BODY_BYTES_MAX,
      act: async (_operator, { issuer, body, arrivedAt }) => {
        const read = readImportFile(body.text);
        if (!read.ok) return accepted(notRead(read.problems));
        const where = { issuerId: issuer.issuerId, at: arrivedAt };
        return accepted(
          shown(previewImport(parts.catalogue(), read.value.file, where), read.value),
        );
      },
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/catalogue/file',
      permission: 'offers:change',
      audit: 'act',
      body: importFile,
      bodyBytesMax: BODY_BYTES_MAX,
      note: ({ issuer }) => ({ act: 'offers.import', subject: issuer.key, detail: {} }),
      act: async (operator, { issuer, body, record }) => {
        const read = readImportFile(body.text);
        if (!read.ok) return accepted(notRead(read.problems));
        const { connection, clock } = parts;
        const desk = { connection, clock, actor: operator.actor, record };
        const done = await importOffers(desk, issuer.key, read.value.file);
        if (!done.ok) return refused('not_found'); // of the issuer alone: what is wrong in the file is told as such
        if (done.value.isDone) await refreshCatalogue();
        return accepted(shown(done.value, read.value));
      },
    });
  };
}

function notRead(problems: readonly FileProblem[]): Report {
  return { isDone: false, changed: 0, unchanged: 0, differences: [], problems: [...problems] };
}

function shown(report: ImportReport, file: ReadFile): Report {
  const { isDone, differences, unchanged, problems } = report;
  return {
    isDone,
    changed: differences.length,
    unchanged,
    differences: differences.slice(0, DIFFERENCES_SHOWN).map(({ kind, key, isNew, fields }) => ({
      kind,
      key,
      isNew,
      fields: Object.entries(fields).map(([field, { before, after }]) => ({
        field,
        before: textOf(before),
        after: textOf(after),
      })),
    })),
    problems: problems.map(({ path, sentence }) => ({ line: file.lineOf(path), sentence })),
  };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
