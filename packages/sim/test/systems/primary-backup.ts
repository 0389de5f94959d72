/** A primary numbers the writes, a backup has them too and answers the reads. A write is done when both have it on disk. */
import type { System } from '../../src/index.js';
import { type Effect, nothingOlder, type Plain, type PlainWords, systemOf } from './plain.js';

const RESEND_MS = 100;

type Message = { readonly type: 'store' | 'stored'; readonly version: number };
type Op = 'write' | 'read';

interface State {
  readonly id: string;
  /** The newest that this node knows, and the newest on the disk. */
  readonly version: number;
  readonly durable: number;
  /** Of the primary: who waits for which version to be on the backup's disk. */
  readonly waiting: readonly (readonly [version: number, ref: number])[];
  readonly resendAt: number;
}

const plain = (isHasty: boolean): Plain<State, Message, Op> => ({
  name: isHasty ? 'primary-backup-hasty' : 'primary-backup',
  nodes: ['primary', 'backup'],
  begin(id, stored, now) {
    const version = (stored as number | null) ?? 0;
    return { id, version, durable: version, waiting: [], resendAt: now + RESEND_MS };
  },
  durable: (state, wrote) => ({ ...state, durable: wrote as number }),
  deadline: ({ id, resendAt }) => (id === 'primary' ? resendAt : null),
  shown: (state, now) => ({ ...state, resendAt: state.resendAt - now }),
  on(state, happening, now) {
    const { id, version } = state;
    if (happening.type === 'timeout')
      return [{ ...state, resendAt: now + RESEND_MS }, [{ to: 'backup', say: { type: 'store', version } }]];
    if (happening.type === 'ask') {
      const { ref, op } = happening;
      // What is read is what the disk has: the backup has said so, or will.
      if (op === 'read') return [state, [id === 'backup' ? { answer: ref, with: state.durable } : { refuse: ref }]];
      if (id === 'backup') return [state, [{ refuse: ref }]];
      const next = version + 1;
      const store: Effect<Message> = { to: 'backup', say: { type: 'store', version: next } };
      // The fault: the client hears of it as soon as the primary has it.
      if (isHasty) return [{ ...state, version: next }, [{ write: next, after: [store, { answer: ref, with: next }] }]];
      const waiting = [...state.waiting, [next, ref] as const];
      return [{ ...state, version: next, waiting }, [{ write: next, after: [store] }]];
    }
    const { message } = happening;
    if (message.type === 'store') {
      const stored = (upTo: number): Effect<Message> => ({ to: 'primary', say: { type: 'stored', version: upTo } });
      if (message.version <= state.durable) return [state, [stored(state.durable)]];
      if (message.version <= version) return [state, []]; // It is on its way to the disk.
      const newest = message.version;
      return [{ ...state, version: newest }, [{ write: newest, after: [stored(newest)] }]];
    }
    const done = state.waiting.filter(([waits]) => waits <= message.version);
    const waiting = state.waiting.filter(([waits]) => waits > message.version);
    return [{ ...state, waiting }, done.map(([waits, ref]) => ({ answer: ref, with: waits }))];
  },
});

const system = (isHasty: boolean): System<PlainWords> =>
  systemOf(
    plain(isHasty),
    {
      next: (_random, _client, count) => (count % 2 === 0 ? 'write' : 'read') as Op,
      describe: (op: Op) => ({ f: op }),
    },
    [nothingOlder],
  ) as System<PlainWords>;

export const primaryBackup: System<PlainWords> = system(false);
export const primaryBackupHasty: System<PlainWords> = system(true);
