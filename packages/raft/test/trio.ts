/** Three nodes driven by hand: a clock that is set, frames in one queue, disks that are done when they are told so. */
import type { Input, Output } from '@dsys/core';
import { type RaftCore, type RaftMessage, type RaftWords, raft } from '@dsys/raft';
import { GROUP, THREE } from './samples.js';

export interface Seen {
  readonly id: string;
  readonly input: Input<RaftWords> | null;
  readonly outputs: readonly Output<RaftWords>[];
  /** As it is after the step. */
  readonly core: RaftCore;
}

export class Trio {
  readonly protocol = raft(GROUP);
  readonly cores = new Map<string, RaftCore>();
  readonly frames: { readonly from: string; readonly to: string; readonly message: RaftMessage }[] = [];
  readonly applied: string[] = [];
  now = 0;
  #position = 0;
  readonly #before: (id: string, core: RaftCore) => void;
  readonly #seen: (seen: Seen) => void;

  constructor(before: (id: string, core: RaftCore) => void, seen: (seen: Seen) => void) {
    this.#before = before;
    this.#seen = seen;
    for (const [i, { id }] of THREE.voters.entries()) {
      const options = {
        bootstrap: THREE,
        seed: i,
        electionTimeoutMs: { min: 100, max: 100 },
        heartbeatMs: 20,
      };
      const past = { id, boot: 1, appliedIndex: 0, nextPosition: 1, snapshots: [], damage: null };
      const { core, outputs } = this.protocol.recover(options, past, [], 0);
      this.cores.set(id, core as RaftCore);
      this.#seen({ id, input: null, outputs, core: core as RaftCore });
      this.#perform(id, outputs);
    }
  }

  step(id: string, input: Input<RaftWords>): void {
    const core = this.cores.get(id)!;
    this.#before(id, core);
    const outputs = core.step(input, this.now);
    this.#seen({ id, input, outputs, core });
    this.#perform(id, outputs);
  }

  /** Delivers all there is, in order. */
  settle(): void {
    for (let frame = this.frames.shift(); frame !== undefined; frame = this.frames.shift())
      this.step(frame.to, { type: 'receive', from: frame.from, message: frame.message });
  }

  /** Lets time pass up to the first deadline, and beyond to none. */
  tick(): void {
    const [first] = [...this.cores].sort(([, a], [, b]) => a.deadline() - b.deadline());
    this.now = Math.max(this.now, first![1].deadline());
    this.step(first![0], { type: 'timeout' });
    this.settle();
  }

  #perform(id: string, outputs: readonly Output<RaftWords>[]): void {
    for (const output of outputs) {
      if (output.type === 'send')
        for (const to of typeof output.to === 'string' ? [output.to] : output.to)
          this.frames.push({
            from: id,
            to,
            message: this.protocol.decodeMessage(this.protocol.encodeMessage(output.message)),
          });
      if (output.type === 'apply') {
        this.applied.push(...output.entries.map(({ index }) => `${id}:${index}`));
        this.step(id, { type: 'applied', index: output.index });
      }
    }
    for (const output of outputs)
      if (output.type === 'persist') this.step(id, { type: 'persisted', id: output.id, position: ++this.#position });
  }
}
