/** A register with notices in it, the bytes of their mails, and a checker beside it. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createIssuer } from '../../programmes/index.ts';
import { systemRandom } from '../../kernel/crypto.ts';
import type { Database } from '../../kernel/database/index.ts';
import { openSentRegister, type Mail } from '../../notices/index.ts';
import { openPostOffice, SENDER } from '../../notices/testing/post-office.ts';
import type { DnsResolver, OwnKey } from '../authenticate-mail.ts';
import type { Channel, Owner } from '../channel.ts';
import { checkMessage, type Asker, type Checked, type MessageQuestion } from '../check-message.ts';
import type { PhishingParts } from '../report-phishing.ts';

export const NOTHING: MessageQuestion = {
  number: null,
  text: null,
  sender: null,
  link: null,
  mail: null,
};

const channel = (kind: Channel['kind'], value: string, isNumbered = false): Channel => ({
  kind,
  value,
  isNumbered,
});

export const OWNERS: readonly Owner[] = [
  {
    ownerId: 0,
    issuerId: null,
    key: 'self',
    nameJa: '当サイト',
    nameEn: 'this site',
    words: ['kinken'],
    channels: [
      channel('mail_address', SENDER.address, true),
      channel('mail_domain', 'kinken.example'),
      channel('web_host', 'kinken.example'),
      channel('phone', '0312345678'),
      channel('short_code', '21061'),
    ],
  },
  {
    ownerId: 1,
    issuerId: null,
    key: 'denwa',
    nameJa: '電話会社',
    nameEn: 'the carrier',
    words: ['denwa'],
    channels: [channel('mail_domain', 'denwa.example'), channel('web_host', 'denwa.example')],
  },
];

export const KEY: KeyObject = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const OWN_KEY: OwnKey = { domain: 'kinken.example', selector: 'k1', privateKey: KEY };

export async function openCheckingHouse(database: Database, resolver: DnsResolver | null = null) {
  const carried: Mail[] = [];
  const carrier = {
    carry: (mail: Mail) => Promise.resolve(void carried.push(mail)),
    close: () => undefined,
  };
  const office = await openPostOffice(database, carrier, OWN_KEY);
  const { clock, keys, notices } = office;
  const parts = {
    connection: database,
    sent: openSentRegister(database, keys),
    owners: () => OWNERS,
    resolver,
    ownKey: OWN_KEY,
    now: () => clock.now(),
  };
  const phishing: PhishingParts = { connection: database, keys, random: systemRandom, clock };
  return {
    ...office,
    phishing,
    parts,
    sent: parts.sent,
    /** Writes a notice and sends it; its mail as it went out. */
    async send(to: string, words: string): Promise<Mail> {
      const wanted = {
        template: 'not_me_report' as const,
        to,
        locale: 'ja' as const,
        values: { report: 'RP-2222-3333', card: 'カード', at: '2026-04-01', words },
      };
      await notices.sendNotice(database, wanted);
      await notices.deliver();
      return carried.at(-1)!;
    },
    async check(
      question: Partial<MessageQuestion>,
      recipients: Asker['recipients'] = [],
    ): Promise<Checked> {
      const asker = { issuerId: null, recipients };
      const checked = await checkMessage(parts, { ...NOTHING, ...question }, asker);
      if (!checked.ok) throw new Error(checked.refusal);
      return checked.value;
    },
    async issuer(): Promise<number> {
      const desk = { connection: database, clock, actor: 'test', record: async () => undefined };
      const made = await createIssuer(desk, {
        key: 'house',
        nameJa: '家',
        nameEn: 'House',
      });
      if (!made.ok) throw new Error(made.refusal);
      return made.value.issuerId;
    },
  };
}

/** The text of a mail of ours as its reader sees it. */
export function bodyOf(mail: Mail): string {
  const [, body = ''] = Buffer.from(mail.bytes).toString('utf8').split('\r\n\r\n');
  return /base64/i.test(Buffer.from(mail.bytes).toString('latin1').split('\r\n\r\n')[0] ?? '')
    ? Buffer.from(body, 'base64').toString('utf8')
    : body;
}
