import type { NodeId } from '@dsys/transport';
import type { Input, Ref } from '../input.js';
import type { Protocol } from '../protocol.js';
import type { Random } from '../random.js';
import type { Vocabulary } from '../vocabulary.js';

/** A protocol, and what a world needs to know to run it. */
export interface ProtocolUnderTest<V extends Vocabulary> {
  readonly protocol: Protocol<V>;
  /** The options of node `id` in a cluster of these nodes. Patience of some tens of milliseconds fits the world's pace. */
  options(nodes: readonly NodeId[], id: NodeId): V['options'];
  /** How many nodes, 1 to 7. Default 3. */
  readonly nodeCount?: number;
  /** A command to propose. Default: up to 8 random bytes. */
  command?(random: Random): Uint8Array;
  /** Something else to ask, such as a read, to be answered under `ref`. Default: nothing. */
  input?(random: Random, ref: Ref): Input<V> | null;
  /** False where nothing is ever answered `applied`. Default true: then something must be, once all is well. */
  readonly appliesProposals?: boolean;
  /** True where messages or records carry times of a clock: then a run that begins later is another run. Default false. */
  readonly carriesTime?: boolean;
}
