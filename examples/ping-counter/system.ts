/**
 * The ping counter as a system to be run in a world: what clients ask, what must hold, and two ways to get it wrong.
 * `npm run sim -- ping-counter`
 */
import type { CoreOf, Input, Output, Protocol, Rename } from '@dsys/core';
import type { Machine, Monitor, Show, SimulateOptions, System } from '@dsys/sim';
import { PingCounter } from './core.js';
import { PING_DEFAULTS, type PingOptions, type PingWords, pingCounter } from './protocol.js';

/** The right one. `spreadMs: 0` takes chance out of the timeouts, for exploration and for hands. */
export function pingSystem(
  options: PingOptions = PING_DEFAULTS,
  protocol: Protocol<PingWords> = pingCounter,
): System<PingWords> {
  return {
    name: 'ping-counter',
    protocol,
    nodes: options.nodes,
    options: () => options,
    machine: () => tally(0),
    monitors: [oneElected, noNumberTwice],
    workload: {
      next: () => null,
      describe: () => ({ f: 'ping' }),
      input: (_op, ref) => ({ type: 'propose', commands: [{ ref, bytes: new Uint8Array(0) }] }),
      outcome(_op, answer) {
        if (answer.outcome === 'applied') return { type: 'ok', value: answer.index };
        return { type: answer.outcome === 'unknown' ? 'info' : 'fail' };
      },
    },
  };
}

/** Broken: a node that comes back has forgotten whom it voted for. */
export const forgetful: Protocol<PingWords> = {
  ...pingCounter,
  recover(options, recovery, records, now) {
    const { core, outputs } = pingCounter.recover(options, recovery, records, now);
    const { state } = core as PingCounter;
    const saved = { ...state.saved, votedFor: null };
    return { core: new PingCounter({ ...state, saved, durable: saved }), outputs };
  },
};

/** Broken: a node says what it writes at once, before it is on its disk. */
export const hasty: Protocol<PingWords> = {
  ...pingCounter,
  recover(options, recovery, records, now) {
    const { core, outputs } = pingCounter.recover(options, recovery, records, now);
    return { core: new Hasty(core), outputs };
  },
};

class Hasty implements CoreOf<PingWords> {
  readonly inner: CoreOf<PingWords>;

  constructor(inner: CoreOf<PingWords>) {
    this.inner = inner;
  }

  step(input: Input<PingWords>, now: number): Output<PingWords>[] {
    if (input.type === 'persisted') return [];
    const outputs = this.inner.step(input, now);
    const written = outputs.flatMap((output) => (output.type === 'persist' ? [output.id] : []));
    if (written.length === 0) return outputs;
    return [...outputs, ...this.inner.step({ type: 'persisted', id: Math.max(...written), position: 0 }, now)];
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

/** The state of either core. */
export const stateOf = (core: CoreOf<PingWords>): PingCounter['state'] =>
  (core instanceof Hasty ? (core.inner as PingCounter) : (core as PingCounter)).state;

/** Who was elected, by term. */
const oneElected: Monitor<PingWords, readonly (readonly [term: number, node: string])[]> = {
  name: 'at most one node is elected in a term',
  init: [],
  sometimes: ['a node is elected'],
  observe(elected, event, report) {
    if (event.type !== 'stepped') return elected;
    const found = event.outputs.find((output) => output.type === 'event');
    if (found === undefined) return elected;
    const { term } = found.event;
    const other = elected.find(([in_]) => in_ === term)?.[1];
    if (other !== undefined && other !== event.node)
      report.broken(`In term ${term} both ${other} and ${event.node} were elected.`);
    report.sometimes('a node is elected');
    return [...elected, [term, event.node] as const].sort(([a], [b]) => a - b);
  },
  fingerprint: (elected, rename) => elected.map(([term, node]) => `${term}${rename(node)}`).join(),
};

/** Numbers that were answered. They come in any order, so those above the longest run from 1 are kept one by one. */
const noNumberTwice: Monitor<PingWords, { readonly upTo: number; readonly above: readonly number[] }> = {
  name: 'no number is answered twice',
  init: { upTo: 0, above: [] },
  sometimes: ['a ping is counted'],
  observe(state, event, report) {
    if (event.type !== 'answered' || event.answer.outcome !== 'applied') return state;
    const { index } = event.answer;
    if (index <= state.upTo || state.above.includes(index)) report.broken(`${index} was answered a second time.`);
    report.sometimes('a ping is counted');
    const above = [...state.above, index].sort((a, b) => a - b);
    let { upTo } = state;
    while (above[0] === upTo + 1) upTo = above.shift()!;
    return { upTo, above };
  },
};

/** Counts what it is given. */
function tally(count: number): Machine {
  let total = count;
  return {
    apply: (entries) =>
      entries.map(() => {
        total++;
        return new Uint8Array(0);
      }),
    snapshot: () => new Uint8Array(0),
    restore: () => undefined,
    clone: () => tally(total),
    fingerprint: () => `${total}`,
  };
}

export const system: System<PingWords> = pingSystem();

export const variants: Record<string, System<PingWords>> = {
  forgetful: { ...pingSystem(PING_DEFAULTS, forgetful), name: 'ping-counter-forgetful' },
  hasty: { ...pingSystem(PING_DEFAULTS, hasty), name: 'ping-counter-hasty' },
};

export const options: Omit<SimulateOptions, 'seed'> = { scaleUs: 200_000 };

/** How a trace says what messages and nodes have, in few words. */
export const show: Show<PingWords> = {
  message: ({ type, term, count }) => `${type} term ${term} count ${count}`,
  writes: ({ term, votedFor, count }) => `term ${term}${votedFor === null ? '' : ` for ${votedFor}`} count ${count}`,
  core(core) {
    const { role, saved } = stateOf(core);
    return `${role}, term ${saved.term}, count ${saved.count}`;
  },
};
