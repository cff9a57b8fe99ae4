import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readWhole } from './whole-setting.ts';
import { WrongSetting } from './wrong-setting.ts';

/** How mail leaves. Without a server it stays on this machine. */
export interface MailSettings {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly isSecure: boolean; // TLS from the first byte
    readonly isTlsRequired: boolean; // else STARTTLS, which only a server on this machine may lack
    readonly user: string | null;
    readonly password: string | null;
  } | null;
  readonly from: string | null;
  readonly name: string | null; // shown beside the address
  /** Where mail that cannot be delivered comes back to, with `+...` before its @; null: nobody reads it. */
  readonly bounces: string | null;
  /** What stands as the sender of our SMS: a short code, a number or a name; null: not said. */
  readonly smsFrom: string | null;
  /** The countries whose numbers get SMS of ours, with `+`. */
  readonly smsCountries: readonly string[];
  /** So many SMS go to members within a day. */
  readonly smsADay: number;
  readonly dkim: {
    readonly domain: string;
    readonly selector: string;
    readonly keyFile: string;
  } | null;
}

type Text = (name: string) => string | null;

/** `KINKEN_SMTP_URL`, `KINKEN_MAIL_*` and `KINKEN_DKIM_*`. Throws WrongSetting; never says a password. */
export function readMailSettings(text: Text): MailSettings {
  const server = readSmtpUrl(text('KINKEN_SMTP_URL'));
  const from = text('KINKEN_MAIL_FROM');
  if (server !== null && from === null) {
    throw new WrongSetting(
      'With KINKEN_SMTP_URL set KINKEN_MAIL_FROM: the address that mail comes from',
    );
  }
  const bounces = text('KINKEN_MAIL_BOUNCES');
  for (const [setting, address] of [
    ['KINKEN_MAIL_FROM', from],
    ['KINKEN_MAIL_BOUNCES', bounces],
  ] as const) {
    if (address === null || ADDRESS.test(address)) continue;
    throw new WrongSetting(`${setting} is one address like no-reply@example.jp, not "${address}"`);
  }
  if (bounces !== null && (bounces.includes('+') || bounces.indexOf('@') > BOUNCES_LOCAL_MAX)) {
    throw new WrongSetting(
      `KINKEN_MAIL_BOUNCES is an address without a "+" and with ${BOUNCES_LOCAL_MAX} characters at most before its @: ` +
        'what tells the mails apart is put there',
    );
  }
  const smsFrom = text('KINKEN_SMS_FROM');
  if (smsFrom !== null && !/^(\+?[0-9]{3,15}|[A-Za-z0-9][A-Za-z0-9 .&_-]{0,10})$/.test(smsFrom)) {
    throw new WrongSetting(
      `KINKEN_SMS_FROM is a number, a short code or a name of 11 letters at most, not "${smsFrom}"`,
    );
  }
  const dkim = readDkim(text);
  if (dkim !== null && from !== null && !isWithin(from.slice(from.indexOf('@') + 1), dkim.domain)) {
    throw new WrongSetting(
      `KINKEN_DKIM_DOMAIN is the domain of KINKEN_MAIL_FROM or one above it, not "${dkim.domain}": ` +
        'a signature of another domain proves nothing to a reader',
    );
  }
  const smsCountries = readCountries(text('KINKEN_SMS_COUNTRIES') ?? '+81');
  const smsADay = readWhole('KINKEN_SMS_A_DAY', text('KINKEN_SMS_A_DAY'), SMS_A_DAY);
  const name = text('KINKEN_MAIL_NAME');
  return { server, from, name, bounces, smsFrom, smsCountries, smsADay, dkim };
}

function readCountries(list: string): readonly string[] {
  const countries = list.split(',').map((each) => each.trim());
  if (countries.length <= 300 && countries.every((each) => /^\+[1-9]\d{0,3}$/.test(each))) {
    return countries;
  }
  throw new WrongSetting(
    `KINKEN_SMS_COUNTRIES is a list of country codes like +81 or +81,+82, not "${list.slice(0, 100)}"`,
  );
}

const SMS_A_DAY = { usual: 5_000, least: 0, most: 100_000_000 };
const ADDRESS = /^[^@\s<>,;"]{1,64}@[a-z0-9.-]{3,190}$/i;
const BOUNCES_LOCAL_MAX = 27; // 64 with what is put in

/** The key that signs mail: RSA, in a file for its owner only. Throws WrongSetting. */
export function readDkimKey(keyFile: string): KeyObject {
  const stat = statSync(keyFile, { throwIfNoEntry: false });
  if (stat === undefined) throw new WrongSetting(`KINKEN_DKIM_KEY_FILE is not there: ${keyFile}`);
  if ((stat.mode & 0o077) !== 0) {
    throw new WrongSetting(`Others can read the key that signs mail in ${keyFile}: run chmod 600`);
  }
  const key = readRsaKey(readFileSync(keyFile, 'utf8'));
  if (key !== null) return key;
  throw new WrongSetting(
    `KINKEN_DKIM_KEY_FILE holds an RSA key of 2048 bits or more in PEM (openssl genrsa 2048): ${keyFile}`,
  );
}

const RSA_BITS_MIN = 2_048;

function readRsaKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= RSA_BITS_MIN ? key : null;
  } catch {
    return null;
  }
}

function readSmtpUrl(text: string | null): MailSettings['server'] {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSecure = url?.protocol === 'smtps:';
  const isPlain = url !== null && url.pathname.length <= 1 && url.search === '' && url.hash === '';
  if (url === null || !(isSecure || url.protocol === 'smtp:') || url.hostname === '' || !isPlain) {
    throw new WrongSetting(
      'KINKEN_SMTP_URL is like smtps://user:password@mail.example.jp or smtp://127.0.0.1:25',
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const usualPort = isSecure ? 465 : 587;
  return {
    host,
    port: url.port === '' ? usualPort : Number(url.port),
    isSecure,
    isTlsRequired: !LOOPBACK.test(host),
    user: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
  };
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

function readDkim(text: Text): MailSettings['dkim'] {
  const [domain, selector, keyFile] = [
    text('KINKEN_DKIM_DOMAIN'),
    text('KINKEN_DKIM_SELECTOR'),
    text('KINKEN_DKIM_KEY_FILE'),
  ];
  if (domain === null && selector === null && keyFile === null) return null;
  if (domain === null || selector === null || keyFile === null) {
    throw new WrongSetting(
      'KINKEN_DKIM_DOMAIN, KINKEN_DKIM_SELECTOR and KINKEN_DKIM_KEY_FILE are set together',
    );
  }
  if (!DOMAIN.test(domain)) throw new WrongSetting(`KINKEN_DKIM_DOMAIN is no domain: "${domain}"`);
  if (!SELECTOR.test(selector)) {
    throw new WrongSetting(
      `KINKEN_DKIM_SELECTOR is letters, digits and hyphens, not "${selector}"`,
    );
  }
  return { domain: domain.toLowerCase(), selector, keyFile };
}

const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;
const SELECTOR = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

function isWithin(domain: string, above: string): boolean {
  const name = domain.toLowerCase();
  return name === above || name.endsWith(`.${above}`);
}
