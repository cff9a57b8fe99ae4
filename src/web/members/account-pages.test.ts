import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageText } from '../../kernel/html.ts';
import type { MemberSession, ShownDevice } from '../../members/index.ts';
import { accountPage } from './account-pages.ts';

void test('devices are a list: on a narrow screen nothing that ends one is cut off', () => {
  const device = (deviceId: string): ShownDevice => ({
    deviceId,
    name: `browser ${deviceId}`,
    country: 'JP',
    network: '133.11.93.0/24',
    firstSeenAt: 0,
    lastSeenAt: 0,
    isSignedIn: true,
  });
  const member: MemberSession['member'] = {
    memberId: 'm',
    email: 'hana@example.jp',
    name: 'Hana',
    locale: 'en',
    since: 0,
    hasAuthenticator: false,
    hasPassword: true,
    passkeys: 0,
  };
  const session = { sessionId: 's', deviceId: 'here', member, since: 0, cookies: [] };
  const devices = [device('here'), device('there')];
  const shown = { locale: 'en', token: 't', problem: null } as const;
  const facts = { ...shown, session, devices, waiting: [], request: null, isMailStopped: false };
  const page = pageText(accountPage({ ...facts, isStopped: false }).body);
  const stopped = pageText(accountPage({ ...facts, isStopped: true }).body);
  assert.match(
    stopped,
    /role="status"[\s\S]*href="\/en\/account\/cases"/,
    'where a stop is lifted',
  );
  const unreached = accountPage({ ...facts, isStopped: false, isMailStopped: true });
  assert.match(pageText(unreached.body), /role="status"[\s\S]*mail does not reach you/i);
  const notice = {
    noticeId: 1n,
    number: 'KN-2222-3333-4444',
    channel: 'sms',
    writtenAt: 0,
    content: { subject: '', text: 'Please confirm what we know of you\nKN-2222-3333-4444' },
    isUnreached: false,
  } as const;
  const asked = (answer: 'unchanged' | null) => {
    const known = { issuerId: 1, answer, answeredAt: answer === null ? null : 0 };
    const request = { notice, known, issuer: null };
    return pageText(accountPage({ ...facts, isStopped: false, request }).body);
  };
  assert.match(
    asked(null),
    /We ask you[\s\S]*Please confirm what we know of you<[\s\S]*href="\/en\/account\/request"[\s\S]*href="\/en\/inbox"/,
    'what we ask stands on the first page, as our messages say, and is answered there',
  );
  assert.match(asked('unchanged'), /You answered on 1 January 1970[^<]*: nothing has changed/);
  assert.doesNotMatch(page, /We ask you/);
  assert.doesNotMatch(page, /<table|class="scrolls"/);
  assert.equal(
    page.split('action="/en/account/end-device"').length - 1,
    1,
    'of the other one alone',
  );
  assert.match(page, /name="device"[^>]*value="there"/);
});
