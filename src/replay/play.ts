import { isoInstant, monotonicMs, type MovedClock } from '../kernel/clock.ts';
import { unreachable } from '../kernel/assert.ts';
import { differences } from './match.ts';
import { memberOf, type Memory } from './memory.ts';
import type { Act, Scenario, Step, TillWords } from './scenario.ts';
import type { TillSide } from '../doors/till/index.ts';
import { Authenticator } from './authenticator.ts';
import { Visitor, type Ask, type Filled } from './visitor.ts';

/** Everybody and everything in a story that is being played. */
export interface Stage {
  readonly clock: MovedClock;
  readonly httpUrl: string;
  readonly memory: Memory;
  /** What a client or an operator sends with every request; null: nobody is called so. */
  headersOf(name: string, visitor: Visitor): Promise<Readonly<Record<string, string>> | null>;
  till(terminal: string): TillSide;
  /** What came to people: the newest mail to an address, the newest SMS to a number. */
  mail(address: string, about: string, saying: string): Promise<unknown>;
  sms(number: string): Promise<unknown>;
  /** What the books come to: the proof, and how many cards are in which state. */
  books(): Promise<unknown>;
}

/** How one step came out. */
export interface Played {
  readonly step: Step;
  readonly faults: readonly string[]; // none: as expected
}

/** Plays a story to its end, whatever goes wrong on the way; calls `tell` after each step. */
export async function play(
  { story }: Scenario,
  stage: Stage,
  tell: (played: Played) => void,
): Promise<readonly Played[]> {
  const visitors = new Map<string, Visitor>();
  const devices = new Map<string, Authenticator>();
  const visitorOf = (who: string): Visitor => {
    const known = visitors.get(who) ?? new Visitor(stage.httpUrl);
    visitors.set(who, known);
    return known;
  };
  const deviceOf = (whose: string): Authenticator => {
    const known = devices.get(whose) ?? new Authenticator();
    devices.set(whose, known);
    return known;
  };
  const all: Played[] = [];
  for (const step of story) {
    stage.clock.advance(step.at - stage.clock.now());
    stage.memory.keep('now', isoInstant(step.at));
    const played = { step, faults: await playStep(step, { stage, visitorOf, deviceOf }) };
    tell(played);
    all.push(played);
  }
  return all;
}

async function playStep(step: Step, playing: Omit<Playing, 'time'>): Promise<string[]> {
  const { stage } = playing;
  const turns = step.each.flatMap((each) => Array.from({ length: step.times }, () => each));
  for (const [place, each] of turns.entries()) {
    const time = place + 1;
    stage.memory.keep('n', time);
    stage.memory.keep('each', each);
    const faults = await playOnce(step, { ...playing, time });
    if (faults.length > 0)
      return turns.length === 1 ? faults : [`turn ${time}: ${faults.join('; ')}`];
  }
  return [];
}

interface Playing {
  readonly stage: Stage;
  readonly visitorOf: (who: string) => Visitor;
  readonly deviceOf: (whose: string) => Authenticator;
  readonly time: number;
}

const AGAIN_MS = 50;

/** What only reads is asked again until it is as expected, or its time is over. */
async function playOnce(step: Step, playing: Playing): Promise<string[]> {
  const until = monotonicMs() + step.withinMs;
  for (;;) {
    let told: unknown;
    let faults: string[];
    try {
      const { memory } = playing.stage;
      told = await act(memory.fill(step.act), step, playing);
      faults = step.expect === undefined ? [] : differences(memory.fill(step.expect), told);
      if (faults.length === 0) {
        for (const [name, path] of Object.entries(step.remember)) {
          memory.keep(name, memberOf(told, path));
        }
      }
    } catch (error) {
      faults = [(error as Error).message];
    }
    if (faults.length === 0 || monotonicMs() >= until) return faults;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function act(what: Act, step: Step, playing: Playing): Promise<unknown> {
  const { stage } = playing;
  switch (what.kind) {
    case 'call':
    case 'page':
      return askHttp(what, step, playing);
    case 'till':
      return askTill(stage.till(what.order.terminal), what.order);
    case 'settle': {
      const settled: number[] = [];
      for (const terminal of what.terminals) settled.push(await stage.till(terminal).settle());
      return { settled: settled.reduce((sum, each) => sum + each, 0) };
    }
    case 'mailbox':
      return stage.mail(what.address, what.about, what.saying);
    case 'phone':
      return stage.sms(what.number);
    case 'books':
      return stage.books();
    case 'wait':
      return {};
    default:
      return unreachable(what);
  }
}

async function askHttp(
  what: Extract<Act, { kind: 'call' | 'page' }>,
  step: Step,
  { stage, visitorOf, deviceOf, time }: Playing,
): Promise<unknown> {
  const { as, body, fill, attach, form, onward, passkey, language, requestId } = what.asked;
  const visitor = visitorOf(as ?? step.who);
  const own = as === null ? {} : await stage.headersOf(as, visitor);
  if (own === null) throw new Error(`nobody is called ${as}`);
  const headers = {
    'accept-language': language,
    'idempotency-key': requestId ?? `replay-${step.line}-${time}`,
    ...own,
  };
  const method = what.kind === 'page' ? 'GET' : what.method;
  const ask: Ask = { method, path: what.path, headers, body };
  if (fill === undefined && attach === undefined && passkey === undefined) return visitor.ask(ask);
  const device = passkey === undefined ? undefined : deviceOf(passkey);
  const first: Filled = { fields: fill ?? {}, files: attach ?? {}, form, passkey: device };
  const more = onward.map((each) => ({
    fields: each.fill,
    files: {},
    form: each.form,
    passkey: undefined,
  }));
  return visitor.fill(ask, [first, ...more]);
}

function askTill(till: TillSide, order: TillWords): Promise<unknown> {
  const { act: what, card: number = '', amountMinor, cut, isAdvice } = order;
  if (what === 'sign_on') return till.signOn();
  if (what === 'sign_off') return till.signOff();
  return till.ask({
    act: what,
    number,
    isAdvice,
    ...(amountMinor !== undefined && { amountMinor }),
    ...(cut !== undefined && { cut }),
  });
}
