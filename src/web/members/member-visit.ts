import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Ceremony, From, Members, MemberSession, NotDone } from '../../members/index.ts';
import type { Inbox, RequestDesk } from '../../notices/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Page } from '../layout.ts';
import type { FormShown } from './member-forms.ts';

export interface MemberSiteParts {
  readonly members: Members;
  readonly inbox: Inbox;
  readonly requests: RequestDesk;
  readonly catalogue: () => Catalogue;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where people reach us; null: as it listens. A passkey is of one place. */
  readonly publicUrl: string | null;
  /** Mail is not sent but shown on a page: in the demo. */
  readonly hasOutbox?: boolean;
}

/** A visit to a page of members: what its routes need, found once. */
export interface MemberVisit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly locale: Locale;
  readonly from: From;
  readonly form: URLSearchParams;
  /** For passkeys; null: there are none at this address. */
  readonly ceremony: Ceremony | null;
  /** For a page with a form. */
  shown(problem: FormShown['problem']): FormShown;
  page(page: Page): FastifyReply;
  go(place: string): FastifyReply;
  keep(cookies: readonly string[]): void;
}

export type Act = (visit: MemberVisit) => Promise<FastifyReply>;
export type SessionAct = (visit: MemberVisit, session: MemberSession) => Promise<FastifyReply>;

export interface MemberRoutes {
  show(place: string, act: Act): void;
  /** Refused, with `again` as the page, when the form is not one of ours. */
  take(place: string, act: Act, again: string, bytesMax?: number): void;
  /** The same for whoever is signed in; others are sent to sign in. */
  showSignedIn(place: string, act: SessionAct): void;
  takeSignedIn(place: string, act: SessionAct, again: string, bytesMax?: number): void;
}

/** Of a page to which a form that was not ours has led. */
export function refusedForm({ request }: MemberVisit): 'form' | null {
  const { form } = request.query as { readonly form?: unknown };
  return form === 'refused' ? 'form' : null;
}

/** The form again, with what was wrong; nothing that is secret is filled in. */
export function refuse(
  visit: MemberVisit,
  { retryAfterMs, cookies }: NotDone,
  page: Parameters<MemberVisit['page']>[0],
): FastifyReply {
  visit.keep(cookies);
  if (retryAfterMs > 0) visit.reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  return visit.page(page);
}
