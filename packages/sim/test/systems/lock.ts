/** A lease lock. Who holds the lock writes to a store; a newer holder's write must not be followed by an older one's. */
import type { Monitor, System } from '../../src/index.js';
import { type Effect, type Plain, type PlainWords, systemOf } from './plain.js';

const LEASE_MS = 50;
/** A writer that has no answer gives up. */
const PATIENCE_MS = 200;

/** Whose operation it is: `5.3`, the third of client 5. */
type Op = string;
type Message =
  | { readonly type: 'lock' | 'busy'; readonly op: Op }
  | { readonly type: 'granted'; readonly op: Op; readonly token: number }
  | { readonly type: 'write'; readonly op: Op; readonly token: number }
  | { readonly type: 'wrote'; readonly op: Op; readonly isDone: boolean };

interface State {
  readonly id: string;
  /** Of the lock: the last that was given out. Of the store: the newest that has written. */
  readonly token: number;
  /** Of the lock: when the lease ends. Of a writer: when it gives up. */
  readonly until: number;
  readonly waits: { readonly ref: number; readonly op: Op } | null;
}

const plain = (trustsClock: boolean): Plain<State, Message, Op> => ({
  name: trustsClock ? 'lock-by-clock' : 'lock',
  nodes: ['lock', 'store', 'a', 'b'],
  begin: (id, stored) => ({ id, token: (stored as number | null) ?? 0, until: 0, waits: null }),
  deadline: ({ id, until, waits }) => ((id === 'lock' ? until > 0 : waits !== null) ? until : null),
  shown: (state, now) => ({ ...state, until: Math.max(0, state.until - now) }),
  on(state, happening, now) {
    if (happening.type === 'timeout') {
      const { waits } = state;
      return [{ ...state, until: 0, waits: null }, waits === null ? [] : [{ unsure: waits.ref }]];
    }
    if (happening.type === 'ask') {
      if (state.id === 'lock' || state.id === 'store' || state.waits !== null)
        return [state, [{ refuse: happening.ref }]];
      const { ref, op } = happening;
      return [{ ...state, waits: { ref, op }, until: now + PATIENCE_MS }, [{ to: 'lock', say: { type: 'lock', op } }]];
    }
    const { from, message } = happening;
    const { op } = message;
    const ref = state.waits?.op === op ? state.waits.ref : null;
    switch (message.type) {
      case 'lock': {
        if (state.until > now) return [state, [{ to: from, say: { type: 'busy', op } }]];
        const token = state.token + 1;
        const granted: Effect<Message> = { to: from, say: { type: 'granted', op, token } };
        return [{ ...state, token, until: now + LEASE_MS }, [{ write: token, after: [granted] }]];
      }
      case 'granted':
        if (ref === null) return [state, []];
        return [state, [{ to: 'store', say: { type: 'write', op, token: message.token } }]];
      case 'write': {
        const { token } = message;
        // The fault: the store trusts that whoever writes still has its lease.
        if (!trustsClock && token < state.token)
          return [state, [{ to: from, say: { type: 'wrote', op, isDone: false } }]];
        const done: Effect<Message>[] = [
          { event: 'wrote', value: token },
          { to: from, say: { type: 'wrote', op, isDone: true } },
        ];
        return [{ ...state, token }, [{ write: token, after: done }]];
      }
      case 'wrote':
        if (ref === null) return [state, []];
        return [{ ...state, waits: null }, [message.isDone ? { answer: ref, with: null } : { refuse: ref }]];
      case 'busy':
        if (ref === null) return [state, []];
        return [{ ...state, waits: null }, [{ refuse: ref }]];
    }
  },
});

const inOrder: Monitor<PlainWords, number> = {
  name: 'no older holder writes after a newer one',
  init: 0,
  sometimes: ['somebody writes'],
  observe(newest, event, report) {
    if (event.type !== 'stepped') return newest;
    let last = newest;
    for (const output of event.outputs) {
      if (output.type !== 'event') continue;
      const token = output.event.value as number;
      if (token < last) report.broken(`Token ${token} wrote after token ${last}.`);
      report.sometimes('somebody writes');
      last = Math.max(last, token);
    }
    return last;
  },
};

const system = (trustsClock: boolean): System<PlainWords> =>
  systemOf(
    plain(trustsClock),
    { next: (_random, client, count) => `${client}.${count}`, describe: () => ({ f: 'write' }) },
    [inOrder],
  ) as System<PlainWords>;

export const lock: System<PlainWords> = system(false);
export const lockByClock: System<PlainWords> = system(true);
