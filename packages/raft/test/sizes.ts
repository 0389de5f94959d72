/** Clusters of many sizes without faults: what an operation costs in each. */
import { GENTLE, type SimulationResult, simulate } from '@dsys/sim';
import { RUN, raftSystem } from '../sim/cluster.js';
import { judge } from '../sim/workload.js';

/** Of one size. */
export interface SizeReport {
  readonly result: SimulationResult;
  readonly verdict: string;
  /** `nodes  messages an operation  ms a write` */
  readonly row: string;
}

/** Lets clients ask until so many operations are acknowledged, and then for one more second. */
export function runOfSize(nodes: number, operations: number): SizeReport {
  const system = raftSystem({ nodes, options: { seed: nodes } });
  const result = simulate(system, { ...RUN, seed: nodes, profile: GENTLE, operations, tailUs: 1_000_000 });
  const { history, deliveries, acknowledged } = result;
  const begun = new Map<unknown, number>();
  const writes: number[] = [];
  for (const { process, type, f, time } of history)
    if (type === 'invoke') begun.set(process, time!);
    else if (type === 'ok' && f === 'write') writes.push(time! - begun.get(process)!);
  writes.sort((a, b) => a - b);
  const median = writes[writes.length >> 1] ?? Number.NaN;
  const row = `${`${nodes}`.padStart(3)} nodes ${(deliveries / acknowledged).toFixed(1).padStart(7)} messages an operation, ${(median / 1_000).toFixed(1)} ms a write`;
  return { result, verdict: judge(history).verdict, row };
}
