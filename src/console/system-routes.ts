import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import {
  editSystem,
  listSystems,
  makeSystem,
  type System,
  type SystemEditDesk,
  type SystemEditRefusal,
} from '../incidents/index.ts';
import { newSystem, systemChange } from '../incidents/contract.ts';
import { accepted } from '../kernel/result.ts';
import type { IncidentRouteParts } from './incident-routes.ts';
import { OFFER_REFUSALS } from './offer-refusals.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import type { shownSystem } from './system-contract.ts';

type Sent = Pick<ConsoleSent<z.ZodType, z.ZodType>, 'issuer' | 'record'>;

/** The systems of the status page: which there are, what one depends on, what can fail there. */
export function systemRoutes({ incidents }: IncidentRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    const deskOf = ({ issuer, record }: Sent): SystemEditDesk => ({
      connection: parts.connection,
      clock: parts.clock,
      issuer,
      places: () => parts.catalogue(),
      record,
    });
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/systems',
      permission: 'incidents:see',
      audit: null,
      act: async (_operator, { issuer: { issuerId } }) => {
        const systems = await listSystems(parts.connection, issuerId);
        return accepted({ systems: systems.map((each) => show(each, { incidents, parts })) });
      },
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/systems',
      permission: 'incidents:edit',
      audit: 'act',
      body: newSystem,
      refusals: SYSTEM_REFUSALS,
      act: async (_operator, sent) => {
        const made = await makeSystem(deskOf(sent), sent.body);
        if (made.ok) await incidents.refresh(parts.connection);
        return made.ok ? accepted({ key: made.value.key }) : made;
      },
    });
    consoleRoute(scope, parts, {
      method: 'PUT',
      url: '/systems/:key',
      permission: 'incidents:edit',
      audit: 'act',
      body: systemChange,
      refusals: SYSTEM_REFUSALS,
      act: async (_operator, sent) => {
        const changed = await editSystem(deskOf(sent), sent.params['key'] ?? '', sent.body);
        if (changed.ok) await incidents.refresh(parts.connection);
        return changed.ok ? accepted({ key: changed.value.key }) : changed;
      },
    });
  };
}

function show(
  system: System,
  { incidents, parts }: IncidentRouteParts & { readonly parts: ConsoleParts },
): z.output<typeof shownSystem> {
  const { key, kind, nameJa, nameEn, productIds, phases, position, isShown, issuerId } = system;
  const { tree } = incidents.current();
  const { products } = parts.catalogue();
  const needed = kind === 'issuer' ? [] : [...tree.above(system), ...tree.serving(issuerId)];
  return {
    key,
    kind,
    nameJa,
    nameEn,
    products: productIds.map((id) => products.get(id)?.key ?? `#${id}`),
    phases: [...phases],
    position,
    isShown,
    dependsOn: needed.map((each) => ({ nameJa: each.nameJa, nameEn: each.nameEn })),
  };
}

const SYSTEM_REFUSALS: Readonly<Record<SystemEditRefusal, RefusalText>> = {
  product_not_found: OFFER_REFUSALS.product_not_found,
  system_not_found: refusal(
    404,
    ['There is no such system', 'システムが見つかりません'],
    [
      'Nothing was changed. Load the page again.',
      '変更は行われていません。ページを読み込み直してください。',
    ],
  ),
  key_taken: refusal(
    409,
    ['This key is taken', 'このキーはすでに使われています'],
    ['Nothing was made. Choose another key.', '登録は行われていません。別のキーにしてください。'],
  ),
  component_affected: refusal(
    409,
    ['An incident is told of it', '公開中の障害の対象です'],
    [
      'Nothing was changed: what the public is told of must stay to be seen. Resolve the incident first.',
      '変更は行われていません。公開中の障害の対象は表示し続ける必要があります。先に障害を解決済みにしてください。',
    ],
  ),
  not_an_issuer_system: refusal(
    422,
    ['What it serves follows from the catalogue', '対象の商品は販売条件から決まります'],
    [
      'Nothing was changed. Products are chosen only for systems of the issuer itself.',
      '変更は行われていません。商品を選べるのは発行者自身のシステムだけです。',
    ],
  ),
};
