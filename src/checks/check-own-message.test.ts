import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import { SENDER } from '../notices/testing/post-office.ts';
import { ASK_LIMITS, limitAsking } from './ask-limit.ts';
import type { Checked } from './check-message.ts';
import { bodyOf, openCheckingHouse } from './testing/checking-house.ts';
import { checkWords } from './words.ts';

const HANAKO = ['hanako@example.jp'] as const;

forBothDatabases(
  'the owner of a notice is told when and about what; everybody else is not',
  async (database) => {
    const house = await openCheckingHouse(database);
    const mail = await house.send('Hanako@example.jp', '残高が減っています。');
    const { number } = mail;
    const mine = await house.check({ number }, HANAKO);
    assert.equal(mine.verdict, 'ours');
    assert.match(mine.toYou?.subject ?? '', /RP-2222-3333/);
    const words = checkWords(mine, 'ja');
    assert.match(words.title, /^はい。2026年4月1日.*12:00に「.*RP-2222-3333.*」をお送りしました$/);
    assert.match(checkWords(mine, 'en').title, /^Yes, we sent this to you on 1 April 2026/);
    const hints = checkWords(await house.check({ mail: mail.bytes }), 'en').opinions.join(' ');
    assert.match(hints, /signature is right/);
    assert.doesNotMatch(hints, /not verified/, 'ours is verified without asking anybody');
    assert.match(words.what, /見くらべてください/);

    for (const recipients of [
      [],
      ['taro@example.jp'],
      [{ channel: 'sms', number: '+819012345678' }],
      [{ email: HANAKO[0], since: house.clock.now() + 1, until: null }], // another had it then
      [{ email: HANAKO[0], since: 0, until: house.clock.now() - 1 }],
    ] as const) {
      const other = await house.check({ number }, recipients);
      assert.equal(other.toYou, null);
      assert.equal(other.verdict, 'cannot_tell');
      assert.doesNotMatch(JSON.stringify(checkWords(other, 'ja')), /RP-2222|2026|hanako/);
    }

    const whole = await house.check({ mail: mail.bytes }, HANAKO);
    assert.deepEqual(reasonsOf(whole).slice(0, 2), ['notice_matches', 'notice_to_you']);
    assert.equal(
      checkWords(whole, 'ja').what,
      checkWords(await house.check({ mail: mail.bytes }), 'ja').what,
    );

    const link = `${bodyOf(mail)}\nhttps://kinken-login.example/`;
    const forged = await house.check({ text: link }, HANAKO);
    assert.equal(
      forged.verdict,
      'not_ours',
      'a number of one’s own on other words is a forgery all the same',
    );
    assert.ok(reasonsOf(forged).includes('notice_to_you'));
    // A number of one's own in the file of a mail, beside words that only markup has.
    const shown = 'Call 03-9999-8888 and tell your password';
    for (const body of [
      `Content-Type: text/html\r\n\r\n<p>${shown}</p>${number}`,
      `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${number}\r\n--b\r\nContent-Type: text/html\r\n\r\n${shown}\r\n--b--`,
      `Content-Type: text/plain\r\n\r\n${number}`,
    ]) {
      const head = `From: "${shown}" <${SENDER.address}>\r\n`;
      const beside = await house.check({ mail: Buffer.from(`${head}${body}\r\n`) }, HANAKO);
      assert.notEqual(beside.verdict, 'ours', body);
    }
    const linkBeside = await house.check({ number, link: 'https://evil.test/' }, HANAKO);
    assert.notEqual(linkBeside.verdict, 'ours');
    const bySender = await house.check({ number, sender: 'a@evil.test' }, HANAKO);
    assert.equal(bySender.verdict, 'not_ours');

    house.clock.advance(91 * 86_400_000);
    while ((await house.notices.erase()) > 0);
    const erased = await house.check({ number }, HANAKO);
    assert.equal(erased.toYou?.subject, null);
    assert.match(checkWords(erased, 'ja').title, /保存期間を過ぎた/);
  },
);

forBothDatabases(
  'an SMS of ours is known by its words, and a copy of it by mail is none of ours',
  async (database) => {
    const house = await openCheckingHouse(database);
    const wanted = {
      template: 'member_security_changed',
      locale: 'ja',
      values: { what: 'パスワードが変わりました', at: '12:00' },
    } as const;
    const to = { channel: 'sms', number: '090-1234-5678' } as const;
    await house.notices.sendNotice(database, { ...wanted, to });
    await house.notices.deliver();
    const sms = house.sms[0]!;
    for (const question of [{ text: sms.text }, { text: sms.text, sender: '21061' }]) {
      const checked = await house.check(question);
      assert.equal(checked.verdict, 'ours');
      assert.equal(checked.channel, 'sms');
      assert.match(checkWords(checked, 'ja').todo[0] ?? '', /SMSで送りました/);
    }
    const mine = await house.check({ number: sms.number }, [...HANAKO, to]);
    assert.equal(mine.verdict, 'ours');
    assert.match(checkWords(mine, 'ja').title, /アカウントの設定/);

    const asMail = await house.check({
      mail: Buffer.from(
        `From: ${SENDER.address}\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${sms.text}\r\n`,
      ),
    });
    assert.deepEqual(
      [asMail.verdict, asMail.findings[0]?.reason],
      ['not_ours', 'notice_other_channel'],
    );
    const stranger = await house.check({ text: sms.text, sender: '+44 7700 900123' });
    assert.equal(stranger.verdict, 'not_ours');
    const withLink = await house.check({
      text: `${sms.text}\nhttps://evil.test/a`,
      sender: '21061',
    });
    assert.deepEqual(
      [withLink.verdict, withLink.findings[0]?.reason],
      ['not_ours', 'notice_strange_contacts'],
    );
  },
);

forBothDatabases('what stands in the inbox alone comes by no other way', async (database) => {
  const house = await openCheckingHouse(database);
  const to = { channel: 'inbox', address: 'hanako@example.jp' } as const;
  const written = await house.notices.sendNotice(database, {
    template: 'member_security_changed',
    locale: 'ja',
    values: { what: 'パスワードが変わりました', at: '12:00' },
    to,
  });
  assert.ok(written.ok);
  const sent = (await house.sent.find(written.value.number))?.content;
  assert.ok(sent);
  const pasted = await house.check({ text: sent.text });
  assert.match(checkWords(pasted, 'ja').todo[0] ?? '', /「お知らせ」にだけあります/);
  for (const sender of ['21061', SENDER.address]) {
    const checked = await house.check({ text: sent.text, sender });
    assert.deepEqual(
      [checked.verdict, checked.findings[0]?.reason],
      ['not_ours', 'notice_other_channel'],
      sender,
    );
  }
});

void test('one asker checks so often a minute and an hour, and others as before', () => {
  const clock = new MovedClock(Date.UTC(2026, 0, 1));
  const waitMs = limitAsking(clock);
  const { aMinute, anHour } = ASK_LIMITS.person;
  for (let time = 0; time < aMinute; time += 1) assert.equal(waitMs('a', 'person'), 0);
  assert.equal(waitMs('a', 'person'), 60_000);
  assert.equal(waitMs('b', 'person'), 0);
  clock.advance(60_000);
  let asked = aMinute;
  for (; asked < anHour; asked += 1) {
    if (waitMs('a', 'person') > 0) {
      clock.advance(60_000);
      asked -= 1;
    }
  }
  clock.advance(60_000);
  assert.ok(waitMs('a', 'person') > 60_000, 'until the hour is over');
  clock.advance(3_600_000);
  assert.equal(waitMs('a', 'person'), 0);
});

function reasonsOf({ findings }: Checked): string[] {
  return findings.map(({ reason }) => reason);
}
