import { equal } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { MIGRATIONS } from '../../src/kernel/database/index.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { dumpSchema } from './schema.ts';

forBothDatabases(
  'the migrated schema is the one kept in migrations/schema.sql',
  async (database) => {
    equal(await dumpSchema(database), await readFile(new URL('schema.sql', MIGRATIONS), 'utf8'));
  },
);
