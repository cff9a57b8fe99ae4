import type { FastifyInstance } from 'fastify';
import { monotonicMs } from '../../kernel/clock.ts';
import { LATENCY_BUCKETS_SECONDS, type Metrics } from '../../kernel/metrics.ts';

/** Operations by kind and what became of them: accepted, the refusal, not_done, outcome_unknown, throttled. */
export interface OperationFigures {
  count(kind: string, outcome: string): void;
  countBatch(items: number): void;
}

export function operationFigures(metrics: Metrics): OperationFigures {
  const operations = metrics.counter({
    name: 'kinken_http_operations_total',
    help: 'Operations that came over HTTP, by kind and outcome',
    labels: ['kind', 'outcome'],
  });
  const batches = metrics.histogram({
    name: 'kinken_http_batch_operations',
    help: 'Operations in one POST /v1/batches',
    buckets: [1, 10, 50, 100, 250, 500, 1_000],
  });
  const counted = keepChildren((kind: string, outcome: string) =>
    operations.labels({ kind, outcome }),
  );
  return {
    count: (kind, outcome) => counted(kind, outcome).inc(),
    countBatch: (items) => batches.observe(items),
  };
}

/** Requests by route and status, and how long they took. A route is a pattern, never an address as typed. */
export function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  const requests = metrics.counter({
    name: 'kinken_http_requests_total',
    help: 'Requests answered, by route and status',
    labels: ['route', 'status'],
  });
  const latency = metrics.histogram({
    name: 'kinken_http_request_seconds',
    help: 'From the first byte understood to the answer handed over',
    labels: ['route'],
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const counted = keepChildren((route: string, status: string) =>
    requests.labels({ route, status }),
  );
  const timed = keepChildren((route: string, _: string) => latency.labels({ route }));
  server.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    counted(route, String(reply.statusCode)).inc();
    timed(route, '').observe((monotonicMs() - request.arrivedAtMonotonicMs) / 1_000);
    next();
  });
}

/** prom-client hashes the labels at every call; routes and outcomes are few, so their children are kept. */
function keepChildren<Child>(make: (one: string, other: string) => Child) {
  const kept = new Map<string, Map<string, Child>>();
  return (one: string, other: string): Child => {
    let inner = kept.get(one);
    if (!inner) kept.set(one, (inner = new Map()));
    let child = inner.get(other);
    if (!child) inner.set(other, (child = make(one, other)));
    return child;
  };
}
