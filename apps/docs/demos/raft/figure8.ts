/** Sees Figure 8 happen: an entry is on the disks of a majority, was not committed, and gives way to another. */

import type { RaftWords } from '@dsys/raft';
import type { Monitor } from '@dsys/sim';
import { stateOf } from './broken.js';

export const OVERWRITTEN = 'an entry on a majority’s disks is overwritten';

interface Seen {
  /** What each disk has: terms by index. It outlives a crash. */
  readonly disks: Readonly<Record<string, ReadonlyMap<number, number>>>;
  /** What a majority had once: `index:term`. */
  readonly common: readonly string[];
}

/** Breaks nothing. */
export function figure8(nodeCount: number): Monitor<RaftWords, Seen> {
  return {
    name: 'Figure 8',
    init: { disks: {}, common: [] },
    sometimes: [OVERWRITTEN],
    observe(seen, event, report) {
      if (event.type !== 'stepped') return seen;
      const { log, durable } = stateOf(event.core);
      const overwritten = seen.common.some((name) => {
        const [index, term] = name.split(':').map(Number) as [number, number];
        const had = seen.disks[event.node]?.get(index) === term;
        return had && index >= log.firstIndex && (index > log.lastIndex || log.termAt(index) !== term);
      });
      if (overwritten) report.sometimes(OVERWRITTEN);
      const disk = new Map(log.slice(log.firstIndex, durable.lastIndex).map(({ index, term }) => [index, term]));
      const disks = { ...seen.disks, [event.node]: disk };
      const common = [...disk].flatMap(([index, term]) => {
        const count = Object.values(disks).filter((each) => each.get(index) === term).length;
        return count > nodeCount / 2 && !seen.common.includes(`${index}:${term}`) ? [`${index}:${term}`] : [];
      });
      return { disks, common: common.length === 0 ? seen.common : [...seen.common, ...common] };
    },
    // Nothing rests on it.
    fingerprint: () => '',
  };
}
