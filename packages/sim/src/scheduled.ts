/**
 * What a random schedule needs of a world: both kinds have it, that of cores and that of services written with promises.
 */
import type { Random, Violation } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { MemoryDisk } from '@dsys/wal';
import type { SimAction } from './action.js';
import type { HistoryEvent } from './history.js';
import type { Frame, Network } from './network.js';
import type { Skew } from './skew.js';

/** Something that a node has begun, and that completes when the world says so. */
export type Owed = 'flushed' | 'applied' | 'snapshot';

/** One node, as a schedule sees it. */
export interface ScheduledNode extends Skew {
  readonly id: NodeId;
  readonly state: 'up' | 'down' | 'failed' | 'paused';
  /** Whether it runs: it is neither down nor failed nor paused. */
  readonly isUp: boolean;
  /** Whether clients can ask it. */
  readonly isReady: boolean;
  /** It failed through no fault of its own: its disk did. */
  readonly diskFailed: boolean;
  readonly disk: MemoryDisk;
  /** Whether it has begun this, and it can be completed. */
  owes(what: Owed): boolean;
  /** By its own clock, ms: when it is to be stepped at the latest. */
  deadline(): number | null;
  /** What its clock shows, in whole milliseconds. */
  nowMs(nowUs: number): number;
  /** The first microsecond of the world at which its clock shows so many milliseconds. */
  whenUs(ms: number): number;
}

/** A world, as a schedule sees it. */
export interface ScheduledWorld<N extends ScheduledNode> {
  readonly system: {
    /** What clients do; nothing, where it is missing. */
    readonly workload?: {
      /** The next operation of a client. */
      next(random: Random, client: number, count: number): unknown;
    };
  };
  readonly nodes: ReadonlyMap<NodeId, N>;
  readonly network: Network;
  readonly now: number;
  /** Frames of a lane never overtake one another, and none comes twice. */
  readonly isOrdered: boolean;
  /** Frames that came out of tampering, and those that it held back. */
  readonly tampered: number;
  /** Starts every node. Once, when the watcher is set. */
  boot(): unknown;
  /** Moves the time line forward. */
  advance(toUs: number): void;
  /** Whether its receiver is up and its link is whole. */
  canDeliver(frame: Frame): boolean;
  /** Its receiver gets the frame, which is left where it is. */
  deliver(frame: Frame): void;
  /** What the node has begun completes. */
  complete(what: Owed, node: N): void;
  /** Steps the node's timers, if its clock says that one is due. */
  maybeTimeout(node: N): void;
  /** A client asks this node. */
  ask(node: N, client: number, op: unknown): void;
  /** Lets it happen; false when it can't happen now. */
  tryPerform(action: SimAction): boolean;
  /** The first invariant that was broken. */
  violation(): Violation | null;
  /** Nothing has gone wrong for a while: what must be true then, is. */
  judgePeace(): void;
  /** How often what should happen sometimes did. */
  sometimes(): Readonly<Record<string, number>>;
  /** What clients saw. */
  history(): readonly HistoryEvent[];
  /** Of the whole state, 16 hexadecimal digits. */
  digest(): string;
}
