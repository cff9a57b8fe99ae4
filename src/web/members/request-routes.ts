import { timeText, type MemberSession } from '../../members/index.ts';
import { CUSTOMER_ANSWERS, type InboxNotice } from '../../notices/index.ts';
import {
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { requestPage } from './request-pages.ts';
import type { ShownRequest } from './request-part.ts';
import { stepUpPlace } from './step-up-place.ts';

const PLACE = '/account/request';
const STEP_UP = stepUpPlace({ act: 'security', next: PLACE });
/** By mail, by SMS and in the inbox, and asked again: the same request to one customer. */
const SAME_MAX = 20;
/** Whoever answered a desk is asked here no longer than this: the site does not hear of it. */
const ASKED_MS = 365 * 24 * 60 * 60_000;

/** A customer who is asked to confirm what is known answers here, behind a fresh factor. */
export function registerRequest(routes: MemberRoutes, parts: MemberSiteParts): void {
  routes.showSignedIn(PLACE, async (visit, session) => {
    const request = await findRequest(parts, session);
    if (request === null || request.known === null) return visit.go('/account');
    // Whoever comes to answer shows a factor first, so that the answer is pressed once.
    if (request.known.answer === null && !(await isFresh(parts, session))) {
      return visit.go(STEP_UP);
    }
    return show(parts, visit, { session, request });
  });
  routes.takeSignedIn(
    PLACE,
    async (visit, session) => {
      const { member } = session;
      const answer = CUSTOMER_ANSWERS.find((each) => each === visit.form.get('answer'));
      const asked = await listRequests(parts, session);
      const number = (await chooseRequest(parts, asked))?.notice.number;
      // What is answered is what was read: a request that came meanwhile is shown first.
      if (answer === undefined || number === undefined || number !== visit.form.get('number')) {
        return visit.go(PLACE);
      }
      if (!(await isFresh(parts, session))) return visit.go(STEP_UP);
      const { email, locale } = member;
      const at = timeText(locale, parts.clock.now());
      const numbers = asked.map((each) => each.number);
      await parts.requests.answer({ number, numbers, answer, to: email, locale, at });
      return visit.go(PLACE);
    },
    PLACE,
  );
}

async function isFresh({ members }: MemberSiteParts, session: MemberSession): Promise<boolean> {
  return (await members.stepUp(session, { act: 'security' })).state === 'fresh';
}

async function show(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  { session, request }: { readonly session: MemberSession; readonly request: ShownRequest },
) {
  const phone = (await members.phone(session.member.memberId))?.typed ?? null;
  const { member } = session;
  return visit.page(requestPage({ ...visit.shown(refusedForm(visit)), ...request, member, phone }));
}

/**
 * What we asked a member to confirm, while it can be read, and until it is answered, for a year: messages say that it
 * stands on the first page, and that we take the answer also behind the day.
 */
export async function findRequest(
  parts: MemberSiteParts,
  session: MemberSession,
): Promise<ShownRequest | null> {
  return chooseRequest(parts, await listRequests(parts, session));
}

/** The newest; of another issuer an older one, too, that waits for its answer. */
async function chooseRequest(
  { requests, catalogue }: MemberSiteParts,
  asked: readonly InboxNotice[],
): Promise<ShownRequest | null> {
  const known = await requests.find(asked.map(({ number }) => number));
  const { issuers } = catalogue();
  const shown = asked
    .map((notice) => ({ notice, known: known.get(notice.number) ?? null }))
    .filter((each) => each.notice.content !== null || each.known?.answer === null)
    .map((each) => ({ ...each, issuer: issuers.get(each.known?.issuerId ?? 0) ?? null }));
  return shown.find((each) => each.known?.answer === null) ?? shown[0] ?? null;
}

async function listRequests(
  { inbox, members, clock }: MemberSiteParts,
  { member }: MemberSession,
): Promise<readonly InboxNotice[]> {
  const to = await members.addresses(member.memberId);
  const templates = ['customer_confirmation'] as const;
  const since = Math.max(member.since, clock.now() - ASKED_MS);
  return inbox.list({ to, since, before: null, size: SAME_MAX, templates });
}
