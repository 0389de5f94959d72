/** Raft with a fault: what seeds and exploration must find. */
import type { CoreOf, Input, Output, Protocol, Rename } from '@dsys/core';
import { applyCommitted } from '../src/commit.js';
import { type RaftCore, type RaftState, type RaftWords, raft } from '../src/index.js';
import { majority } from '../src/quorum.js';

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
export const hasty: Protocol<RaftWords> = /* @__PURE__ */ wrapped((core, outputs, now) => {
  const last = outputs.findLast((output) => output.type === 'persist');
  if (last?.type !== 'persist' || last.writes.some(({ type }) => type !== 'hardState')) return outputs;
  return [...outputs, ...core.step({ type: 'persisted', id: last.id, position: 0 }, now)];
});

/** Broken (R2): a leader commits whatever a majority has, entries of former terms by themselves too (Raft §5.4.2, Figure 8). */
export const careless: Protocol<RaftWords> = /* @__PURE__ */ wrapped((core, outputs, now) => {
  const index = commonTo(core.state, majority(core.state.configuration.voters.length));
  return index === null ? outputs : committing(core, index, outputs, now);
});

/** Broken (R12): a leader takes one node less than a majority for enough. */
export const lax: Protocol<RaftWords> = /* @__PURE__ */ wrapped((core, outputs, now) => {
  const index = commonTo(core.state, majority(core.state.configuration.voters.length) - 1);
  return index === null || core.state.log.termAt(index) !== core.state.term
    ? outputs
    : committing(core, index, outputs, now);
});

/** The highest index that so many voters have on disk, as this leader knows; null where nobody leads, or nothing is new. */
function commonTo(
  { role, configuration, progress, id: self, durable, commitIndex }: Readonly<RaftState>,
  count: number,
): number | null {
  if (role !== 'leader') return null;
  const indices = configuration.voters.map(({ id }) =>
    id === self ? durable.lastIndex : (progress.get(id)?.matchIndex ?? 0),
  );
  const index = indices.sort((a, b) => b - a)[count - 1]!;
  return index > commitIndex ? index : null;
}

function committing(core: RaftCore, index: number, outputs: Output<RaftWords>[], now: number): Output<RaftWords>[] {
  const state = core.state as RaftState;
  state.commitIndex = index;
  const more = [...outputs];
  applyCommitted(state, now, more);
  return more;
}

/** After each step of the right one. */
type Afterwards = (core: RaftCore, outputs: Output<RaftWords>[], now: number) => Output<RaftWords>[];

function wrapped(afterwards: Afterwards): Protocol<RaftWords> {
  return {
    ...RAFT,
    recover(options, recovery, records, now) {
      const { core, outputs } = RAFT.recover(options, recovery, records, now);
      return { core: new Wrapped(core as RaftCore, afterwards), outputs };
    },
  };
}

class Wrapped implements CoreOf<RaftWords> {
  readonly inner: RaftCore;
  private readonly afterwards: Afterwards;

  constructor(inner: RaftCore, afterwards: Afterwards) {
    this.inner = inner;
    this.afterwards = afterwards;
  }

  step(input: Input<RaftWords>, now: number): Output<RaftWords>[] {
    return this.afterwards(this.inner, this.inner.step(input, now), now);
  }

  deadline(): number | null {
    return this.inner.deadline();
  }

  clone(): this {
    return new Wrapped(this.inner.clone(), this.afterwards) as this;
  }

  fingerprint(now: number, rename?: Rename): string {
    return this.inner.fingerprint(now, rename);
  }
}

/** The state of any of these cores. */
export const stateOf = (core: CoreOf<RaftWords>): Readonly<RaftState> =>
  ((core instanceof Wrapped ? core.inner : core) as RaftCore).state;
