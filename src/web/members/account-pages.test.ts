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
  const facts = { ...shown, session, devices, waiting: [] };
  const page = pageText(accountPage({ ...facts, isStopped: false }).body);
  const stopped = pageText(accountPage({ ...facts, isStopped: true }).body);
  assert.match(
    stopped,
    /role="status"[\s\S]*href="\/en\/account\/cases"/,
    'where a stop is lifted',
  );
  assert.doesNotMatch(page, /<table|class="scrolls"/);
  assert.equal(
    page.split('action="/en/account/end-device"').length - 1,
    1,
    'of the other one alone',
  );
  assert.match(page, /name="device"[^>]*value="there"/);
});
