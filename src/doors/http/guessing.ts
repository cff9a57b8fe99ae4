import type { FastifyRequest } from 'fastify';
import type { Visitor } from '../../clients/index.ts';
import type { Act } from '../../instruments/index.ts';

const ADDRESS_LENGTH_MAX = 64;
const DEVICE_LENGTH_MAX = 200;

/** Who asks about a card: the client, and its end user as far as its headers name one (R32). */
export function visitorOf(request: FastifyRequest, clientId: number): Visitor {
  return {
    clientId,
    address: endUser(request, 'kinken-end-user-address', ADDRESS_LENGTH_MAX),
    device: endUser(request, 'kinken-end-user-device', DEVICE_LENGTH_MAX),
    peerAddress: request.ip,
  };
}

/**
 * Whether an act can be used to try codes or numbers. A reversal cannot: it is taken for any card, and a
 * till must always be able to send one.
 */
export function isGuessable(act: Act): boolean {
  if (act.kind === 'reverse' || !('card' in act)) return false;
  return act.card.by !== 'instrument';
}

function endUser(request: FastifyRequest, header: string, lengthMax: number): string | null {
  const given = request.headers[header];
  return typeof given === 'string' && given !== '' ? given.slice(0, lengthMax) : null;
}
