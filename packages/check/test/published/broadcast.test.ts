import { expect, test } from 'vitest';
import type { TransitionSystem } from '../../src/index.js';
import { explore } from './exploring.js';

/** Srikanth and Toueg's reliable broadcast (1987, Figure 7), as in tlaplus/Examples `bcastByz/bcastByz.tla`. */
interface State {
  readonly pc: readonly ('V0' | 'V1' | 'SE' | 'AC')[];
  /** Sets of senders, as bits. */
  readonly rcvd: readonly number[];
  readonly sent: number;
  readonly faulty: number;
}

interface Shape {
  readonly n: number;
  readonly t: number;
  readonly f: number;
  readonly begins: readonly ('V0' | 'V1')[];
}

function broadcast({ n, t, f, begins }: Shape): TransitionSystem<State> {
  const all = Array.from({ length: n }, (_, i) => i);
  const bits = (set: number) => all.filter((i) => (set >> i) & 1).length;
  const faultySets = Array.from({ length: 1 << n }, (_, set) => set).filter((set) => bits(set) === f);
  const starts = all.reduce<('V0' | 'V1')[][]>(
    (found, _) => found.flatMap((pc) => begins.map((each) => [...pc, each])),
    [[]],
  );
  return {
    *initial() {
      for (const faulty of faultySets) for (const pc of starts) yield { pc, rcvd: all.map(() => 0), sent: 0, faulty };
    },
    *next(s) {
      for (const p of all) {
        if ((s.faulty >> p) & 1) continue;
        const may = s.sent | s.faulty | s.rcvd[p]!;
        for (let rcvd = may; rcvd >= 0; rcvd = rcvd === 0 ? -1 : (rcvd - 1) & may) {
          if ((rcvd & s.rcvd[p]!) !== s.rcvd[p]) continue;
          const k = bits(rcvd);
          const heard = { ...s, rcvd: s.rcvd.with(p, rcvd) };
          const pc = s.pc[p]!;
          const begins_ = pc === 'V0' || pc === 'V1';
          if (pc === 'V1' || (begins_ && k >= n - 2 * t && k < n - t))
            yield { action: `${p} sends`, state: { ...heard, pc: s.pc.with(p, 'SE'), sent: s.sent | (1 << p) } };
          if (begins_ && k >= n - t)
            yield { action: `${p} accepts`, state: { ...heard, pc: s.pc.with(p, 'AC'), sent: s.sent | (1 << p) } };
          if (pc === 'SE' && k >= n - t) yield { action: `${p} accepts`, state: { ...heard, pc: s.pc.with(p, 'AC') } };
        }
      }
    },
  };
}

test('4 processes, 1 faulty: 14,424 states, 64 of them initial, 7 levels', () => {
  const shape: Shape = { n: 4, t: 1, f: 1, begins: ['V0', 'V1'] };
  expect([...broadcast(shape).initial()]).toHaveLength(64);
  expect(explore(broadcast(shape))).toMatchObject({ states: 14_424, levels: 7, isComplete: true });
});

test('10 processes, 2 faulty, nobody broadcasts: nothing is ever accepted, 45 states', () => {
  const found = explore(broadcast({ n: 10, t: 3, f: 2, begins: ['V0'] }), {
    invariants: { unforgeable: ({ pc }) => !pc.includes('AC') },
  });
  expect(found).toMatchObject({ states: 45, violation: null });
});
