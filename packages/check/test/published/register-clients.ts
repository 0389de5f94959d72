/**
 * The world of stateright's register examples (`src/actor/{model,register,network}.rs`): servers, and clients that each
 * write once and then read once, over a network that reorders and neither loses nor repeats. The state has the history
 * that the clients recorded, since that is what linearizability is judged by; how it is recorded changes the counts.
 */
import type { TransitionSystem } from '../../src/index.js';

export type Message = readonly [type: string, ...args: unknown[]];

/** A server: what it makes of a message, or null when it does nothing at all. */
export interface Server<S> {
  readonly init: (self: number) => S;
  readonly receive: (state: S, self: number, from: number, message: Message) => Reaction<S> | null;
}

export interface Reaction<S> {
  readonly state: S;
  readonly sends: readonly (readonly [to: number, message: Message])[];
}

interface Client {
  readonly awaiting: number | null;
  readonly ops: number;
}

type Call = readonly [f: 'write', value: string] | readonly [f: 'read'];
/** For each other client with completed operations, the index of its last one when this one was called. */
type Seen = readonly (readonly [client: number, index: number])[];

interface Recorded {
  readonly completed: readonly (readonly [call: Call, result: string | null, seen: Seen])[];
  readonly open: readonly [call: Call, seen: Seen] | null;
}

export interface World<S> {
  readonly servers: readonly S[];
  readonly clients: readonly Client[];
  /** A multiset of `[from, to, message]`, as sorted text. */
  readonly network: readonly string[];
  readonly history: readonly Recorded[];
}

/** The register examples: `servers` of a kind and `clients` with values 'A', 'B' … */
export function registerClients<S>(
  { init, receive }: Server<S>,
  { servers, clients }: { readonly servers: number; readonly clients: number },
): TransitionSystem<World<S>> {
  const indices = Array.from({ length: clients }, (_, c) => c);
  const envelope = (from: number, to: number, message: Message) => JSON.stringify([from, to, message]);
  const invoke = (history: readonly Recorded[], client: number, call: Call): readonly Recorded[] => {
    const seen: Seen = indices
      .filter((other) => other !== client && history[other]!.completed.length > 0)
      .map((other) => [other, history[other]!.completed.length - 1] as const);
    return history.with(client, { ...history[client]!, open: [call, seen] });
  };
  const answer = (history: readonly Recorded[], client: number, result: string | null): readonly Recorded[] => {
    const { completed, open } = history[client]!;
    return history.with(client, { completed: [...completed, [open![0], result, open![1]]], open: null });
  };

  return {
    initial() {
      let history: readonly Recorded[] = indices.map(() => ({ completed: [], open: null }));
      const network: string[] = [];
      for (const c of indices) {
        const id = servers + c;
        const value = String.fromCharCode(65 + c);
        history = invoke(history, c, ['write', value]);
        network.push(envelope(id, id % servers, ['Put', id, value]));
      }
      return [
        {
          servers: Array.from({ length: servers }, (_, self) => init(self)),
          clients: indices.map((c) => ({ awaiting: servers + c, ops: 1 })),
          network: network.sort(),
          history,
        },
      ];
    },
    *next(world) {
      for (const text of new Set(world.network)) {
        const [from, to, message] = JSON.parse(text) as [number, number, Message];
        const left = world.network.toSpliced(world.network.indexOf(text), 1);
        if (to < servers) {
          const reaction = receive(world.servers[to]!, to, from, message);
          if (reaction === null) continue;
          const sent = reaction.sends.map(([dst, each]) => envelope(to, dst, each));
          const state = world.servers.with(to, reaction.state);
          yield { action: text, state: { ...world, servers: state, network: [...left, ...sent].sort() } };
          continue;
        }
        const c = to - servers;
        const { awaiting, ops } = world.clients[c]!;
        const [type, request, value] = message;
        if (awaiting === null || request !== awaiting) continue;
        if (type === 'PutOk') {
          const read = 2 * to;
          const history = invoke(answer(world.history, c, null), c, ['read']);
          const network = [...left, envelope(to, (to + 1) % servers, ['Get', read])].sort();
          yield {
            action: text,
            state: { ...world, clients: world.clients.with(c, { awaiting: read, ops: 2 }), network, history },
          };
        } else {
          const history = answer(world.history, c, value as string);
          const clients_ = world.clients.with(c, { awaiting: null, ops: ops + 1 });
          yield { action: text, state: { ...world, clients: clients_, network: left, history } };
        }
      }
    },
  };
}

/** Events for `linearizable` that say the same as a recorded history: real time is what the index maps tell. */
export function isLinearizable({ history }: World<unknown>): boolean {
  type Op = {
    call: Call;
    result: string | null | undefined;
    before: Map<number, number>;
    client: number;
    index: number;
  };
  const all: Op[] = history.flatMap(({ completed, open }, client) => [
    ...completed.map(([call, result, seen], index) => ({ call, result, before: new Map(seen), client, index })),
    ...(open === null
      ? []
      : [{ call: open[0], result: undefined, before: new Map(open[1]), client, index: completed.length }]),
  ]);
  const search = (done: readonly number[], value: string | null): boolean => {
    const left = all.filter(({ client, index }) => index >= done[client]!);
    if (left.every(({ result }) => result === undefined)) return true;
    return left.some(({ call, result, before, client, index }) => {
      if (index !== done[client]) return false;
      if ([...before].some(([other, last]) => done[other]! <= last)) return false;
      if (call[0] === 'read' && result !== undefined && result !== value) return false;
      return search(done.with(client, index + 1), call[0] === 'write' ? call[1] : value);
    });
  };
  return search(
    history.map(() => 0),
    NUL,
  );
}

/** What a register holds before the first write. */
export const NUL = '\0';
