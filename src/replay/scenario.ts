import type * as Yaml from 'yaml';
import { z } from 'zod';
import { instantIn, isZone } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import { laterPackage } from '../kernel/later.ts';
import { world, type World } from './contract.ts';

/** A story with the world that it happens in: what `kinken replay` plays. Its format is docs/operations/replay.md. */
export interface Scenario {
  readonly title: string;
  readonly zone: string;
  readonly begins: Instant;
  readonly world: World;
  readonly story: readonly Step[];
}

/** One thing that somebody does, or is told, at an instant. */
export interface Step {
  readonly line: number; // in the file, from 1
  readonly at: Instant;
  readonly who: string;
  readonly says: string | null;
  readonly act: Act;
  readonly expect: unknown;
  readonly withinMs: number; // of real time: pages and the feed follow in rounds
  readonly times: number; // for each, where there are several
  readonly each: readonly unknown[]; // of whom or what, one after the other
  readonly remember: Readonly<Record<string, string>>; // a name, and the path of what was told
}

export type Act =
  | { readonly kind: 'call'; readonly method: Method; readonly path: string; readonly asked: Asked }
  | { readonly kind: 'page'; readonly path: string; readonly asked: Asked }
  | { readonly kind: 'till'; readonly order: TillWords }
  | { readonly kind: 'settle'; readonly terminals: readonly string[] }
  | {
      readonly kind: 'mailbox';
      readonly address: string;
      readonly about: string;
      readonly saying: string;
    }
  | { readonly kind: 'phone'; readonly number: string }
  | { readonly kind: 'books' }
  | { readonly kind: 'wait' };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Asked = z.output<typeof asked>;
export type TillWords = z.output<typeof tillWords>;

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'a name: letters, digits, - and _');
const path = z.string().regex(/^\/\S{0,500}$/, 'a path that begins with /');

const tillWords = z.strictObject({
  terminal: z.string(),
  act: z.enum([
    'redeem',
    'return',
    'reload',
    'balance',
    'activate',
    'deactivate',
    'sign_on',
    'sign_off',
  ]),
  card: z.string().optional(),
  amountMinor: z.int().positive().optional(),
  cut: z.enum(['before', 'behind']).optional(),
  isAdvice: z.boolean().default(false),
});

/** One form of the page that was answered by the form before it. */
const onward = z.strictObject({
  form: z.string().optional(),
  fill: z.record(z.string(), z.string()).default({}),
});

const asked = z.object({
  as: z.string().nullable().default(null), // a client, an operator; null: a visitor
  body: z.unknown().optional(),
  fill: z.record(z.string(), z.string()).optional(), // the fields of the page's form
  attach: z.record(z.string(), z.string()).optional(), // files of that form, as text
  form: z.string().optional(), // which form, by a part of its address
  onward: z.array(onward).max(5).default([]), // and what that answers is filled in, too
  passkey: name.optional(), // whose device answers a form that asks for one
  language: z.enum(['ja', 'en']).default('ja'),
  requestId: z.string().max(128).optional(),
});

const step = z.strictObject({
  at: z.string().optional(),
  who: z.string().max(60),
  says: z.string().max(500).optional(),
  get: path.optional(),
  post: path.optional(),
  put: path.optional(),
  delete: path.optional(),
  page: path.optional(),
  till: tillWords.optional(),
  settle: z.array(z.string()).max(200).optional(),
  mailbox: z.string().max(254).optional(),
  about: z.string().max(200).default(''), // a part of the mail's subject
  saying: z.string().max(200).default(''), // a part of its text: several that went out together have no order
  phone: z.string().max(40).optional(),
  books: z.literal(true).optional(),
  wait: z.literal(true).optional(),
  ...asked.shape,
  expect: z.unknown().optional(),
  within: z.number().min(0).max(60).optional(),
  times: z.int().min(1).max(1_000).default(1),
  each: z.array(z.unknown()).min(1).max(200).optional(),
  remember: z.record(name, z.string()).default({}),
});

const file = z.strictObject({
  title: z.string().max(200),
  about: z.string().max(4_000).optional(),
  zone: z
    .string()
    .refine(isZone, 'one of the IANA’s time zones, as Asia/Tokyo')
    .default('Asia/Tokyo'),
  begins: z.string(),
  alike: z.unknown().optional(), // anchors that the story takes up
  world,
  story: z.array(step).min(1).max(2_000),
});

/** What is wrong with a scenario, with the line where it stands. */
export interface ScenarioFault {
  readonly line: number;
  readonly message: string;
}

/** The scenario cannot be played; each fault says where. */
export class ScenarioWrong extends Error {
  override readonly name = 'ScenarioWrong';
  readonly faults: readonly ScenarioFault[];

  constructor(faults: readonly ScenarioFault[]) {
    super(faults.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** References that unfold to millions of values are refused by the reader of YAML. */
function valueOf(document: ReturnType<typeof Yaml.parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ScenarioWrong([{ line: 1, message: (error as Error).message }]);
  }
}

/** Throws ScenarioWrong. */
export function readScenario(text: string): Scenario {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  if (document.errors.length > 0) {
    throw new ScenarioWrong(
      document.errors.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        message: message.split('\n')[0] ?? message,
      })),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => lineIn(document, lines, path);
  const parsed = file.safeParse(valueOf(document));
  if (parsed.success) return storyOf(parsed.data, lineOf);
  throw new ScenarioWrong(
    parsed.error.issues.map(({ path: where, message }) => ({
      line: lineOf(where),
      message: `${where.map(String).join('.')}: ${message}`,
    })),
  );
}

const yaml = laterPackage<typeof Yaml>('yaml');

/** Where a part of the file begins; of what is not there, where it would have to be. */
function lineIn(
  document: Yaml.Document,
  lines: Yaml.LineCounter,
  where: readonly PropertyKey[],
): number {
  for (let length = where.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(where.slice(0, length), true);
    if (yaml().isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function storyOf(
  data: z.output<typeof file>,
  lineOf: (path: readonly PropertyKey[]) => number,
): Scenario {
  const { title, zone } = data;
  const begins = readInstant(data.begins, zone) ?? wrong(lineOf(['begins']), 'is no instant');
  let at = begins;
  const story = data.story.map((each, place) => {
    const line = lineOf(['story', place]);
    if (each.at !== undefined) {
      const next = readInstant(each.at, zone) ?? wrong(line, `"${each.at}" is no instant`);
      if (next < at) wrong(line, `${each.at} is before the step in front of it`);
      at = next;
    }
    return stepOf(each, { at, line });
  });
  return { title, zone, begins, world: data.world, story };
}

function stepOf(
  each: z.output<typeof step>,
  { at, line }: { readonly at: Instant; readonly line: number },
): Step {
  const act = actOf(each, line);
  const { who, says = null, expect, times, remember } = each;
  const ofEach = each.each ?? [null];
  const withinMs = (each.within ?? (follows(act) ? FOLLOWS_WITHIN_SECONDS : 0)) * 1_000;
  return { line, at, who, says, act, expect, withinMs, times, each: ofEach, remember };
}

/** Reading is asked again for a while: what is read follows what was done in rounds of real time. */
const FOLLOWS_WITHIN_SECONDS = 30;

function follows(act: Act): boolean {
  return (
    act.kind === 'books' ||
    act.kind === 'mailbox' ||
    act.kind === 'phone' ||
    (act.kind === 'call' && act.method === 'GET') ||
    (act.kind === 'page' &&
      act.asked.fill === undefined &&
      act.asked.attach === undefined &&
      act.asked.passkey === undefined)
  );
}

function actOf(each: z.output<typeof step>, line: number): Act {
  const told = asked.parse(each);
  const acts: Act[] = [];
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    const at = each[method];
    if (at !== undefined) {
      acts.push({ kind: 'call', method: method.toUpperCase() as Method, path: at, asked: told });
    }
  }
  if (each.page !== undefined) acts.push({ kind: 'page', path: each.page, asked: told });
  if (each.till !== undefined) acts.push({ kind: 'till', order: each.till });
  if (each.settle !== undefined) acts.push({ kind: 'settle', terminals: each.settle });
  if (each.mailbox !== undefined) {
    const { mailbox: address, about, saying } = each;
    acts.push({ kind: 'mailbox', address, about, saying });
  }
  if (each.phone !== undefined) acts.push({ kind: 'phone', number: each.phone });
  if (each.books === true) acts.push({ kind: 'books' });
  if (each.wait === true) acts.push({ kind: 'wait' });
  const [act] = acts;
  if (act === undefined || acts.length > 1) {
    return wrong(
      line,
      'a step is one of get, post, put, delete, page, till, settle, mailbox, phone, books, wait',
    );
  }
  return act;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{3}))?)?$/;

/** `2018-02-03 15:02:59`, as a clock on a wall of the zone shows it. */
export function readInstant(text: string, zone: string): Instant | null {
  const [, day, hours, minutes, seconds = '0', ms = '0'] = INSTANT.exec(text.trim()) ?? [];
  if (day === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    return null;
  }
  const wallMs =
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms);
  return instantIn(day, wallMs, zone);
}

function wrong(line: number, message: string): never {
  throw new ScenarioWrong([{ line, message }]);
}
