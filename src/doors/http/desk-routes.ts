import type { FastifyPluginCallback } from 'fastify';
import type { Queryable } from '../../kernel/database/index.ts';
import { newDesk, newUsage } from '../../questions/contract.ts';
import { writeDesk, writeUsage } from '../../questions/index.ts';
import { registerAdminRoute, type AdminParts } from './admin.ts';

export interface DeskRouteParts extends AdminParts {
  /** After a change has been committed: this process shall know it at once. */
  refreshDesks(on: Queryable): Promise<unknown>;
}

/** Whom customers turn to, and where a product can be used, as a plugin behind keys. */
export function deskRoutes(parts: DeskRouteParts): FastifyPluginCallback {
  return (scope, _options, done) => {
    registerAdminRoute(scope, parts, {
      method: 'POST',
      url: '/desks',
      scope: 'admin:catalogue',
      summary: 'Write a desk that customers are sent to, new or anew',
      body: newDesk,
      async act(desks, { body }) {
        const written = await writeDesk(desks.catalogue, parts.catalogue(), desks.issuerKey, body);
        if (written.ok) await parts.refreshDesks(parts.connection);
        return written;
      },
    });
    registerAdminRoute(scope, parts, {
      method: 'POST',
      url: '/products/:product/usage',
      scope: 'admin:catalogue',
      summary: 'Say where a product can be used',
      body: newUsage,
      async act(desks, { body, params }) {
        const where = { issuer: desks.issuerKey, product: params['product'] ?? '' };
        const written = await writeUsage(desks.catalogue, parts.catalogue(), where, body);
        if (written.ok) await parts.refreshDesks(parts.connection);
        return written;
      },
    });
    done();
  };
}
