/** Three ways to get Raft wrong, each the real core with one fault put round it. */
import type { CoreOf, Input, Output, Protocol, Rename } from '@dsys/core';
import { RaftCore, type RaftState, type RaftWords } from '@dsys/raft';

type Step = (inner: RaftCore, input: Input<RaftWords>, now: number) => Output<RaftWords>[];

/** The state of a core, with a fault round it or without. */
export const stateOf = (core: CoreOf<RaftWords>): Readonly<RaftState> =>
  (core instanceof Faulty ? core.inner : (core as RaftCore)).state;

/** A leader that counts replicas of any term: what Figure 8 warns of (Raft §5.4.2). */
export function countsOldTerms(protocol: Protocol<RaftWords>): Protocol<RaftWords> {
  return around(protocol, (inner, input, now) => {
    const outputs = inner.step(input, now);
    const s = inner.state as RaftState;
    const index = replicated(s);
    if (s.role !== 'leader' || index <= s.commitIndex) return outputs;
    const entries = s.log.slice(s.handedIndex + 1, index).filter(({ kind }) => kind === 'command');
    s.commitIndex = index;
    s.handedIndex = index;
    return [...outputs, { type: 'apply', index, entries, refs: entries.map(() => null) }];
  });
}

/** The highest index that a majority has on disk, this leader among them. */
function replicated({ configuration, durable, id, progress }: RaftState): number {
  const indices = configuration.voters.map((voter) =>
    voter.id === id ? durable.lastIndex : (progress.get(voter.id)?.matchIndex ?? 0),
  );
  return indices.sort((a, b) => b - a)[Math.floor(indices.length / 2)] ?? 0;
}

/** A node that keeps its vote in memory only: who comes back votes again. */
export function forgetsItsVote(protocol: Protocol<RaftWords>): Protocol<RaftWords> {
  return {
    ...protocol,
    recover(options, recovery, records, now) {
      const { core, outputs } = protocol.recover(options, recovery, records, now);
      const { state } = core as RaftCore;
      const durable = { ...state.durable, votedFor: null };
      return { core: new RaftCore({ ...state, votedFor: null, durable }), outputs };
    },
  };
}

/** A node that takes a write for durable when it has asked for it, and says at once what must wait for the disk. */
export function speaksEarly(protocol: Protocol<RaftWords>): Protocol<RaftWords> {
  const early: Step = (inner, input, now) => {
    if (input.type === 'persisted') return [];
    return withEarly(inner, inner.step(input, now), now);
  };
  return {
    ...protocol,
    recover(options, recovery, records, now) {
      const { core, outputs } = protocol.recover(options, recovery, records, now);
      const inner = core as RaftCore;
      return { core: new Faulty(inner, early), outputs: withEarly(inner, outputs, now) };
    },
  };
}

/** These outputs, and what the core says once it is told that their writes are durable; that may lead to the next write. */
function withEarly(inner: RaftCore, outputs: readonly Output<RaftWords>[], now: number): Output<RaftWords>[] {
  const all = [...outputs];
  for (let done = 0; ; ) {
    const last = all.reduce((most, output) => (output.type === 'persist' ? Math.max(most, output.id) : most), 0);
    if (last <= done) return all;
    done = last;
    all.push(...inner.step({ type: 'persisted', id: last, position: 0 }, now));
  }
}

function around(protocol: Protocol<RaftWords>, step: Step): Protocol<RaftWords> {
  return {
    ...protocol,
    recover(options, recovery, records, now) {
      const { core, outputs } = protocol.recover(options, recovery, records, now);
      return { core: new Faulty(core as RaftCore, step), outputs };
    },
  };
}

class Faulty implements CoreOf<RaftWords> {
  readonly inner: RaftCore;
  private readonly how: Step;

  constructor(inner: RaftCore, how: Step) {
    this.inner = inner;
    this.how = how;
  }

  step(input: Input<RaftWords>, now: number): Output<RaftWords>[] {
    return this.how(this.inner, input, now);
  }

  deadline(): number | null {
    return this.inner.deadline();
  }

  clone(): this {
    return new Faulty(this.inner.clone(), this.how) as this;
  }

  fingerprint(now: number, rename?: Rename): string {
    return this.inner.fingerprint(now, rename);
  }
}
