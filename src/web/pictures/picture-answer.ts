import type { FastifyReply } from 'fastify';

/** A picture and nothing else: whatever a browser might find in it, it neither runs nor guesses. */
export function sendPicture(
  reply: FastifyReply,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
): FastifyReply {
  return reply
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('content-disposition', 'inline; filename="picture"')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', 'private, no-store')
    .type(mediaType)
    .send(Buffer.from(bytes));
}
