/** The stream: one key a line of the bundled access log, in its order, with the exact counts that no sketch has. */
import { keysOf } from '../hashring/keys.js';

/** What of a line is counted. */
export type Field = 'path' | 'client';

export interface Stream {
  readonly field: Field;
  readonly keys: readonly string[];
}

/** The whole stream of a field. */
export function streamOf(text: string, field: Field): Stream {
  const lines = text.split('\n').filter((line) => line !== '');
  return { field, keys: lines.flatMap((line) => keysOf(line, field).keys) };
}

/** How often each key came among the first `lines`, the most frequent first, then by name. */
export function exactCounts({ keys }: Stream, lines: number): [key: string, count: number][] {
  const counts = new Map<string, number>();
  for (let i = 0; i < lines; i++) counts.set(keys[i]!, (counts.get(keys[i]!) ?? 0) + 1);
  return [...counts].sort(byCount);
}

/** The order of a list of the most frequent. */
export const byCount = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
