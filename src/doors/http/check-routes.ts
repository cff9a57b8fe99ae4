import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import {
  messageQuestion,
  newKnownHosts,
  newOwner,
  type SentMessageQuestion,
} from '../../checks/contract.ts';
import {
  addKnownHosts,
  checkWords,
  OPINIONS,
  PROOFS,
  VERDICTS,
  writeOwner,
  type Checked,
  type CheckRefusal,
  type MessageQuestion,
} from '../../checks/index.ts';
import { isoInstant } from '../../kernel/clock.ts';
import type { Queryable } from '../../kernel/database/index.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Result } from '../../kernel/result.ts';
import { registerAdminRoute } from './admin.ts';
import { callerOf } from './authentication.ts';
import { problem } from './contract.ts';
import { registerNotices, type NoticeRouteParts } from './notice-routes.ts';
import { problemLocale, sendProblem } from './problems.ts';

export interface CheckRouteParts extends NoticeRouteParts {
  check(
    question: MessageQuestion,
    asker: { readonly issuerId: number; readonly clientId: number },
  ): Promise<Result<Checked, CheckRefusal>>;
  /** After a change has been committed: this process shall know it at once. */
  refreshOwners(on: Queryable): Promise<unknown>;
}

const BODY_BYTES_MAX = 1_500_000;
const HOSTS_BYTES_MAX = 1_500_000;
const TOO_MANY_MS = 60_000;
const RETRY_MS = 2_000;
const text = z.string();

const messageCheck = z
  .strictObject({
    verdict: z.enum(VERDICTS),
    leaning: z.enum(['ours', 'not_ours']).nullable().meta({
      description:
        'What it looks like where it cannot be told: an opinion, never to be shown as proof',
    }),
    title: text,
    what: text,
    proofs: z.array(z.strictObject({ reason: z.enum(PROOFS), about: text.nullable() })),
    opinions: z.array(z.strictObject({ reason: z.enum(OPINIONS), about: text.nullable() })),
    why: z.array(text).meta({ description: 'The proofs in words' }),
    hints: z.array(text).meta({ description: 'The opinions in words, and what was not looked up' }),
    whatToDo: z.array(text),
    score: z.int().meta({ description: 'Points of the opinions; from 40 on it looks forged' }),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'MessageCheck' });

/** `POST /v1/message-checks`, as a plugin behind keys: what the page says, for shops and support desks. */
export function checkRoutes(parts: CheckRouteParts): FastifyPluginCallback {
  return (scope, _options, done) => {
    registerChecks(scope, parts);
    registerNotices(scope, parts);
    registerAdminRoute(scope, parts, {
      method: 'POST',
      url: '/message-senders',
      scope: 'admin:catalogue',
      summary:
        'Write a company and the senders, hosts and numbers that it really uses, new or anew',
      body: newOwner,
      async act(desks, { body }) {
        const written = await writeOwner(desks.catalogue, parts.catalogue(), desks.issuerKey, body);
        if (written.ok) await parts.refreshOwners(parts.connection);
        return written;
      },
    });
    registerAdminRoute(scope, parts, {
      method: 'POST',
      url: '/phishing-hosts',
      scope: 'admin:catalogue',
      summary:
        'Add hosts that are known for phishing, 2,000 at most; the same again changes nothing',
      body: newKnownHosts,
      bodyBytesMax: HOSTS_BYTES_MAX,
      act: (desks, { body }) =>
        addKnownHosts(desks.catalogue, parts.catalogue(), desks.issuerKey, body),
    });
    done();
  };
}

function registerChecks(server: FastifyInstance, parts: CheckRouteParts): void {
  server.post(
    '/message-checks',
    {
      config: { scope: 'inquire' },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ['Asking'],
        operationId: 'checkMessage',
        summary: 'Whether a message, a sender, a link or a notice number is from us',
        description:
          'Only the registers say yes: what was sent, word for word, and the hosts really used. The words are those ' +
          'of the page, in the language of Accept-Language. Nothing is kept, so it takes no Idempotency-Key. Scope: inquire.',
        body: messageQuestion,
        response: { 200: messageCheck, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const { issuerId, clientId } = callerOf(request).client;
      const asked = questionOf(request.body as SentMessageQuestion);
      const checked = await parts.check(asked, { issuerId, clientId });
      if (!checked.ok) {
        if (checked.refusal === 'busy') {
          return sendProblem(request, reply, 'busy', { retryAfterMs: RETRY_MS });
        }
        if (checked.refusal === 'too_many') {
          return sendProblem(request, reply, 'too_many_attempts', { retryAfterMs: TOO_MANY_MS });
        }
        const errors = [FIELD_OF[checked.refusal]];
        return sendProblem(request, reply, 'request_not_understood', { errors });
      }
      const locale = problemLocale(request);
      return reply.header('content-language', locale).send(answerOf(checked.value, locale));
    },
  );
}

const FIELD_OF: Readonly<
  Record<
    Exclude<CheckRefusal, 'busy' | 'too_many'>,
    { readonly field: string; readonly message: string }
  >
> = {
  nothing_to_check: { field: 'body', message: 'there is nothing to check' },
  mail_too_long: { field: 'mail', message: 'it is longer than 1,000,000 bytes' },
  mail_not_readable: { field: 'mail', message: 'it cannot be read as a mail' },
  link_not_readable: { field: 'link', message: 'it cannot be read as an address on the web' },
};

function questionOf({
  number,
  text: words,
  sender,
  link,
  mail,
}: SentMessageQuestion): MessageQuestion {
  return {
    number: number ?? null,
    text: words ?? null,
    sender: sender ?? null,
    link: link ?? null,
    mail: mail === undefined ? null : Buffer.from(mail, 'base64'),
  };
}

function answerOf(checked: Checked, locale: Locale): z.output<typeof messageCheck> {
  const words = checkWords(checked, locale);
  const { verdict, leaning, findings, score, checkedAt } = checked;
  const named = (known: readonly string[]) =>
    findings
      .filter(({ reason }) => known.includes(reason))
      .map(({ reason, about }) => ({ reason, about }));
  return {
    verdict,
    leaning,
    title: words.title,
    what: words.what,
    proofs: named(PROOFS) as z.output<typeof messageCheck>['proofs'],
    opinions: named(OPINIONS) as z.output<typeof messageCheck>['opinions'],
    why: [...words.proofs],
    hints: [...words.opinions],
    whatToDo: [...words.todo],
    score,
    checkedAt: isoInstant(checkedAt),
  };
}
