/** What many trials measured at each of some points: where the middle is, and where nine of ten lie. */
export interface Band {
  readonly mean: readonly number[];
  /** The 5th percentile. */
  readonly low: readonly number[];
  /** The 95th percentile. */
  readonly high: readonly number[];
}

/** A row a point, a value a trial. */
export function bandOf(rows: readonly (readonly number[])[]): Band {
  const sorted = rows.map((row) => row.toSorted((a, b) => a - b));
  const at = (row: readonly number[], share: number): number => row[Math.round(share * (row.length - 1))]!;
  return {
    mean: rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length),
    low: sorted.map((row) => at(row, 0.05)),
    high: sorted.map((row) => at(row, 0.95)),
  };
}

/** Round numbers from 0 to `most`, at most about `count` of them. */
export function ticks(most: number, count: number): number[] {
  if (!(most > 0)) return [0];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}
