/**
 * The public record in memory and on disk. Made anew when something that it tells has changed, or when an
 * instant has passed at which it changes by itself; asked for, it looks at no database.
 */
import {
  nextChangeAfter,
  salePlacesOf,
  viewStatus,
  type IncidentHolder,
  type PublicRecord,
} from '../../incidents/index.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Switchboard } from '../../suspensions/index.ts';
import { makeEdition, type Edition, type Rendered } from './edition.ts';
import { keepOnDisk } from './status-folder.ts';

export interface StatusBoardParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly incidents: IncidentHolder;
  readonly zone: string;
  readonly folder: string | null; // null: on no disk
  origin(): string;
  catalogue(): Catalogue;
  switchboard(): Switchboard;
}

export interface StatusBoard {
  find(path: string, locale: Locale): Rendered | undefined;
  /** Looks whether something has changed; the server does so several times a second. */
  keepFresh(): void;
  current(): Edition;
  /** Resolves when what was made last is on disk. */
  settled(): Promise<void>;
}

/** It says when it was last known to be true: that must not be much older than it is. */
const MADE_ANEW_MS = 60_000;
/** The database has not answered for so long: the page says so. */
export const STALE_AFTER_MS = 15_000;
/** Offers begin and end by themselves; which product is sold where need not be known to the second. */
const SALES_READ_MS = 600_000;

interface Made {
  readonly edition: Edition;
  readonly record: PublicRecord;
  readonly switchboard: Switchboard;
  readonly catalogue: Catalogue;
  readonly until: Instant;
  readonly isStale: boolean;
  readonly origin: string;
}

export function openStatusBoard(parts: StatusBoardParts): StatusBoard {
  const { clock, incidents, log, folder } = parts;
  let sales = { of: parts.catalogue(), at: clock.now(), places: readSales(parts) };
  let changedAt = clock.now();
  let writing: Promise<void> | undefined;
  let made = make(undefined);
  keep();

  /** One writer; what was overtaken while it wrote is never written. */
  async function writeNewest(to: string): Promise<void> {
    for (let written: Edition | undefined; written !== made.edition;) {
      written = made.edition;
      await keepOnDisk(to, written, log);
    }
    writing = undefined;
  }

  function keep(): void {
    if (folder !== null) writing ??= writeNewest(folder);
  }

  function isStaleAt(now: Instant): boolean {
    return now - incidents.confirmedAt() > STALE_AFTER_MS;
  }

  function make(before: Made | undefined): Made {
    const now = clock.now();
    const [record, switchboard, catalogue] = [
      incidents.current(),
      parts.switchboard(),
      parts.catalogue(),
    ];
    if (sales.of !== catalogue || now - sales.at > SALES_READ_MS) {
      sales = { of: catalogue, at: now, places: readSales(parts) };
    }
    const facts = {
      systems: record.systems,
      incidents: record.incidents,
      suspensions: switchboard.all(null),
      places: catalogue,
      sales: sales.places,
    };
    const isTold = before?.record === record && before.switchboard === switchboard;
    const isPassed =
      before !== undefined && now >= before.until && before.until !== refreshOf(before);
    if (!isTold || isPassed) changedAt = now;
    const isStale = isStaleAt(now);
    const origin = parts.origin();
    const shared = {
      zone: parts.zone,
      origin,
      names: catalogue,
      changedAt,
      confirmedAt: Math.min(incidents.confirmedAt(), now),
      isStale,
    };
    const edition = makeEdition(viewStatus(facts, now), (locale) => ({ ...shared, locale }));
    const next = nextChangeAfter(facts, switchboard.nextChangeAfter(now), now);
    const until = Math.min(next ?? Infinity, now + MADE_ANEW_MS);
    return { edition, record, switchboard, catalogue, until, isStale, origin };
  }

  function keepFresh(): void {
    const now = clock.now();
    const isSame =
      now < made.until &&
      made.record === incidents.current() &&
      made.switchboard === parts.switchboard() &&
      made.catalogue === parts.catalogue() &&
      made.origin === parts.origin() &&
      made.isStale === isStaleAt(now);
    if (isSame) return;
    made = make(made);
    keep();
  }

  return {
    keepFresh,
    find(path, locale) {
      keepFresh();
      return made.edition.find(path, locale);
    },
    current() {
      keepFresh();
      return made.edition;
    },
    settled: async () => writing,
  };
}

/** When it would have been made anew though nothing had changed. */
function refreshOf({ edition }: Made): Instant {
  return edition.view.at + MADE_ANEW_MS;
}

function readSales(parts: StatusBoardParts) {
  return salePlacesOf(parts.catalogue(), parts.clock.now());
}
