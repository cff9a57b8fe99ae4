import type { BatchNote } from '../instruments/index.ts';
import { LATENCY_BUCKETS_SECONDS, type Metrics } from '../kernel/metrics.ts';

/** What the write path tells Prometheus. */
export function measureEngine(metrics: Metrics): { onBatch(note: BatchNote): void } {
  const seconds = metrics.histogram({
    name: 'kinken_batch_seconds',
    help: 'Batches of the write path, from the first lock to the commit',
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const operations = metrics.histogram({
    name: 'kinken_batch_operations',
    help: 'Operations in one batch',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
  });
  return {
    onBatch(note) {
      seconds.observe(note.ms / 1_000);
      operations.observe(note.operations);
    },
  };
}
