import { overviewRoutes } from '../console/index.ts';
import { isOverAt, type IncidentHolder } from '../incidents/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import { phaseInForce, type SwitchboardHolder } from '../suspensions/index.ts';
import type { ConsoleShare } from './open-console.ts';
import { judgeReadiness, READINESS_PARTS } from './readiness.ts';

interface OverviewBase {
  readonly database: Database;
  readonly clock: Clock;
  readonly isTimeMoved: boolean;
  readonly switches: SwitchboardHolder;
  readonly writers: number;
  readonly incidents: IncidentHolder;
}

/** What the console begins with: what is sold and used now, and how the server is. */
export function overviewShare(base: OverviewBase, engine: RunningEngine): ConsoleShare {
  const { database, clock, isTimeMoved, switches, writers, incidents } = base;
  const routes = overviewRoutes({
    engine: () => ({ lanes: engine.laneCount, writers, waiting: engine.waiting() }),
    async health() {
      const troubles = await judgeReadiness(database, isTimeMoved ? null : clock, engine);
      return READINESS_PARTS.map((part) => ({
        part,
        trouble: troubles.find((each) => each.part === part)?.reason ?? null,
      }));
    },
    stopsInForce: (issuerId, at) =>
      switches
        .current()
        .all(issuerId)
        .filter((each) => phaseInForce(each, at) !== null).length,
    incidentsOpen: (issuerId, at) =>
      incidents
        .current()
        .incidents.filter((each) => each.issuerId === issuerId && !isOverAt(each, at)).length,
  });
  return { routes: () => [routes] };
}
