import { isIP } from 'node:net';
import { LANES_MAX, LANES_OF_A_NEW_DATABASE } from './ids.ts';
import { readMailSettings, type MailSettings } from './mail-settings.ts';
import { readWhole, type Bounds } from './whole-setting.ts';
import { WrongSetting } from './wrong-setting.ts';

export { WrongSetting } from './wrong-setting.ts';

/**
 * Settings of a server, read once from the environment. A wrong one stops the start with a sentence
 * that names the variable; none is read anywhere else.
 */
export interface Config {
  readonly http: Listener;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly till: Listener & { readonly clientCaFile: string | null };
  readonly dataFolder: string;
  /** Null: the embedded database in the data folder. */
  readonly databaseUrl: string | null;
  /** Base64 of 32 bytes. */
  readonly masterKey: string | null;
  readonly masterKeyFile: string | null;
  readonly lookUpKeyIds: readonly number[];
  readonly sealingKeyIds: readonly number[];
  readonly laneCount: number; // only used when a database is made
  readonly writers: number;
  readonly poolSize: number;
  readonly logLevel: LogLevel;
  readonly mail: MailSettings;
  /** Where people reach us, `https://cards.example.jp`, for addresses in mail and feeds; null: as it listens. */
  readonly publicUrl: string | null;
  /** Whether keys and rules of other people's mail domains are asked for; else nobody outside is. */
  readonly asksDns: boolean;
  /** Who takes money for gifts: the sandbox's provider takes none; null: nobody, but in the demo. */
  readonly payments: 'sandbox' | null;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment): Config {
  const text = (name: string) => environment[name]?.trim() || null;
  const whole = (name: string, bounds: Bounds) => readWhole(name, text(name), bounds);
  const port = (name: string, usual: number) => whole(name, { usual, least: 0, most: 65_535 });
  return {
    http: {
      host: text('HOST') ?? '127.0.0.1',
      port: port('PORT', 8080),
      tls: readTls('KINKEN_TLS', text),
    },
    trustedProxies: readProxies(text('KINKEN_TRUSTED_PROXIES')),
    till: {
      host: text('TILL_HOST') ?? '127.0.0.1',
      port: port('TILL_PORT', 8583),
      tls: readTls('KINKEN_TILL_TLS', text),
      clientCaFile: text('KINKEN_TILL_TLS_CLIENT_CA'),
    },
    dataFolder: text('KINKEN_DATA') ?? './data',
    databaseUrl: text('DATABASE_URL'),
    masterKey: text('KINKEN_MASTER_KEY'),
    masterKeyFile: text('KINKEN_MASTER_KEY_FILE'),
    lookUpKeyIds: readKeyIds('KINKEN_LOOKUP_KEY_IDS', text('KINKEN_LOOKUP_KEY_IDS')),
    sealingKeyIds: readKeyIds('KINKEN_SEALING_KEY_IDS', text('KINKEN_SEALING_KEY_IDS')),
    laneCount: whole('KINKEN_LANES', { usual: LANES_OF_A_NEW_DATABASE, least: 1, most: LANES_MAX }),
    writers: whole('KINKEN_WRITERS', { usual: 3, least: 1, most: 64 }),
    poolSize: whole('KINKEN_POOL', { usual: 10, least: 4, most: 1_000 }),
    logLevel: readLogLevel(text('KINKEN_LOG')),
    mail: readMailSettings(text),
    publicUrl: readPublicUrl(text('KINKEN_PUBLIC_URL')),
    asksDns: readOnOff('KINKEN_MAIL_DNS', text('KINKEN_MAIL_DNS')),
    payments: readPayments(text('KINKEN_PAYMENTS')),
  };
}

function readProxies(text: string | null): readonly string[] {
  const proxies = text === null ? [] : text.split(',').map((one) => one.trim());
  const wrong = proxies.find((one) => !isAddressOrRange(one));
  if (wrong === undefined) return proxies;
  throw new WrongSetting(
    `KINKEN_TRUSTED_PROXIES is a list of addresses and ranges like "10.0.0.1,10.1.0.0/16", not "${wrong}"`,
  );
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const isRange =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  return family !== 0 && isRange && more.length === 0;
}

function readTls(prefix: string, text: (name: string) => string | null): Listener['tls'] {
  const certFile = text(`${prefix}_CERT`);
  const keyFile = text(`${prefix}_KEY`);
  if (certFile !== null && keyFile !== null) return { certFile, keyFile };
  if (certFile === null && keyFile === null) return null;
  throw new WrongSetting(
    `${prefix}_CERT and ${prefix}_KEY are set together: the files of a certificate and of its key`,
  );
}

function readOnOff(name: string, text: string | null): boolean {
  if (text === null || text === 'off') return false;
  if (text === 'on') return true;
  throw new WrongSetting(`${name} is on or off, not "${text}"`);
}

function readPayments(text: string | null): Config['payments'] {
  if (text === null || text === 'sandbox') return text;
  throw new WrongSetting(`KINKEN_PAYMENTS is sandbox or not set, not "${text}"`);
}

/** An origin without a slash at its end. */
function readPublicUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin) return url.origin;
  throw new WrongSetting(
    `KINKEN_PUBLIC_URL is like https://cards.example.jp, without a path, not "${text}"`,
  );
}

/** `1,2`: every id that rows may still carry; the last one is given to new rows. */
function readKeyIds(name: string, text: string | null): readonly number[] {
  if (text === null) return [1];
  const ids = text
    .split(',')
    .map((part) => (/^ *[0-9]{1,3} *$/.test(part) ? Number(part) : Number.NaN));
  if (ids.every((id) => id >= 1 && id <= 255) && new Set(ids).size === ids.length) return ids;
  throw new WrongSetting(
    `${name} is a list of different numbers from 1 to 255 like "1,2", not "${text}"`,
  );
}

function readLogLevel(text: string | null): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (text ?? 'info'));
  if (level !== undefined) return level;
  throw new WrongSetting(`KINKEN_LOG is one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
}
