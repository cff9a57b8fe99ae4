import type { BenchPostgres } from './postgres.ts';

/** One line of the table: what was measured, ours, what it stands beside, and the sentence that explains it. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  readonly beside: string;
  readonly ratio: string;
  readonly note: string;
}

export interface BenchPart {
  readonly name: string; // as given to `npm run bench -- NAME`
  readonly isLong: boolean; // only with --long
  run(bench: BenchSetting): Promise<readonly Figure[]>;
}

export interface BenchSetting {
  readonly seconds: number; // of each measurement
  readonly startPostgres: () => Promise<BenchPostgres>;
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(1)}x`;
}

export function us(value: number): string {
  return `${Math.round(value)} us`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
