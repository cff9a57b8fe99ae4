/**
 * What Prometheus reads. Each part of the program registers its own figures here; a figure that is
 * known elsewhere (a queue's depth) is read only when somebody asks.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  counter<Label extends string = never>(figure: Figure<Label>): Counter<Label>;
  gauge<Label extends string = never>(figure: Figure<Label>): Gauge<Label>;
  histogram<Label extends string = never>(
    figure: Figure<Label> & { buckets: readonly number[] },
  ): Histogram<Label>;
  /** A gauge that is read at the moment somebody asks for it. */
  reading(figure: Figure<never>, read: () => number): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Figure<Label extends string> {
  readonly name: string; // kinken_..., unit last: _seconds, _total
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** From 1 ms to 10 s: the span between a lone redemption and a client's patience. */
export const LATENCY_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
];

export function createMetrics(options: { withProcess: boolean } = { withProcess: true }): Metrics {
  const registry = new Registry();
  if (options.withProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    counter: ({ name, help, labels = [] }) =>
      new Counter({ name, help, labelNames: labels, registers }),
    gauge: ({ name, help, labels = [] }) =>
      new Gauge({ name, help, labelNames: labels, registers }),
    histogram: ({ name, help, labels = [], buckets }) =>
      new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }),
    reading({ name, help }, read) {
      registry.registerMetric(
        new Gauge({
          name,
          help,
          registers: [],
          collect() {
            this.set(read());
          },
        }),
      );
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
