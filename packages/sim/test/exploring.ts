/** The small protocols as worlds to be explored, each with a budget that is enough to go wrong. */
import { type Exploration, explore, worldSystem } from '@dsys/check';
import { type Budget, World } from '../src/index.js';
import type { BROKEN } from './systems/all.js';

type PlainSystem = (typeof BROKEN)[0];
type PlainWorld = ReturnType<typeof worldOf>;

const ask = (node: string, client: number, op: unknown) => ({ node, client, op });

const BUDGETS: readonly (readonly [begin: string, Budget])[] = [
  ['lock', { timeouts: 1, asks: [ask('a', 1, '1.0'), ask('b', 2, '2.0')] }],
  ['primary-backup', { timeouts: 0, asks: [ask('primary', 1, 'write'), ask('backup', 2, 'read')] }],
  ['paxos', { timeouts: 0, asks: [ask('n1', 1, 'v1'), ask('n2', 2, 'v2')] }],
  ['register', { timeouts: 0, asks: [ask('n1', 1, 'write 1.0'), ask('n3', 2, 'read 2.0')] }],
  ['two-phase', { timeouts: 1, crashes: 1, asks: [ask('coordinator', 1, 't1')] }],
];

interface How {
  /** Flushes take no time: then what is said too early is not found. */
  readonly fused?: boolean;
  readonly order?: 'breadth' | 'depth';
  readonly maxStates: number;
}

/** Explores it on a network that only grows. */
export function exploreSystem(
  system: PlainSystem,
  { fused = false, order = 'breadth', maxStates }: How,
): Exploration<PlainWorld> {
  return explore(worldSystem(worldOf(system, fused)), { order, maxStates });
}

function worldOf(system: PlainSystem, fused: boolean) {
  const budget = BUDGETS.find(([begin]) => system.name.startsWith(begin))![1];
  return new World(system, { network: 'set', recordHistory: false, budget, fused }).boot();
}
