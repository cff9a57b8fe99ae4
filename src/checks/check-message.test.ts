import assert from 'node:assert/strict';
import { generateKeyPairSync, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { forBothDatabases } from '../../test/support/database.ts';
import { fastest } from '../../test/support/fastest.ts';
import { buildMail } from '../notices/carrier.ts';
import { SENDER } from '../notices/testing/post-office.ts';
import { readMail, readText } from './read-mail.ts';
import { bodyOf, NOTHING, openCheckingHouse } from './testing/checking-house.ts';
import { checkMessage, type Checked } from './check-message.ts';
import { wayOf } from './way-of-mail.ts';

forBothDatabases('what we sent is known again, as a file and as pasted words', async (database) => {
  const house = await openCheckingHouse(database);
  const mail = await house.send('hanako@example.jp', '残高が減っています。');
  const asFile = await house.check({ mail: mail.bytes });
  assert.equal(asFile.verdict, 'ours');
  assert.deepEqual(reasonsOf(asFile), ['notice_matches', 'sender_ours', 'signature_confirms']);

  const text = bodyOf(mail);
  for (const pasted of [
    text,
    text.replaceAll('\n', '\r\n\r\n'),
    text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
    `From: Kinken <${SENDER.address}>\nTo: hanako@example.jp\n\n${text}`,
  ]) {
    assert.equal((await house.check({ text: pasted })).verdict, 'ours', pasted.slice(0, 60));
  }
  const forwarded = await house.check({ mail: forwardAsFile(mail.bytes) });
  assert.equal(forwarded.verdict, 'ours', 'the mail inside is the one in question');
  for (const around of [
    'Content-Type: text/plain\r\n\r\nAnswer with your password.',
    'Content-Type: text/plain\r\n\r\nSign in at once: https://evil.test/',
    'Content-Type: text/html\r\n\r\n<a href="https://evil.test/">Sign in at once</a>',
  ]) {
    const posed = await house.check({ mail: forwardAsFile(mail.bytes, around) });
    assert.deepEqual([posed.verdict, posed.leaning === 'ours'], ['cannot_tell', false], around);
    assert.equal(posed.findings[0]?.reason, 'attached_to_another');
    assert.equal(posed.findings[0].about, 'hanako@example.jp');
    assert.equal(reasonsOf(posed).includes('link_not_ours'), around.includes('evil.test'), around);
    assert.equal(posed.seen.sender, 'hanako@example.jp', 'what a report would tell');
  }
});

forBothDatabases('a genuine number on other words is no yes', async (database) => {
  const house = await openCheckingHouse(database);
  const mail = await house.send('hanako@example.jp', '残高が減っています。');
  const text = bodyOf(mail);
  const verdictOf = async (pasted: string, sender: string | null = null) => {
    const checked = await house.check({ text: pasted, sender });
    return [checked.verdict, checked.findings[0]?.reason];
  };
  const withLink = text.replace('カード', 'https://kinken-login.example/signin');
  assert.deepEqual(await verdictOf(withLink), ['not_ours', 'notice_strange_contacts']);
  const withPhone = `${text}\n03-9999-8888 までお電話ください`;
  assert.deepEqual(await verdictOf(withPhone), ['not_ours', 'notice_strange_contacts']);
  const shorter = text.split('\n').slice(3).join('\n');
  assert.deepEqual(await verdictOf(shorter), ['cannot_tell', 'notice_words_differ']);
  const fromStranger = await verdictOf(text, 'support@evil.test');
  assert.equal(fromStranger[0], 'not_ours', 'our words from a stranger are a stranger’s');
  const madeUp = text.replaceAll(mail.number, 'KN-2222-3333-4444');
  assert.deepEqual(await verdictOf(madeUp), ['not_ours', 'notice_unknown']);
  const markup = Buffer.from(mail.bytes)
    .toString('latin1')
    .replace(/content-type: text\/plain/i, 'Content-Type: text/html');
  const asMarkup = await house.check({ mail: Buffer.from(markup, 'latin1') });
  assert.notEqual(asMarkup.verdict, 'ours', 'a mail of ours has no markup');
});

forBothDatabases('a sender of ours can be forged, and never without a number', async (database) => {
  const house = await openCheckingHouse(database);
  const forged = await house.check({ mail: plainMail(SENDER.address, 'カードを確認してください') });
  assert.equal(forged.verdict, 'not_ours');
  assert.deepEqual(reasonsOf(forged).slice(0, 2), ['number_missing', 'sender_ours']);
  const other = await house.check({ mail: plainMail('news@kinken.example', 'お得な情報') });
  assert.equal(other.verdict, 'cannot_tell');
  assert.equal((await house.check({ sender: SENDER.address })).verdict, 'cannot_tell');
  const two = `From: ${SENDER.address}\r\nFrom: a@evil.test\r\nSubject: x\r\n\r\nhello\r\n`;
  assert.equal((await house.check({ mail: Buffer.from(two) })).verdict, 'not_ours');
  const dressed =
    `From: "${SENDER.address}" <a@evil.test>\r\nReply-To: b@other.test\r\nSubject: x\r\n\r\n` +
    'Your Kinken card was stopped.\r\n';
  const opinions = (await house.check({ mail: Buffer.from(dressed) })).findings
    .filter(({ reason }) => /^(name|words|answers)_/.test(reason))
    .map(({ reason, about }) => `${reason} ${about}`);
  assert.deepEqual(opinions, [
    'name_is_brand a@evil.test',
    `name_is_address ${SENDER.address}`,
    'answers_elsewhere b@other.test',
  ]);
  const named = plainMail('a@evil.test', 'Your Kinken card was stopped.');
  assert.ok(reasonsOf(await house.check({ mail: named })).includes('words_name_brand'));
  const like = plainMail('a@evil.test', 'A kinkenland card, for you on this site.');
  assert.ok(!reasonsOf(await house.check({ mail: like })).includes('words_name_brand'));
  const owners = house.parts
    .owners()
    .map((owner) => ({ ...owner, words: [], nameEn: 'ＨＯＳＨＩ' }));
  const question = { ...NOTHING, mail: plainMail('a@evil.test', 'Your Hoshi card was stopped.') };
  const asker = { issuerId: null, recipients: [] };
  const wide = await checkMessage({ ...house.parts, owners: () => owners }, question, asker);
  assert.ok(wide.ok && reasonsOf(wide.value).includes('words_name_brand'), 'written in full width');
});

forBothDatabases(
  'a stranger who types notice numbers learns nothing personal',
  async (database) => {
    const house = await openCheckingHouse(database);
    const one = await house.send('hanako@example.jp', 'これは秘密です。');
    house.clock.advance(3_600_000);
    const other = await house.send('taro@example.jp', '別の話です。');
    const toldOf = async (number: string) => {
      const checked = await house.check({ number });
      const shown = JSON.stringify({ ...checked, checkedAt: 0 });
      return shown.replaceAll(number, 'KN');
    };
    const told = await toldOf(one.number);
    assert.equal(told, await toldOf(other.number), 'no date, no template, no recipient');
    assert.doesNotMatch(told, /hanako|taro|秘密|not_me|mail/);
    assert.equal((await house.check({ number: 'KN-2222-3333-4444' })).verdict, 'not_ours');

    // Guessing at the words, piece by piece, is answered the same whether the guess is right or wrong.
    const template = bodyOf(one).split('\n').slice(0, 4).join('\n');
    const guess = (words: string) =>
      house.check({ number: one.number, text: `${template}\n${words}` });
    const [right, wrong] = [await guess('これは秘密です。'), await guess('これは別です。')];
    assert.deepEqual(reasonsOf(right), reasonsOf(wrong));
    assert.equal(right.verdict, wrong.verdict);
  },
);

forBothDatabases('what was erased is known by its hash alone', async (database) => {
  const house = await openCheckingHouse(database);
  const mail = await house.send('hanako@example.jp', '古い話です。');
  house.clock.advance(91 * 86_400_000);
  while ((await house.notices.erase()) > 0);
  assert.equal((await house.check({ mail: mail.bytes })).verdict, 'ours');
  const changed = await house.check({ text: `${bodyOf(mail)}\nhttps://evil.test/a` });
  assert.equal(changed.verdict, 'not_ours');
  const shorter = await house.check({ text: bodyOf(mail).slice(20) });
  assert.deepEqual(
    [shorter.verdict, shorter.findings[0]?.reason],
    ['cannot_tell', 'notice_erased'],
  );
});

forBothDatabases('a stranger’s valid signature is a stranger’s', async (database) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const asked: string[] = [];
  const resolver = async (name: string, type: string) => {
    asked.push(name);
    if (type === 'TXT' && name === 's1._domainkey.evil.test') {
      return [[`v=DKIM1; k=rsa; p=${der.toString('base64')}`]];
    }
    throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  };
  const mail = await buildMail(
    {
      number: 'KN-2222-3333-4444',
      to: 'hanako@example.jp',
      subject: '重要なお知らせ',
      text: 'https://evil.test/kinken/login を開いてください\n',
      writtenAt: Date.UTC(2026, 3, 1),
    },
    { name: 'Kinken', address: 'info@evil.test' },
    { domain: 'evil.test', selector: 's1', privateKey },
  );
  const online = await openCheckingHouse(database, resolver);
  const checked = await online.check({ mail: mail.bytes });
  assert.equal(checked.verdict, 'not_ours');
  assert.ok(reasonsOf(checked).includes('signature_of_stranger'));
  assert.ok(reasonsOf(checked).includes('name_is_brand'));
  assert.ok(asked.includes('s1._domainkey.evil.test'));

  const offline = await openCheckingHouse(database);
  const alone = await offline.check({ mail: mail.bytes });
  assert.equal(alone.signatures, 'no', 'the answer says that nobody was asked');
  assert.ok(!reasonsOf(alone).some((reason) => reason.startsWith('signature_')));
  assert.equal(alone.verdict, 'not_ours');
});

forBothDatabases('a resolver that never answers costs less than a second', async (database) => {
  const house = await openCheckingHouse(database, () => new Promise(() => undefined));
  const mail = `DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=a; h=from; bh=aaaa; b=bbbb\r\n${String(plainMail('a@evil.test', 'x'))}`;
  const { answer: checked, ms } = await fastest(() => house.check({ mail: Buffer.from(mail) }));
  assert.ok(ms < 1_000, `${ms} ms`);
  assert.equal(checked.signatures, 'not_in_time');
  assert.equal(checked.verdict, 'not_ours');
});

forBothDatabases('a link is ours by its host and by nothing else', async (database) => {
  const house = await openCheckingHouse(database);
  const verdictOf = async (link: string) => (await house.check({ link })).verdict;
  assert.equal(await verdictOf('https://kinken.example/status'), 'ours');
  assert.equal(await verdictOf('www.denwa.example'), 'ours');
  for (const link of [
    'https://kinken.example@evil.test/',
    'https://kinken.example.evil.test/',
    'https://kinkeñ.example/',
    'https://evil.test/?u=https://kinken.example/',
    'http://192.0.2.1/kinken',
  ]) {
    assert.equal(await verdictOf(link), 'not_ours', link);
  }
  // It does lead to us, and says something else as well, or would lead on: neither yes nor no.
  for (const link of [
    'https://evil.test@kinken.example/',
    'https://%6binken.example/',
    'https://kinken.example\\.evil.test/', // in a browser to us, in other programs elsewhere
    'https://denwa.example/jump?to=https://evil.test/',
    'https://denwa.example/jump?to=%2568ttps:%2F%2Fevil.test/',
    'https://denwa.example/jump?ref=https://kinken.example/&to=https://evil.test/',
    'https://denwa.example/jump?ref=https://kinken.example&mail=me@denwa.example&to=https:evil.test',
    'https://denwa.example/jump?to=//evil.test&x=@kinken.example',
    'https://denwa.example/jump?to=/\\evil.test',
    'https://denwa.example/jump?to=%2F%5Cevil.test',
    'https://denwa.example/jump?to=%09//evil.test',
    'https://denwa.example/jump?to=https:\\\\evil.test',
    'https://denwa.example/jump?to=http:/evil.test',
    'https://denwa.example/jump?to=https:evil.test',
    'https://denwa.example/jump?to=///evil.test',
    'https://denwa.example/jump?to=https://evil%E3%80%82test/',
    'https://denwa.example/jump?to=ftp://evil.test/a',
    'https://denwa.example/jump?to=https%3A%2F%2Fkinken.example%20%40evil.test',
    'https://denwa.example/jump?to=https%25253A%25252F%25252Fevil.test%25252F',
    `https://denwa.example/jump?q=${'あ'.repeat(300)}&to=https://evil.test/`,
    'https://denwa.example/jump//evil.test/',
    'https://denwa.example/jump#to=//evil.test/',
  ]) {
    const { verdict, findings } = await house.check({ link });
    assert.equal(verdict, 'cannot_tell', link);
    const reasons = findings.map(({ reason, about }) => `${reason} ${about}`);
    const isToUs = !link.includes('denwa');
    const expected = isToUs ? 'link_hides_host kinken.example' : 'link_leads_on evil.test';
    assert.deepEqual(reasons, [expected], link);
  }
  for (const [to, about] of [
    ['https://x%25/', null], // which no browser opens
    [`${'a'.repeat(2_100)}`, null], // longer than is read
    ['http://1249763844/', '74.125.226.4'],
    [`%${'25'.repeat(9)}2F`, null], // encoded more often than anybody does
    ['//a/'.repeat(60), null], // more than are looked at
  ] as const) {
    const { verdict, findings } = await house.check({ link: `https://denwa.example/?to=${to}` });
    assert.equal(verdict, 'cannot_tell', to);
    assert.deepEqual([findings[0]?.reason, findings[0]?.about], ['link_leads_on', about], to);
  }
  for (const plain of [
    'jump?to=https://kinken.example/', // from a host of ours to a host of ours
    'jump?to=https://kinken.example&x=1',
    'status?utm_source=mail.example.com&utm_medium=e-mail&utm_campaign=2026_04#top',
    'n/1?at=2026-04-01T12:30:00%2B09:00&id=order:123&f=report.pdf&m=me@example.jp',
    'search?q=%E9%87%91%E5%88%B8+a//b+100%25',
    '検索?語=ギフト券',
  ]) {
    assert.equal(await verdictOf(`https://denwa.example/${plain}`), 'ours', plain);
  }
});

void test('whatever is handed in is read without an error, and quickly', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ maxLength: 2_000 }),
      async (bytes, text) => {
        await readMail(bytes);
        readText(text);
      },
    ),
    { numRuns: 200 },
  );
  for (const long of [
    '<a '.repeat(300_000),
    `<a href="${'x'.repeat(900_000)}`,
    `<a ${' / '.repeat(300_000)}`,
    `<a ${`x='"`.repeat(200_000)}`,
    '<!--'.repeat(200_000),
    '<!--[if'.repeat(120_000),
    '<!--[if-->'.repeat(90_000),
    'a.'.repeat(400_000),
    '1 '.repeat(400_000),
    `${'@'.repeat(900_000)}`,
    'KN-'.repeat(300_000),
    '<'.repeat(900_000),
    '<style>'.repeat(120_000),
    '<style></STYLEx'.repeat(60_000),
    '\n'.repeat(900_000),
    `1${'あ'.repeat(31)}.`.repeat(6_000),
    `${'あ'.repeat(300)}.com `.repeat(500),
    'a@'.repeat(70_000),
    '\u0301\u0316'.repeat(70_000), // marks that have to be put in order
    '\uff9e\u0301'.repeat(70_000),
    `https://a.com/${'.'.repeat(2_000)}a `.repeat(70),
    Array.from({ length: 70 }, (_, at) => `https://${kanji(at, 1_900)}.com/ `).join(''),
    Array.from({ length: 70 }, (_, at) => `https://a.com/?${'//b'.repeat(650)}${at} `).join(''),
    `from:${' '.repeat(18_000)}${'x'.repeat(900)}`,
  ]) {
    const { ms } = await fastest(async () => {
      await readMail(Buffer.from(`From: a@b.example\r\nContent-Type: text/html\r\n\r\n${long}`));
      readText(long);
    });
    assert.ok(ms < 1_000, `${long.slice(0, 10)}: ${ms} ms`);
  }
  const hop = `Received: from${' '.repeat(190_000)}${'x'.repeat(9_000)}`;
  const { ms } = await fastest(() => wayOf(hop));
  assert.ok(ms < 300, `a hop of spaces: ${ms} ms`);
});

void test('a link is read wherever a mail program shows one', async () => {
  const link = '<a href="https://evil.test/">b</a>';
  for (const page of [
    `<svg><style/></svg>${link}`,
    `<svg><p><style><a title="</style>${link}`,
    `<svg><![CDATA[><style>]]></svg>${link}`,
    `<img alt="> <style>">${link}`,
    `<!-- > <style> -->${link}`,
    `<!--><style></style>${link}<!-- -->`,
    `<!--[if mso]>${link}<![endif]-->`,
    `<title><style></title>${link}`,
    `<a title="${'x'.repeat(6_000)}" href="https://evil.test/">b</a>`,
    '<a title=">" href=https://evil.test/>b</a>',
    '<a href="//evil.test/">b</a>',
    '<a href="\x01ht\ntps&colon;//evil&#46test/">b</a>',
    '<form action="https://evil.test/">',
    '<area href=https://evil.test/>',
    '<a data-href="https://kinken.example/" href="https://evil.test/">b</a>',
    '<a title=" href=https://kinken.example/ " href="https://evil.test/">b</a>',
    '<a href="https://evil.test/" href="https://kinken.example/">b</a>',
    `<STYLE>a</STYLE>${link}`,
    `<style>a</Style >${link}`,
    `<SCRIPT>a</script/>${link}`,
    `<style>a</stylex></STYLE\n>${link}`,
  ]) {
    const mail = `From: a@b.example\r\nContent-Type: text/html\r\n\r\n${page}`;
    const read = await readMail(Buffer.from(mail));
    const hosts = read?.message.contacts.links.map(({ host }) => host);
    assert.deepEqual(hosts, ['evil.test'], page.slice(0, 80));
  }
});

void test('links, addresses and numbers are found in running words', () => {
  for (const [text, expected] of [
    ['see https://evil.test/?u=me@example.jp now', 'evil.test'],
    ['https://kinken.example@evil.test/ を開く', 'evil.test'],
    ['詳細は shop.example.com、または', 'shop.example.com'],
    ['詳細は shop.example.comへ', 'shop.example.com'],
    ['example.com........12', 'example.com'],
    ['a.com.5 3.5 file.txt', 'a.com'],
    [`${'あ'.repeat(70)}example.com`, 'example.com'],
    [`3.5を${'あ'.repeat(70)}example.com/a/b 見る`, 'example.com/a/b'],
    [`me@example.jp 03-1234-5678 a.b@${'x'.repeat(30)}.jp`, ''],
    [`${'x'.repeat(70)}.com @handle.com _under.com`, ''],
  ] as const) {
    const { contacts } = readText(text);
    const [host = '', path = '/'] = expected.split(/(?=\/)(.*)/);
    const found = contacts.links.map((link) => [link.host, link.path]);
    const [first] = found;
    assert.equal(found.length, expected === '' ? 0 : 1, text);
    assert.equal(first?.[0] ?? '', host, text);
    if (expected.includes('/')) assert.equal(first?.[1], path, text);
  }
  const { addresses, phones } = readText('to me@example.jp, 03-1234-5678').contacts;
  assert.deepEqual([addresses, phones], [['me@example.jp'], ['0312345678']]);
});

/** Letters that are all different: in plain letters each is looked for anew. */
function kanji(from: number, count: number): string {
  return Array.from({ length: count }, (_, at) => String.fromCodePoint(0x4e00 + from + at)).join(
    '',
  );
}

function reasonsOf({ findings }: Checked): string[] {
  return findings.map(({ reason }) => reason);
}

function plainMail(from: string, text: string): Buffer {
  return Buffer.from(
    `From: ${from}\r\nTo: hanako@example.jp\r\nSubject: test\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`,
  );
}

function forwardAsFile(mail: Uint8Array, around = 'Content-Type: text/plain\r\n\r\n'): Buffer {
  const head =
    'From: hanako@example.jp\r\nSubject: Fwd:\r\nContent-Type: multipart/mixed; boundary=b1';
  const file = 'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=mail.eml';
  const inside = Buffer.from(mail).toString('latin1');
  const parts = [`${head}\r\n`, around, `${file}\r\n\r\n${inside}`].join('\r\n--b1\r\n');
  return Buffer.from(`${parts}\r\n--b1--\r\n`, 'latin1');
}
