/** Two-phase commit with presumed abort: of what the coordinator has no record, it says that it was aborted. */
import type { Monitor, System } from '@dsys/sim';
import { type Effect, type Plain, type PlainWords, systemOf } from './plain.js';

const PARTICIPANTS = ['p1', 'p2'];
const RETRY_MS = 100;

type Outcome = 'commit' | 'abort';
export type Message =
  | { readonly type: 'prepare' | 'yes'; readonly tx: string }
  | { readonly type: Outcome; readonly tx: string };

/** What a node knows. */
export interface State {
  readonly id: string;
  /** Of the coordinator: what it has committed. Of a participant: how each transaction ended, or that it has voted. */
  readonly known: Readonly<Record<string, Outcome | 'voted'>>;
  /** Of the coordinator: who waits for which transaction, and who has voted for it. */
  readonly open: Readonly<
    Record<string, { readonly ref: number; readonly votes: readonly string[]; readonly isDecided: boolean }>
  >;
  readonly retryAt: number;
}

const isOpen = ({ id, known, open }: State): boolean =>
  id === 'coordinator' ? Object.keys(open).length > 0 : Object.values(known).includes('voted');

const plain = (forgets: boolean): Plain<State, Message, string> => ({
  name: forgets ? 'two-phase-forgetful' : 'two-phase',
  nodes: ['coordinator', ...PARTICIPANTS],
  begin: (id, stored, now) => ({ id, known: (stored as State['known'] | null) ?? {}, open: {}, retryAt: now }),
  deadline: (state) => (isOpen(state) ? state.retryAt : null),
  shown: (state, now) => ({ ...state, retryAt: isOpen(state) ? state.retryAt - now : 0 }),
  on(state, happening, now) {
    const { id, known, open } = state;
    // Who waits already is not put off by what comes next, or under load it would never ask again.
    const retryAt = isOpen(state) && happening.type !== 'timeout' ? state.retryAt : now + RETRY_MS;
    if (happening.type === 'ask') {
      const { ref, op: tx } = happening;
      if (id !== 'coordinator' || open[tx] !== undefined) return [state, [{ refuse: ref }]];
      const opened = { ...open, [tx]: { ref, votes: [], isDecided: false } };
      return [{ ...state, open: opened, retryAt }, [{ to: PARTICIPANTS, say: { type: 'prepare', tx } }]];
    }
    if (happening.type === 'timeout') {
      const again: Effect<Message>[] =
        id === 'coordinator'
          ? Object.keys(open).map((tx) => ({ to: PARTICIPANTS, say: { type: 'prepare', tx } }))
          : Object.keys(known)
              .filter((tx) => known[tx] === 'voted')
              .map((tx) => ({ to: 'coordinator', say: { type: 'yes', tx } }));
      return [{ ...state, retryAt }, again];
    }
    const { from, message } = happening;
    const { tx } = message;
    switch (message.type) {
      case 'prepare': {
        if (known[tx] !== undefined) return [state, []];
        const voted = { ...known, [tx]: 'voted' as const };
        return [
          { ...state, known: voted, retryAt },
          [{ write: voted, after: [{ to: 'coordinator', say: { type: 'yes', tx } }] }],
        ];
      }
      case 'yes': {
        if (known[tx] === 'commit') return [state, [{ to: from, say: { type: 'commit', tx } }]];
        const call = open[tx];
        if (call === undefined) return [state, [{ to: from, say: { type: 'abort', tx } }]];
        const votes = [...new Set([...call.votes, from])].sort();
        if (call.isDecided || votes.length < PARTICIPANTS.length)
          return [{ ...state, open: { ...open, [tx]: { ...call, votes } } }, []];
        const commits: Effect<Message>[] = [
          { to: PARTICIPANTS, say: { type: 'commit', tx } },
          { answer: call.ref, with: 'commit' },
        ];
        const decidedBefore = Object.keys(open).filter((other) => open[other]!.isDecided);
        const committed = {
          ...known,
          ...Object.fromEntries([...decidedBefore, tx].map((each) => [each, 'commit' as const])),
        };
        const { [tx]: _, ...others } = open;
        // The fault: the decision is in memory only.
        if (forgets) return [{ ...state, known: committed, open: others }, commits];
        const decided = { ...open, [tx]: { ...call, votes, isDecided: true } };
        return [{ ...state, open: decided }, [{ write: committed, after: commits }]];
      }
      case 'commit':
      case 'abort': {
        if (known[tx] !== 'voted') return [state, []];
        const ended = { ...known, [tx]: message.type };
        const event: Effect<Message> = { event: 'ended', value: [tx, message.type] };
        return [{ ...state, known: ended }, [{ write: ended, after: [event] }]];
      }
    }
  },
  durable(state, wrote) {
    if (state.id !== 'coordinator') return state;
    const known = { ...state.known, ...(wrote as State['known']) };
    const open = Object.fromEntries(Object.entries(state.open).filter(([tx]) => known[tx] === undefined));
    return { ...state, known, open };
  },
});

const sameEnd: Monitor<PlainWords, Readonly<Record<string, string>>> = {
  name: 'a transaction ends alike everywhere',
  init: {},
  sometimes: ['a transaction is committed', 'a transaction is aborted'],
  observe(ends, event, report) {
    if (event.type !== 'stepped') return ends;
    let after = ends;
    for (const output of event.outputs) {
      if (output.type !== 'event') continue;
      const [tx, end] = output.event.value as [string, Outcome];
      report.sometimes(end === 'commit' ? 'a transaction is committed' : 'a transaction is aborted');
      if ((after[tx] ?? end) !== end) report.broken(`${tx} was ended by ${after[tx]}, and elsewhere by ${end}.`);
      if (after[tx] === undefined) after = { ...after, [tx]: end };
    }
    return after;
  },
};

const system = (forgets: boolean): System<PlainWords> =>
  systemOf(
    plain(forgets),
    { next: (_random, client, count) => `t${client}.${count}`, describe: (value: string) => ({ f: 'commit', value }) },
    [sameEnd],
  ) as System<PlainWords>;

export const twoPhase: System<PlainWords> = system(false);
export const twoPhaseForgetful: System<PlainWords> = system(true);
