import type { NodeId } from '@dsys/transport';
import type { Input } from '../input.js';
import type { Vocabulary } from '../vocabulary.js';

/** What a node was made of when it failed. */
export type FailedPart = 'core' | 'state-machine' | 'storage' | 'transport';

/** An input and the time at which it was stepped. */
export interface TimedInput<V extends Vocabulary> {
  readonly now: number;
  readonly input: Input<V>;
}

/** What `NodeFailed` is made from. */
export interface Failure {
  readonly node: NodeId;
  readonly part: FailedPart;
  readonly cause: unknown;
  readonly inputs: readonly TimedInput<Vocabulary>[];
}

const WHAT_TO_DO: Record<FailedPart, string> = {
  core: 'This is a fault of the protocol, or of the process: report it with error.inputs, then start the node again',
  'state-machine': 'Mend the state machine, then start the node again: what it left half done is not known',
  storage: 'Start the node again: only then is it known what is on the disk',
  transport: 'Start the node again with a new transport',
};

const WHO: Record<FailedPart, string> = {
  core: 'its core threw',
  'state-machine': 'its state machine failed',
  storage: 'its storage failed for good',
  transport: 'its transport failed',
};

/**
 * A node that has stopped because a part of it failed. Everything outstanding was answered `unknown`, and nothing is
 * acknowledged any more. `inputs` are the last that were stepped, oldest first, plain data; when the core threw, it threw
 * at the last one. `cause` is what was thrown.
 */
export class NodeFailed extends Error {
  override readonly name: string = 'NodeFailed';
  readonly code = 'node-failed';
  readonly node: NodeId;
  readonly part: FailedPart;
  readonly inputs: readonly TimedInput<Vocabulary>[];

  constructor({ node, part, cause, inputs }: Failure) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`node ${node} has stopped, ${WHO[part]}: ${said}. ${WHAT_TO_DO[part]}`, { cause });
    this.node = node;
    this.part = part;
    this.inputs = inputs;
  }
}

/** Something was asked of a node that is closed. */
export class NodeClosed extends Error {
  override readonly name: string = 'NodeClosed';
  readonly code = 'node-closed';

  constructor(node: NodeId) {
    super(`node ${node} is closed`);
  }
}

/** The last inputs of a node. Costs two writes an input. */
export class LastInputs<V extends Vocabulary> {
  private readonly inputs: (Input<V> | undefined)[];
  private readonly times: number[];
  private count = 0;

  constructor(size: number) {
    this.inputs = new Array<Input<V> | undefined>(size).fill(undefined);
    this.times = new Array<number>(size).fill(0);
  }

  note(input: Input<V>, now: number): void {
    const at = this.count++ % this.inputs.length;
    this.inputs[at] = input;
    this.times[at] = now;
  }

  /** Oldest first. */
  list(): TimedInput<V>[] {
    const size = this.inputs.length;
    const list: TimedInput<V>[] = [];
    for (let i = Math.max(0, this.count - size); i < this.count; i++)
      list.push({ now: this.times[i % size]!, input: this.inputs[i % size]! });
    return list;
  }
}
