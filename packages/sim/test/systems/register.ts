/**
 * A register on three nodes: a write asks a majority for the newest version and stores the next on W; a read asks R. Who
 * asks counts itself: it knows its own version, and stores on its own disk.
 */
import type { System } from '../../src/index.js';
import { type Effect, nothingOlder, type Plain, type PlainWords, systemOf } from './plain.js';

const NODES = ['n1', 'n2', 'n3'];
const W = 2;
const RETRY_MS = 100;

type Message =
  | { readonly type: 'newest' | 'stored'; readonly nonce: Op }
  | { readonly type: 'have'; readonly nonce: Op; readonly version: number }
  | { readonly type: 'store'; readonly nonce: Op; readonly version: number };
/** `write 5.3`: the third operation of client 5. It names the call, so that a run without other calls has the same frames. */
type Op = string;
const isRead = (op: Op): boolean => op.startsWith('read');

interface Call {
  readonly ref: number;
  readonly nonce: Op;
  readonly heard: Readonly<Record<string, number>>;
  /** What is being stored; null while it still asks. */
  readonly version: number | null;
  readonly stored: readonly string[];
}

interface State {
  readonly id: string;
  readonly version: number;
  readonly durable: number;
  readonly call: Call | null;
  readonly retryAt: number;
}

const plain = (R: number): Plain<State, Message, Op> => ({
  name: `register-${R}-${W}`,
  nodes: NODES,
  begin(id, stored, now) {
    const version = (stored as number | null) ?? 0;
    return { id, version, durable: version, call: null, retryAt: now };
  },
  durable: (state, wrote) => ({ ...state, durable: wrote as number }),
  deadline: ({ call, retryAt }) => (call === null ? null : retryAt),
  shown: (state, now) => ({ ...state, retryAt: state.call === null ? 0 : state.retryAt - now }),
  on(state, happening, now) {
    const { id, call } = state;
    const others = NODES.filter((node) => node !== id);
    const hearMyself = (own: State, message: Message) => this.on(own, { type: 'hear', from: id, message }, now);
    if (happening.type === 'ask') {
      const { ref, op: nonce } = happening;
      if (call !== null) return [state, [{ refuse: ref }]];
      const fresh: Call = { ref, nonce, heard: {}, version: null, stored: [] };
      const asking = { ...state, call: fresh, retryAt: now + RETRY_MS };
      const [next, effects] = hearMyself(asking, { type: 'have', nonce, version: state.durable });
      return [next, [{ to: others, say: { type: 'newest', nonce } }, ...effects]];
    }
    if (happening.type === 'timeout') {
      const { nonce, version } = call!;
      const again = { ...state, retryAt: now + RETRY_MS };
      if (version === null) return [again, [{ to: others, say: { type: 'newest', nonce } }]];
      const store: Message = { type: 'store', nonce, version };
      const [next, effects] = hearMyself(again, store);
      return [next, [{ to: others, say: store }, ...effects]];
    }
    const { from, message } = happening;
    const { nonce } = message;
    switch (message.type) {
      case 'newest':
        return [state, [{ to: from, say: { type: 'have', nonce, version: state.durable } }]];
      case 'store': {
        const stored: Effect<Message> = { to: from, say: { type: 'stored', nonce } };
        if (message.version <= state.durable) return [state, [stored]];
        const version = Math.max(state.version, message.version);
        return [{ ...state, version }, [{ write: version, after: [stored] }]];
      }
      case 'have': {
        if (call === null || call.nonce !== nonce || call.version !== null) return [state, []];
        const heard = { ...call.heard, [from]: message.version };
        const versions = Object.values(heard);
        if (versions.length < (isRead(nonce) ? R : 2)) return [{ ...state, call: { ...call, heard } }, []];
        const newest = Math.max(...versions);
        // Versions of different nodes differ; a read stores what it has seen, for those who read after it (ABD).
        const version = isRead(nonce) ? newest : (Math.floor(newest / 3) + 1) * 3 + NODES.indexOf(id);
        const store: Message = { type: 'store', nonce, version };
        const [next, effects] = hearMyself({ ...state, call: { ...call, heard, version } }, store);
        return [next, [{ to: others, say: store }, ...effects]];
      }
      case 'stored': {
        if (call === null || call.nonce !== nonce || call.version === null) return [state, []];
        const stored = [...new Set([...call.stored, from])].sort();
        if (stored.length < W) return [{ ...state, call: { ...call, stored } }, []];
        return [{ ...state, call: null }, [{ answer: call.ref, with: call.version }]];
      }
    }
  },
});

const system = (R: number): System<PlainWords> =>
  systemOf(
    plain(R),
    {
      next: (_random, client, count) => `${(client + count) % 2 === 0 ? 'write' : 'read'} ${client}.${count}`,
      describe: (op: Op) => ({ f: op.split(' ')[0]! }),
    },
    [nothingOlder],
  ) as System<PlainWords>;

export const register: System<PlainWords> = system(2);
/** R + W = N: a read may ask just the one node that a write left out. */
export const registerWithoutOverlap: System<PlainWords> = system(1);
