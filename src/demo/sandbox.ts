import { readCards } from '../instruments/index.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listApiKeys, revokeApiKey, revokeSigningKey } from '../clients/index.ts';
import { present } from '../kernel/assert.ts';
import { namedOrigin } from '../kernel/loopback.ts';
import {
  DEMO_CLIENT,
  DEMO_MOCK_PARTNER,
  DEMO_PARTNER,
  DEMO_STOCK,
  DEMO_TERMINAL,
} from './demo-catalogue.ts';
import type { DemoMember } from './demo-member.ts';
import type { DemoOperator } from './demo-operators.ts';
import { demoDesk, makeDemoKeys } from './make-demo.ts';
import type { DemoSecrets, DemoTools } from './make-demo.ts';

/** Everything that a first try needs, for people and for the clients that they try us with. */
export interface Sandbox {
  readonly http: { readonly baseUrl: string; readonly apiKey: string };
  readonly agcod: {
    readonly baseUrl: string;
    readonly partnerId: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
    readonly mockPartnerId: string;
  };
  readonly till: {
    readonly host: string;
    readonly port: number;
    readonly dialect: string;
    readonly terminalId: string;
    readonly merchantId: string;
  };
  /** One operator for each role, to sign in to the console with. */
  readonly console: { readonly url: string; readonly operators: readonly DemoOperator[] };
  /** A customer; the code that a new browser is asked for is in the outbox. */
  readonly member: DemoMember & { readonly url: string; readonly outboxUrl: string };
  readonly cards: readonly SandboxCard[];
  /** Blank cards that are activated with any amount their product allows; a prepaid card is loaded after that. */
  readonly variableCards: readonly Omit<SandboxCard, 'faceMinor'>[];
}

/** A blank card that a till may activate. */
export interface SandboxCard {
  readonly number: string;
  readonly faceMinor: number;
  readonly unit: string;
  readonly productId: string;
}

/** Where the doors of this server are. */
export interface DoorAddresses {
  readonly httpUrl: string; // http://127.0.0.1:8080, without a slash at the end
  readonly agcodUrl: string;
  readonly region: string;
  readonly till: { readonly host: string; readonly port: number };
}

const CARDS_EACH = 25;
const VARIABLE_CARDS_EACH = 10;

export async function gatherSandbox(
  tools: DemoTools,
  secrets: DemoSecrets,
  doors: DoorAddresses,
): Promise<Sandbox> {
  const { terminalCode, merchantCode, dialect } = DEMO_TERMINAL;
  const { apiKey, accessKeyId, secretAccessKey, operators, member } = secrets;
  const siteUrl = namedOrigin(doors.httpUrl); // for people
  return {
    http: { baseUrl: doors.httpUrl, apiKey },
    agcod: {
      baseUrl: doors.agcodUrl,
      partnerId: DEMO_PARTNER,
      accessKeyId,
      secretAccessKey,
      region: doors.region,
      mockPartnerId: DEMO_MOCK_PARTNER,
    },
    till: { ...doors.till, dialect, terminalId: terminalCode, merchantId: merchantCode },
    console: { url: `${siteUrl}/console`, operators },
    member: {
      ...member,
      url: `${siteUrl}/sign-in`,
      outboxUrl: `${siteUrl}/demo/outbox`,
    },
    ...(await readSandboxCards(tools)),
  };
}

/** Some blank cards of each kind. */
async function readSandboxCards(
  tools: DemoTools,
): Promise<Pick<Sandbox, 'cards' | 'variableCards'>> {
  const { catalogue, issuerId } = demoDesk(tools);
  const cards: SandboxCard[] = [];
  const variableCards: Sandbox['variableCards'][number][] = [];
  for (const { product: key, faceMinor } of DEMO_STOCK) {
    const product = present(catalogue.findProduct(issuerId, key), 'the demo has its products');
    const { productId, unit } = product;
    const most = faceMinor === null ? VARIABLE_CARDS_EACH : CARDS_EACH;
    const wanted = { productId, state: 'blank', faceMinor, most };
    for (const { number } of await readCards(tools.connection, wanted)) {
      const card = { number: present(number, 'cards of the demo have numbers') };
      if (faceMinor === null) variableCards.push({ ...card, unit, productId: key });
      else cards.push({ ...card, faceMinor: Number(faceMinor), unit, productId: key });
    }
  }
  return { cards, variableCards };
}

export const SANDBOX_FILE = 'sandbox.json';

/** What the file holds of the console; null where there is none, or one of an older version. */
export async function readSandboxConsole(dataFolder: string): Promise<Sandbox['console'] | null> {
  try {
    const text = await readFile(join(dataFolder, SANDBOX_FILE), 'utf8');
    return (JSON.parse(text) as Partial<Sandbox>).console ?? null;
  } catch {
    return null;
  }
}

/** The customer in the file; null where there is none, or one of an older version. */
export async function readSandboxMember(dataFolder: string): Promise<Sandbox['member'] | null> {
  try {
    const text = await readFile(join(dataFolder, SANDBOX_FILE), 'utf8');
    return (JSON.parse(text) as Partial<Sandbox>).member ?? null;
  } catch {
    return null;
  }
}

/** Written once, for its owner only (R34). Throws when the file is there already. */
export async function writeSandbox(dataFolder: string, sandbox: Sandbox): Promise<string> {
  const file = join(dataFolder, SANDBOX_FILE);
  await writeFile(file, `${JSON.stringify(sandbox, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}

/**
 * `kinken sandbox --renew`: new keys, and the demo company's old API keys stop working; so does the old
 * signing key, which only the old file names.
 */
export async function renewDemoKeys(
  tools: DemoTools,
  oldAccessKeyId: string | undefined,
): Promise<DemoSecrets> {
  const desk = demoDesk(tools);
  const before = await listApiKeys(desk, DEMO_CLIENT.key);
  const secrets = await makeDemoKeys(tools);
  for (const { apiKeyId, revokedAt } of before.ok ? before.value : []) {
    if (revokedAt === null) await revokeApiKey(desk, apiKeyId);
  }
  if (oldAccessKeyId !== undefined) await revokeSigningKey(desk, oldAccessKeyId);
  return secrets;
}
