import { expect, test } from 'vitest';
import { explore } from './exploring.js';
import {
  isLinearizable,
  type Message,
  NUL,
  type Reaction,
  registerClients,
  type Server,
  type World,
} from './register-clients.js';

/** One copy, one server: `examples/single-copy-register.rs`. */
const singleCopy: Server<string> = {
  init: () => NUL,
  receive(value, _self, from, [type, request, written]) {
    if (type === 'Put') return { state: written as string, sends: [[from, ['PutOk', request]]] };
    return { state: value, sends: [[from, ['GetOk', request, value]]] };
  },
};

type Sequence = readonly [clock: number, id: number];

interface Abd {
  readonly seq: Sequence;
  readonly value: string;
  readonly phase:
    | null
    | {
        readonly query: number;
        readonly client: number;
        readonly write: string | null;
        readonly responses: readonly (readonly [server: number, seq: Sequence, value: string])[];
      }
    | {
        readonly record: number;
        readonly client: number;
        readonly read: string | null;
        readonly acks: readonly number[];
      };
}

/** Attiya, Bar-Noy, Dolev, *Sharing Memory Robustly in Message-Passing Systems* (1995): `examples/linearizable-register.rs`. */
function abd(count: number): Server<Abd> {
  const majority = Math.floor(count / 2) + 1;
  const isAbove = (a: Sequence, b: Sequence) => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
  const others = (self: number, message: Message) =>
    Array.from({ length: count }, (_, i) => i)
      .filter((i) => i !== self)
      .map((i) => [i, message] as const);
  const adopt = (state: Abd, seq: Sequence, value: string): Abd =>
    isAbove(seq, state.seq) ? { ...state, seq, value } : state;
  return {
    init: (self) => ({ seq: [0, self], value: NUL, phase: null }),
    receive(state, self, from, [type, ...args]): Reaction<Abd> | null {
      const { phase, seq, value } = state;
      switch (type) {
        case 'Put':
        case 'Get': {
          if (phase !== null) return null;
          const [request, written = null] = args as [number, string?];
          const query = { query: request, client: from, write: written, responses: [[self, seq, value] as const] };
          return { state: { ...state, phase: query }, sends: others(self, ['Query', request]) };
        }
        case 'Query':
          return { state, sends: [[from, ['AckQuery', args[0], seq, value]]] };
        case 'Record': {
          const [request, newSeq, newValue] = args as [number, Sequence, string];
          return { state: adopt(state, newSeq, newValue), sends: [[from, ['AckRecord', request]]] };
        }
        case 'AckQuery': {
          const [request, theirs, theirValue] = args as [number, Sequence, string];
          if (phase === null || !('query' in phase) || phase.query !== request) return null;
          const responses = [
            ...phase.responses.filter(([server]) => server !== from),
            [from, theirs, theirValue] as const,
          ].sort((a, b) => a[0] - b[0]);
          if (responses.length !== majority) return { state: { ...state, phase: { ...phase, responses } }, sends: [] };
          let [, best, bestValue] = responses[0]!;
          for (const [, each, its] of responses) if (isAbove(each, best)) [best, bestValue] = [each, its];
          const [newSeq, newValue]: [Sequence, string] =
            phase.write === null ? [best, bestValue] : [[best[0] + 1, self], phase.write];
          const record = {
            record: request,
            client: phase.client,
            read: phase.write === null ? newValue : null,
            acks: [self],
          };
          return {
            state: { ...adopt(state, newSeq, newValue), phase: record },
            sends: others(self, ['Record', request, newSeq, newValue]),
          };
        }
        case 'AckRecord': {
          if (phase === null || !('record' in phase) || phase.record !== args[0] || phase.acks.includes(from))
            return null;
          const acks = [...phase.acks, from].sort();
          if (acks.length !== majority) return { state: { ...state, phase: { ...phase, acks } }, sends: [] };
          const reply: Message = phase.read === null ? ['PutOk', phase.record] : ['GetOk', phase.record, phase.read];
          return { state: { ...state, phase: null }, sends: [[phase.client, reply]] };
        }
        default:
          return null;
      }
    },
  };
}

const invariants = { linearizable: (world: World<unknown>) => isLinearizable(world) };
const sometimes = { read: ({ history }: World<unknown>) => history.some(({ completed }) => completed.length === 2) };

test('a single-copy register, 2 clients, 1 server: 93 states, 8 deliveries deep', () => {
  const found = explore(registerClients(singleCopy, { servers: 1, clients: 2 }), { invariants, sometimes });
  expect(found).toMatchObject({ states: 93, levels: 9, isComplete: true, violation: null });
  expect(found.sometimes.read).toBeGreaterThan(0);
});

test('two copies that know nothing of each other are not one register: 62 states, and a contradiction among them', () => {
  const system = registerClients(singleCopy, { servers: 2, clients: 2 });
  expect(explore(system).states).toBe(62);
  expect(explore(system, { invariants }).violation).toMatchObject({ invariant: 'linearizable' });
});

test('the ABD register, 2 clients, 2 servers: 544 states, 24 deliveries deep', () => {
  const found = explore(registerClients(abd(2), { servers: 2, clients: 2 }), { invariants, sometimes });
  expect(found).toMatchObject({ states: 544, levels: 25, isComplete: true, violation: null });
  expect(found.sometimes.read).toBeGreaterThan(0);
});
