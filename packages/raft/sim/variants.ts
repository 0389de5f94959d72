/** Raft with a fault: what seeds and exploration must find. */
import type { CoreOf, Input, Output, Protocol, Rename } from '@dsys/core';
import { type RaftCore, type RaftState, type RaftWords, raft } from '../src/index.js';

/** The right one. */
export const RAFT: Protocol<RaftWords> = /* @__PURE__ */ raft({ cluster: 'sim' });

/** Broken: a node that comes back has forgotten whom it voted for. */
export const forgetful: Protocol<RaftWords> = {
  ...RAFT,
  recover(options, recovery, records, now) {
    const recovered = RAFT.recover(options, recovery, records, now);
    const state = stateOf(recovered.core) as RaftState;
    state.votedFor = null;
    state.durable = { ...state.durable, votedFor: null };
    return recovered;
  },
};

/** Broken: a node takes a write of its term and vote for durable as soon as it has asked for it. */
export const hasty: Protocol<RaftWords> = {
  ...RAFT,
  recover(options, recovery, records, now) {
    const { core, outputs } = RAFT.recover(options, recovery, records, now);
    return { core: new Hasty(core), outputs };
  },
};

class Hasty implements CoreOf<RaftWords> {
  readonly inner: CoreOf<RaftWords>;

  constructor(inner: CoreOf<RaftWords>) {
    this.inner = inner;
  }

  step(input: Input<RaftWords>, now: number): Output<RaftWords>[] {
    const outputs = this.inner.step(input, now);
    const last = outputs.findLast((output) => output.type === 'persist');
    if (last?.type !== 'persist' || last.writes.some(({ type }) => type !== 'hardState')) return outputs;
    return [...outputs, ...this.inner.step({ type: 'persisted', id: last.id, position: 0 }, now)];
  }

  deadline(): number | null {
    return this.inner.deadline();
  }

  clone(): this {
    return new Hasty(this.inner.clone()) as this;
  }

  fingerprint(now: number, rename?: Rename): string {
    return this.inner.fingerprint(now, rename);
  }
}

/** The state of any of these cores. */
export const stateOf = (core: CoreOf<RaftWords>): Readonly<RaftState> =>
  ((core instanceof Hasty ? core.inner : core) as RaftCore).state;
