/**
 * The middle of Figure 8 (Raft §5.4.2) with three nodes: the entries of two leaderships, each on one node alone.
 *
 *     n1   1 2          led in term 2, and has heard of term 3
 *     n2   1 3          leads in term 3
 *     n3   1            has heard neither
 */
import { named } from '@dsys/sim';
import type { RaftWorld } from './exploring.js';

/** Brings a cluster that was just bootstrapped there, without delays of its disks; what is on its way then is lost. */
export function bringToFigure8(world: RaftWorld): void {
  const deliver = (from: string, to: string): void =>
    world.perform(named({ type: 'deliver', frame: world.network.lastOn(from, to)!.id }));
  world.perform(named({ type: 'timeout', node: 'n1' }));
  deliver('n1', 'n2');
  deliver('n2', 'n1');
  world.perform(named({ type: 'timeout', node: 'n2' }));
  deliver('n2', 'n1'); // Its log is behind.
  deliver('n2', 'n3');
  deliver('n3', 'n2');
  for (const frame of world.network.inOrder()) world.network.drop(frame.id);
}
