import type { KeyRing } from '../kernel/crypto.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { Unit } from '../kernel/money.ts';
import type { HouseKey } from '../ledger/index.ts';
import type { Catalogue, Product } from '../programmes/index.ts';
import { spendOf, type SubjectOf } from './contract-limits.ts';
import type { Mint, MintedCard } from './mint.ts';
import {
  contractSubject,
  countedContract,
  nameCard,
  normaliseContract,
  requestLane,
  type NamedCard,
} from './names.ts';
import type { Act, Funding, HiddenCode, Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';

/** An operation on its way through the write path: what can be known of it before anything is read. */
export interface Prepared {
  readonly operation: Operation;
  readonly homeKey: string; // R2
  readonly homeLane: number;
  readonly content: Uint8Array; // R3
  /** Whose turns it needs; grows when reading shows that it needs more. */
  lanes: readonly number[];
  readonly card: NamedCard | null;
  readonly to: NamedCard | null; // the other card of a move
  /** For an issue: minted beforehand, so that nobody's turn waits for it. */
  minted: MintedCard | null;
  /** Mints it where the product has come into the catalogue since (R18). */
  readonly mint: (product: Product) => MintedCard;
  /** Who is counted for what is bought (R21); null: no contract was named. */
  readonly subjectOf: SubjectOf | null;
  readonly houses: readonly HouseKey[]; // to be named before the batch: paid-in funds
  /** Set aside after it broke a batch alone: it is remembered as `internal` and nothing else (R8). */
  isBroken: boolean;
  readonly answer: (outcome: Outcome) => void;
}

export interface PrepareWith {
  readonly keys: KeyRing;
  readonly mint: Mint;
  readonly laneCount: number;
  readonly catalogue: Catalogue;
}

/** Where an operation is at home, and the card that says so: all that a full queue has to know of it. */
export interface Home {
  readonly key: string;
  readonly lane: number;
  readonly card: NamedCard | null;
}

export function homeOf(operation: Operation, tools: PrepareWith): Home {
  const card =
    'card' in operation && operation.card !== null ? nameWith(operation.card, tools) : null;
  return { ...findHome(operation, card, tools.laneCount), card };
}

export function prepare(
  operation: Operation,
  home: Home,
  tools: PrepareWith,
  answer: (outcome: Outcome) => void,
): Prepared {
  const { card } = home;
  const to =
    operation.kind === 'move' && operation.to !== null ? nameWith(operation.to, tools) : null;
  const lanes = new Set<number>([home.lane]);
  if (to !== null) lanes.add(to.lane);
  const subjectOf = subjectsFor(operation, tools);
  const spend = spendOf(tools.catalogue, operation, subjectOf, operation.arrivedAt);
  if (spend !== null) lanes.add(laneOfId(spend.subject));
  if (operation.requestIdIsExclusive === true) lanes.add(idLane(operation, tools.laneCount));
  if (operation.kind === 'stock') {
    for (const one of operation.cards) if (one.code !== null) lanes.add(one.code.homeLane);
  }
  return {
    operation,
    homeKey: home.key,
    homeLane: home.lane,
    content: tools.keys.contentHash(canonicalText(operation, card, to)),
    lanes: ascending(lanes),
    card,
    to,
    minted: mintFor(operation, home.lane, tools),
    mint: (product) => tools.mint.mintInLane(product, home.lane),
    subjectOf,
    houses: housesOf(operation, tools.catalogue),
    isBroken: false,
    answer,
  };
}

function nameWith(card: Parameters<typeof nameCard>[0], tools: PrepareWith): NamedCard {
  return nameCard(card, tools.keys, tools.laneCount);
}

/** Nearly always one tender is asked for, so what was worked out last is kept. */
function subjectsFor(operation: Operation, tools: PrepareWith): SubjectOf | null {
  const contract = operation.sale?.contract ?? null;
  if (contract === null) return null;
  const { issuerId } = operation;
  const normal = normaliseContract(contract);
  if (normal === '') return null; // it names nobody
  let known: { readonly tenderId: number; readonly subject: bigint } | undefined;
  return (tender) => {
    const tenderId = tender?.tenderId ?? 0;
    if (known?.tenderId !== tenderId) {
      const name = countedContract(normal, tender?.kind ?? null);
      const subject = contractSubject({ issuerId, tenderId, name }, tools.keys, tools.laneCount);
      known = { tenderId, subject };
    }
    return known.subject;
  };
}

/** R2: the card as named, else the hold, else the request id. */
function findHome(
  operation: Operation,
  card: NamedCard | null,
  laneCount: number,
): { key: string; lane: number } {
  if (card !== null) return { key: card.homeKey, lane: card.lane };
  if ('holdId' in operation && operation.holdId !== null) {
    return { key: `h:${operation.holdId}`, lane: laneOfId(operation.holdId) % laneCount };
  }
  if (operation.kind === 'expire') {
    return {
      key: `i:${operation.instrumentId}`,
      lane: laneOfId(operation.instrumentId) % laneCount,
    };
  }
  if (operation.kind === 'close_item') {
    return { key: '', lane: laneOfId(operation.itemId) % laneCount };
  }
  if (operation.kind === 'stock') return { key: '', lane: operation.lane };
  const requestId =
    operation.kind === 'reverse' ? operation.originalRequestId : operation.requestId;
  return { key: '', lane: requestLane(operation.clientId, requestId, laneCount) };
}

/** The lane of a bare request id: where a door that forbids one id on two cards keeps its ids (R2). */
export function idLane(operation: Operation, laneCount: number): number {
  return requestLane(operation.clientId, operation.requestId, laneCount);
}

/**
 * The operation in canonical form: the same for `1000` and `1000.0`, full and half width, whatever bytes
 * it came in. Cards stand in it as their home keys, so it holds no code.
 */
function canonicalText(operation: Operation, card: NamedCard | null, to: NamedCard | null): string {
  let text: string = operation.kind;
  const add = (name: string, value: Plain | null | undefined): void => {
    if (value === null || value === undefined) return;
    const plain = String(value);
    text += `;${name}:${plain.length}:${plain}`; // with its length, so that no content can pose as another
  };
  add('card', card?.homeKey);
  add('to', to?.homeKey);
  if (operation.kind === 'stock') {
    for (const one of operation.cards) {
      add('number', one.number);
      add('code', one.code === null ? null : lastingName(one.code));
      add('face', one.faceMinor);
      add('opening', one.opening?.balanceMinor);
      add('ends', one.opening?.expiresAt);
      add('class', one.opening?.lotClass);
    }
  }
  if ('funding' in operation) add('funding', fundingText(operation.funding));
  if (operation.soldAt !== undefined) {
    add('soldAt', operation.soldAt); // its order says all the rest, and has forgotten who paid
  } else if (operation.sale !== undefined) {
    const { tenderId, isTenderAssumed = false, shopId, contract } = operation.sale;
    if (!isTenderAssumed) add('tender', tenderId);
    add('shop', shopId);
    add('contract', contract === null ? null : normaliseContract(contract));
  }
  const fields = operation as Operation & Readonly<Partial<Record<ContentField, Plain | null>>>;
  for (const name of CONTENT_FIELDS) add(name, fields[name]);
  return text;
}

/** Under the oldest key, so the same before and after one was added: a piece that is sent again is known. */
function lastingName({ name, otherNames = [] }: HiddenCode): string {
  return [name, ...otherNames].reduce((oldest, each) =>
    keyIdOf(each) < keyIdOf(oldest) ? each : oldest,
  );
}

/** Of a name like `c12:...` (src/kernel/crypto.ts). */
function keyIdOf(name: string): number {
  return Number(name.slice(1, name.indexOf(':')));
}

function fundingText(funding: Funding): string {
  return funding.from === 'seller' ? `seller ${funding.sellerId}` : `funds ${funding.clientId}`;
}

/** What a field of an act may be, to have one canonical text. */
type Plain = string | number | bigint | boolean;

/** Every plain field of an act. */
const CONTENT_FIELDS = [
  'amountMinor',
  'direction',
  'durationMs',
  'fundsOfClientId',
  'holdId',
  'instrumentId',
  'isFinal',
  'isPartialAllowed',
  'itemId',
  'lane',
  'lotClass',
  'merchantId',
  'note',
  'originalRequestId',
  'owner',
  'productId',
  'reason',
  'unit',
] as const;
type ContentField = (typeof CONTENT_FIELDS)[number];

/** Does not compile while an act has a field that is not compared. */
type FieldOfActs = Act extends infer One ? (One extends Act ? keyof One : never) : never;
type Compared = ContentField | 'kind' | 'card' | 'to' | 'cards' | 'funding';
/** What the door knows of the caller is not what was asked for: a repeat stays one when that has changed. */
type OfCaller = 'soldBy';
type Uncompared = Exclude<FieldOfActs, Compared | OfCaller>;
const everyFieldIsCompared: [Uncompared] extends [never] ? true : never = true;
void everyFieldIsCompared;

function mintFor(operation: Operation, lane: number, tools: PrepareWith): MintedCard | null {
  if (operation.kind !== 'issue') return null;
  const product = tools.catalogue.products.get(operation.productId);
  if (product === undefined || product.kind !== 'code') return null; // refused when it is decided
  return tools.mint.mintInLane(product, lane);
}

/** Paid-in funds are named when they are first needed, in the units that the issuer has. */
function housesOf(operation: Operation, catalogue: Catalogue): HouseKey[] {
  const partyId = fundsNamed(operation);
  if (partyId === null) return [];
  const { issuerId } = operation;
  const units = new Set<Unit>();
  for (const programme of catalogue.programmes.values()) {
    if (programme.issuerId === issuerId) units.add(programme.unit);
  }
  return [...units].map((unit) => ({ issuerId, kind: 'partner_funds', partyId, unit }));
}

function fundsNamed(operation: Operation): number | null {
  if (operation.kind === 'fund') return operation.fundsOfClientId;
  if (!('funding' in operation) || operation.funding.from !== 'funds') return null;
  return operation.funding.clientId;
}

export function ascending(lanes: Iterable<number>): number[] {
  return [...lanes].sort((one, other) => one - other);
}
