import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign, sealMessage } from 'mailauth';
import { authenticateMail, type DnsResolver } from './authenticate-mail.ts';
import type { Owner } from './channel.ts';
import { judgeMessage } from './judge-message.ts';
import { readMail } from './read-mail.ts';
import { wayOf } from './way-of-mail.ts';

const OURS = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
const STRANGERS = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
const record = (key: typeof OURS) => {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return `v=DKIM1; k=rsa; p=${der.toString('base64')}`;
};
/** The DNS of a made-up world, as data. */
const ZONE: Readonly<Record<string, string>> = {
  's1._domainkey.kinken.example': record(OURS),
  '_dmarc.kinken.example': 'v=DMARC1; p=reject',
  'kinken.example': 'v=spf1 ip4:198.51.100.0/24 -all',
  's1._domainkey.evil.test': record(STRANGERS),
  '_dmarc.evil.test': 'v=DMARC1; p=reject',
  'evil.test': 'v=spf1 ip4:203.0.113.0/24 -all',
  's1._domainkey.list.test': record(STRANGERS),
};
const zone: DnsResolver = async (name, type) => {
  const text = type === 'TXT' ? ZONE[name.toLowerCase()] : undefined;
  if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  return [[text]];
};
const ONLINE = { resolver: zone, ownKey: null };
const OWNER: Owner = {
  ownerId: 0,
  issuerId: null,
  key: 'self',
  nameJa: 'きんけん',
  nameEn: 'Kinken',
  words: ['kinken'],
  channels: [{ kind: 'mail_address', value: 'no-reply@kinken.example', isNumbered: false }],
};

interface Letter {
  readonly from?: string;
  readonly received?: readonly string[];
  readonly returnPath?: string;
  readonly text?: string;
}

const FROM_OURS = 'from mail.kinken.example (mail.kinken.example [198.51.100.7]) by mx.example.jp';
const FROM_ELSEWHERE = 'from mail.kinken.example (unknown [203.0.113.9]) by mx.example.jp';

function letter({ from = 'no-reply@kinken.example', received = [], text = 'x', ...rest }: Letter) {
  const { returnPath } = rest;
  return [
    ...(returnPath === undefined ? [] : [`Return-Path: <${returnPath}>`]),
    ...received.map((hop) => `Received: ${hop}; Wed, 1 Apr 2026 12:00:00 +0900`),
    `From: ${from}`,
    'To: hanako@example.jp',
    'Subject: =?utf-8?B?44GK55+l44KJ44Gb?=',
    'Date: Wed, 1 Apr 2026 12:00:00 +0900',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');
}

async function signed(mail: string, domain: string, key = STRANGERS, more: object = {}) {
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signing = { signingDomain: domain, selector: 's1', privateKey, ...more };
  const { signatures, errors } = await dkimSign(mail, { ...signing, signatureData: [signing] });
  assert.deepEqual(errors, []);
  return signatures + mail;
}

/** What it comes to, and what is made of it. */
async function judged(
  mail: string | Buffer,
  parts: Parameters<typeof authenticateMail>[1] = ONLINE,
) {
  const bytes = Buffer.from(mail);
  const signatures = await authenticateMail(bytes, parts);
  const read = await readMail(bytes);
  assert.ok(read);
  const { findings, verdict, score } = judgeMessage({
    owners: [OWNER],
    message: read.message,
    sender: null,
    links: [],
    number: null,
    notice: null,
    isToAsker: false,
    isMailFile: true,
    knownHosts: new Map(),
    signatures,
  });
  const told = findings.map(({ reason }) => reason as string);
  return { signatures, verdict, score, has: (reason: string) => told.includes(reason) };
}

void test('our own signature confirms, whole and unbroken, and by itself it is no proof', async () => {
  const mail = await signed(letter({ received: [FROM_OURS] }), 'kinken.example', OURS);
  const right = await judged(mail);
  assert.deepEqual(right.signatures.dkim, [
    { domain: 'kinken.example', result: 'pass', isAligned: true, isWhole: true },
  ]);
  assert.ok(right.has('signature_confirms'));
  assert.equal(right.signatures.dmarc, 'pass');
  assert.notEqual(right.verdict, 'ours', 'a mail of ours may be copied: the register says yes');

  const changed = await judged(mail.replace(/\r\nx\r\n$/, '\r\ny\r\n'));
  assert.deepEqual(
    [changed.has('signature_fails'), changed.has('signature_confirms')],
    [true, false],
  );
  assert.ok(changed.has('policy_fails'));
  const headed = await judged(mail.replace('44GK55+l44KJ44Gb', '44GK55+l44KJ44GV'));
  assert.ok(headed.has('signature_fails'), 'a changed subject');

  // Our key is here: our own signature is told without asking anybody, and the rest is said to be open.
  const own = { domain: 'kinken.example', selector: 's1', privateKey: OURS };
  const offline = await judged(mail, { resolver: null, ownKey: own });
  assert.ok(offline.has('signature_confirms'));
  assert.equal(offline.signatures.isLookedUp, 'no');
});

void test('a part of the text that is not signed, or a key of another, confirms nothing', async () => {
  const mail = letter({});
  const short = await signed(mail, 'kinken.example', OURS, { maxBodyLength: 1 });
  const added = await judged(short.replace(/x\r\n$/, 'x\r\nhttps://evil.test/\r\n'));
  assert.equal(added.has('signature_confirms'), false);
  const posed = await judged(await signed(mail, 'kinken.example', STRANGERS));
  assert.deepEqual([posed.has('signature_fails'), posed.has('signature_confirms')], [true, false]);
});

void test("a stranger's signature is a stranger's, also beside our address", async () => {
  const own = await judged(await signed(letter({ from: 'info@evil.test' }), 'evil.test'));
  assert.equal(own.signatures.dmarc, 'pass');
  assert.ok(own.has('signature_of_stranger'));
  assert.equal(own.has('signature_confirms'), false);
  assert.ok(own.score >= 0, 'it takes nothing away');
  assert.notEqual(own.verdict, 'ours');

  const posing = await judged(await signed(letter({}), 'evil.test'));
  assert.deepEqual(
    [posing.signatures.dkim[0]?.result, posing.signatures.dkim[0]?.isAligned],
    ['pass', false],
  );
  assert.ok(posing.has('signature_of_stranger'));
  assert.ok(posing.has('policy_fails'), 'our rule says that we sign what is from us');
  const under = letter({ from: 'no-reply@kinken.example.evil.test' });
  const below = await judged(await signed(under, 'evil.test'));
  assert.equal(below.has('signature_confirms'), false);
});

void test('SPF is judged by the machine that a mail came from, and unknown where none is named', async () => {
  const spf = async (of: Letter) => {
    const { signatures, ...told } = await judged(letter(of));
    return { result: signatures.spf, fails: told.has('way_fails'), open: told.has('way_unknown') };
  };
  const returnPath = 'bounce@kinken.example';
  const right = { result: 'pass', fails: false, open: false };
  const wrong = { result: 'fail', fails: true, open: false };
  const unknown = { result: 'unknown', fails: false, open: true };
  assert.deepEqual(await spf({ returnPath, received: [FROM_OURS] }), right);
  assert.deepEqual(await spf({ returnPath, received: [FROM_ELSEWHERE] }), wrong);
  // The machines of the mailbox itself come after: they accuse nobody.
  const inside = 'from mx.example.jp (mx.example.jp [10.0.0.4]) by store.example.jp';
  const local = 'by 2002:a05:7300::1 with SMTP id x';
  assert.deepEqual(await spf({ returnPath, received: [local, inside, FROM_OURS] }), right);
  assert.deepEqual(await spf({ returnPath, received: [inside] }), unknown);
  assert.deepEqual(await spf({ returnPath }), unknown, 'saved before it was sent');
  assert.deepEqual(await spf({}), unknown);
  // What the machine said of itself is not where it is.
  const said = 'from [198.51.100.7] (unknown [203.0.113.9]) by mx.example.jp';
  assert.deepEqual(await spf({ returnPath, received: [said] }), wrong);
  assert.equal(wayOf(`Received: from ${'['.repeat(5_000)} by x`), null);
});

void test('a chain of forwarders excuses the way and confirms nothing; a broken one is told', async () => {
  const first = await signed(letter({ received: [FROM_OURS] }), 'kinken.example', OURS);
  const seal = {
    signingDomain: 'list.test',
    selector: 's1',
    privateKey: STRANGERS.export({ type: 'pkcs8', format: 'pem' }).toString(),
    authResults: 'mx.list.test; dkim=pass header.d=kinken.example',
    cv: 'none' as const,
  };
  // A list changes the text, seals what it has, and sends it from its own machine.
  const changed = `${first}-- \r\nlist\r\n`;
  const sealed = Buffer.concat([
    await sealMessage(Buffer.from(changed), seal),
    Buffer.from(changed),
  ]);
  const hop = 'from out.list.test (out.list.test [192.0.2.44]) by mx.example.jp';
  const head = `Return-Path: <bounce@kinken.example>\r\nReceived: ${hop}; Wed, 1 Apr 2026 12:00:00 +0900\r\n`;
  const forwarded = await judged(Buffer.concat([Buffer.from(head), sealed]));
  assert.deepEqual([forwarded.signatures.arc, forwarded.signatures.spf], ['pass', 'fail']);
  assert.deepEqual([forwarded.has('way_forwarded'), forwarded.has('way_fails')], [true, false]);
  assert.ok(forwarded.has('signature_fails'), 'the list has changed it');
  assert.equal(forwarded.has('signature_confirms'), false);
  const broken = sealed.toString('latin1').replace(/(ARC-Seal:[\s\S]*?b=)..../, '$1AAAA');
  const wrong = await judged(Buffer.from(`${head}${broken}`, 'latin1'));
  assert.equal(wrong.signatures.arc, 'fail');
  assert.ok(wrong.has('chain_fails') && wrong.has('way_fails'));
});

void test('what a mail can ask of us is bounded: signatures, headers, answers, names and time', async () => {
  let asked = 0;
  const endless: DnsResolver = async (name, type) => {
    asked += 1;
    if (type === 'TXT' && name.startsWith('_dmarc.'))
      throw Object.assign(new Error(), { code: 'ENOTFOUND' });
    if (type === 'TXT' && name.includes('_domainkey'))
      return Array.from({ length: 5_000 }, () => ['x'.repeat(900)]);
    if (type === 'TXT')
      return [
        [
          `v=spf1 ${Array.from({ length: 60 }, (_, at) => `include:i${at}.${name}`).join(' ')} -all`,
        ],
      ];
    return Array.from({ length: 5_000 }, () => '192.0.2.1');
  };
  const one = `DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=a; h=from; bh=aaaa; b=bbbb\r\n`;
  const base = letter({ received: [FROM_ELSEWHERE], returnPath: 'a@evil.test' });
  await authenticateMail(Buffer.from(one.repeat(10) + base), { resolver: endless, ownKey: null });
  assert.ok(asked <= 40, `${asked} questions`);

  asked = 0;
  for (const mail of [
    one.repeat(11) + base,
    one.replace(':', ' \t:').repeat(300) + base,
    `${'X-A: b\r\n'.repeat(600)}${base}`,
    `X-A: ${'b'.repeat(300_000)}\r\n${base}`,
  ]) {
    const { isLookedUp, dkim } = await authenticateMail(Buffer.from(mail), {
      resolver: endless,
      ownKey: null,
    });
    assert.deepEqual([isLookedUp, dkim.length, asked], ['no', 0, 0]);
  }
  const before = performance.now();
  const never = await authenticateMail(Buffer.from(one + base), {
    resolver: () => new Promise(() => undefined),
    ownKey: null,
  });
  assert.ok(performance.now() - before < 4_000, 'a slow resolver does not hold the answer');
  assert.deepEqual([never.isLookedUp, never.isSigned], ['not_in_time', true]);
  const told = await judged(one + base, {
    resolver: () => new Promise(() => undefined),
    ownKey: null,
  });
  assert.equal(
    told.has('signature_missing'),
    false,
    'what was not looked at is not said to be missing',
  );
});
