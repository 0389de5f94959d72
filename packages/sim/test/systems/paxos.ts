/** Single-decree Paxos: every node proposes, accepts and learns for itself (Paxos Made Simple §2.2). */
import type { Monitor, System } from '../../src/index.js';
import { type Effect, type Plain, type PlainWords, systemOf } from './plain.js';

const NODES = ['n1', 'n2', 'n3'];
const RETRY_MS = 100;

interface Accepted {
  readonly ballot: number;
  readonly value: string;
}
type Message =
  | { readonly type: 'prepare'; readonly ballot: number }
  | { readonly type: 'promise'; readonly ballot: number; readonly accepted: Accepted | null }
  | { readonly type: 'accept'; readonly ballot: number; readonly value: string }
  | { readonly type: 'accepted'; readonly ballot: number };

/** What an acceptor must not forget; and the last ballot that it has used as a proposer. */
interface Saved {
  readonly promised: number;
  readonly accepted: Accepted | null;
  readonly used: number;
}

interface State {
  readonly id: string;
  readonly saved: Saved;
  /** Who asked for what, and how far its ballot has come. */
  readonly proposal: {
    readonly ref: number;
    readonly value: string;
    readonly chosenFor: string | null;
    readonly promises: Readonly<Record<string, Accepted | null>>;
    readonly acceptedBy: readonly string[];
  } | null;
  readonly retryAt: number;
}

const NOTHING: Saved = { promised: 0, accepted: null, used: 0 };

/** Ballots of different nodes differ: 3 · round + the node's place. */
const nextBallot = (id: string, above: number): number => (Math.floor(above / 3) + 1) * 3 + NODES.indexOf(id);

const plain = (keepsPromises: boolean): Plain<State, Message, string> => ({
  name: keepsPromises ? 'paxos' : 'paxos-without-promise',
  nodes: NODES,
  begin: (id, stored, now) => ({ id, saved: (stored as Saved | null) ?? NOTHING, proposal: null, retryAt: now }),
  deadline: ({ proposal, retryAt }) => (proposal === null ? null : retryAt),
  shown: (state, now) => ({ ...state, retryAt: state.proposal === null ? 0 : state.retryAt - now }),
  on(state, happening, now) {
    const { id, saved, proposal } = state;
    if (happening.type === 'ask') {
      if (proposal !== null) return [state, [{ refuse: happening.ref }]];
      return prepare({ ...state, proposal: begun(happening.ref, happening.op) }, now);
    }
    if (happening.type === 'timeout')
      return prepare({ ...state, proposal: begun(proposal!.ref, proposal!.value) }, now);
    const { from, message } = happening;
    const { ballot } = message;
    switch (message.type) {
      case 'prepare': {
        if (ballot <= saved.promised) return [state, []];
        const promising: Saved = { ...saved, promised: ballot };
        const promise: Effect<Message> = { to: from, say: { type: 'promise', ballot, accepted: saved.accepted } };
        return [{ ...state, saved: promising }, [{ write: promising, after: [promise] }]];
      }
      case 'accept': {
        // The fault: what was promised to a higher ballot is forgotten.
        if (keepsPromises ? ballot < saved.promised : false) return [state, []];
        const accepting: Saved = { ...saved, promised: ballot, accepted: { ballot, value: message.value } };
        const accepted: Effect<Message> = { to: from, say: { type: 'accepted', ballot } };
        return [{ ...state, saved: accepting }, [{ write: accepting, after: [accepted] }]];
      }
      case 'promise': {
        if (proposal === null || proposal.chosenFor !== null || ballot !== saved.used) return [state, []];
        const promises = { ...proposal.promises, [from]: message.accepted };
        if (Object.keys(promises).length < 2) return [{ ...state, proposal: { ...proposal, promises } }, []];
        const highest = Object.values(promises).reduce((a, b) => ((b?.ballot ?? 0) > (a?.ballot ?? 0) ? b : a));
        const value = highest?.value ?? proposal.value;
        const say: Message = { type: 'accept', ballot, value };
        return [{ ...state, proposal: { ...proposal, promises, chosenFor: value } }, [{ to: NODES, say }]];
      }
      case 'accepted': {
        if (proposal === null || proposal.chosenFor === null || ballot !== saved.used) return [state, []];
        const acceptedBy = [...new Set([...proposal.acceptedBy, from])].sort();
        if (acceptedBy.length < 2) return [{ ...state, proposal: { ...proposal, acceptedBy } }, []];
        const value = proposal.chosenFor;
        return [
          { ...state, proposal: null },
          [
            { event: 'chosen', value },
            { answer: proposal.ref, with: value },
          ],
        ];
      }
    }

    function prepare(at: State, from: number): readonly [State, readonly Effect<Message>[]] {
      const used = nextBallot(id, Math.max(saved.used, saved.promised));
      const using: Saved = { ...saved, used };
      const say: Message = { type: 'prepare', ballot: used };
      return [{ ...at, saved: using, retryAt: from + RETRY_MS }, [{ write: using, after: [{ to: NODES, say }] }]];
    }
  },
});

const begun = (ref: number, value: string): NonNullable<State['proposal']> => ({
  ref,
  value,
  chosenFor: null,
  promises: {},
  acceptedBy: [],
});

const oneChosen: Monitor<PlainWords, string | null> = {
  name: 'one value is chosen',
  init: null,
  sometimes: ['a value is chosen'],
  observe(chosen, event, report) {
    if (event.type !== 'stepped') return chosen;
    let first = chosen;
    for (const output of event.outputs) {
      if (output.type !== 'event') continue;
      const value = output.event.value as string;
      if (first !== null && first !== value) report.broken(`${first} was chosen, and then ${value}.`);
      report.sometimes('a value is chosen');
      first ??= value;
    }
    return first;
  },
};

const system = (keepsPromises: boolean): System<PlainWords> =>
  systemOf(
    plain(keepsPromises),
    { next: (_random, client, count) => `v${client}.${count}`, describe: (value: string) => ({ f: 'propose', value }) },
    [oneChosen],
  ) as System<PlainWords>;

export const paxos: System<PlainWords> = system(true);
export const paxosWithoutPromise: System<PlainWords> = system(false);
