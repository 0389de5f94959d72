import type { Input, Output, Vocabulary } from '@dsys/core';
import type { Asked } from './ledger.js';
import type { Frame } from './network.js';
import type { SimNode } from './sim-node.js';

/** What a scheduler is told, so that it need not list what is enabled. */
export interface Watcher<V extends Vocabulary> {
  /** A frame is on its way. */
  sent(frame: Frame): void;
  /** A flush of this node has begun, and completes when the scheduler says so. */
  flushing(node: SimNode<V>): void;
  /** Its state machine has something to do. */
  applying(node: SimNode<V>): void;
  /** It has begun something about a snapshot. */
  owing(node: SimNode<V>): void;
  /** The node was stepped: its deadline may be another. */
  stepped(node: SimNode<V>, input: Input<V> | null, outputs: readonly Output<V>[]): void;
  /** An operation has its answer. */
  answered(asked: Asked, type: 'ok' | 'fail' | 'info', value: unknown): void;
}
