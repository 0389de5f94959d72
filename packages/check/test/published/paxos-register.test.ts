import { expect, test } from 'vitest';
import { explore } from './exploring.js';
import {
  isLinearizable,
  type Message,
  type Reaction,
  registerClients,
  type Server,
  type World,
} from './register-clients.js';

type Ballot = readonly [round: number, id: number];
type Proposal = readonly [request: number, client: number, value: string];
type Accepted = readonly [ballot: Ballot, proposal: Proposal] | null;

interface Paxos {
  readonly ballot: Ballot;
  readonly proposal: Proposal | null;
  readonly prepares: readonly (readonly [server: number, accepted: Accepted])[];
  readonly accepts: readonly number[];
  readonly accepted: Accepted;
  readonly decided: boolean;
}

const same = (a: Ballot, b: Ballot) => a[0] === b[0] && a[1] === b[1];
const below = (a: Ballot, b: Ballot) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

/** Single-decree Paxos under a write-once register: `examples/paxos.rs`. */
function paxos(count: number): Server<Paxos> {
  const majority = Math.floor(count / 2) + 1;
  const others = (self: number, message: Message) =>
    Array.from({ length: count }, (_, i) => i)
      .filter((i) => i !== self)
      .map((i) => [i, message] as const);
  return {
    init: () => ({ ballot: [0, 0], proposal: null, prepares: [], accepts: [], accepted: null, decided: false }),
    receive(s, self, from, [type, ...args]): Reaction<Paxos> | null {
      if (s.decided) {
        if (type !== 'Get') return null;
        return { state: s, sends: [[from, ['GetOk', args[0], s.accepted![1][2]]]] };
      }
      switch (type) {
        case 'Put': {
          if (s.proposal !== null) return null;
          const ballot: Ballot = [s.ballot[0] + 1, self];
          const proposal: Proposal = [args[0] as number, from, args[1] as string];
          const state: Paxos = { ...s, proposal, ballot, prepares: [[self, s.accepted]], accepts: [] };
          return { state, sends: others(self, ['Prepare', ballot]) };
        }
        case 'Prepare': {
          const ballot = args[0] as Ballot;
          if (!below(s.ballot, ballot)) return null;
          return { state: { ...s, ballot }, sends: [[from, ['Prepared', ballot, s.accepted]]] };
        }
        case 'Accept': {
          const [ballot, proposal] = args as [Ballot, Proposal];
          if (below(ballot, s.ballot)) return null;
          return { state: { ...s, ballot, accepted: [ballot, proposal] }, sends: [[from, ['Accepted', ballot]]] };
        }
        case 'Prepared': {
          const [ballot, accepted] = args as [Ballot, Accepted];
          if (!same(ballot, s.ballot)) return null;
          const prepares = [...s.prepares.filter(([server]) => server !== from), [from, accepted] as const].sort(
            (a, b) => a[0] - b[0],
          );
          if (prepares.length !== majority) return { state: { ...s, prepares }, sends: [] };
          let best: Accepted = null;
          for (const [, each] of prepares) if (each !== null && (best === null || below(best[0], each[0]))) best = each;
          const proposal = best === null ? s.proposal! : best[1];
          const accepts = s.accepts.includes(self) ? s.accepts : [...s.accepts, self].sort();
          const state: Paxos = { ...s, prepares, proposal, accepted: [ballot, proposal], accepts };
          return { state, sends: others(self, ['Accept', ballot, proposal]) };
        }
        case 'Accepted': {
          const ballot = args[0] as Ballot;
          if (!same(ballot, s.ballot)) return null;
          const accepts = s.accepts.includes(from) ? s.accepts : [...s.accepts, from].sort();
          if (accepts.length !== majority) return { state: { ...s, accepts }, sends: [] };
          const [request, client] = s.proposal!;
          return {
            state: { ...s, accepts, decided: true },
            sends: [...others(self, ['Decided', ballot, s.proposal]), [client, ['PutOk', request]]],
          };
        }
        case 'Decided': {
          const [ballot, proposal] = args as [Ballot, Proposal];
          return { state: { ...s, ballot, accepted: [ballot, proposal], decided: true }, sends: [] };
        }
        default:
          return null;
      }
    },
  };
}

test('single-decree Paxos, 2 clients, 3 servers: 16,668 states, 20 deliveries deep, 1,268 of them at an end', () => {
  const found = explore(registerClients(paxos(3), { servers: 3, clients: 2 }), {
    invariants: { linearizable: (world: World<Paxos>) => isLinearizable(world) },
    sometimes: { decided: ({ servers }) => servers.some(({ decided }) => decided) },
  });
  expect(found).toMatchObject({ states: 16_668, levels: 21, terminal: 1_268, isComplete: true, violation: null });
  expect(found.sometimes.decided).toBeGreaterThan(0);
});
