/**
 * A log on one node that takes snapshots, and lets go of what they contain: the smallest protocol for which a snapshot may
 * be missing when it is needed. What it can be told to get wrong is what such protocols get wrong.
 */
import type { StoredRecord } from '@dsys/wal';
import type { CoreOf, Entry, Input, Output, Protocol, Recovered, Recovery } from '../src/index.js';

export interface KeeperWords {
  options: { readonly fault: 'none' | 'removes too soon' | 'frees too much' };
  message: never;
  writes: readonly KeeperRecord[];
  answer: never;
  event: never;
  input: never;
}
type KeeperRecord =
  | { readonly index: number; readonly bytes: readonly number[] }
  | { readonly index: number; readonly name: string };
type Outputs = Output<KeeperWords>[];

const EVERY = 8;

interface KeeperState {
  readonly options: KeeperWords['options'];
  readonly boot: number;
  index: number;
  lastId: number;
  waiting: readonly (Entry & { readonly ref: number; readonly id: number })[];
  /** The snapshot that the log names, and the one that it names as soon as this persist is durable. */
  base: { readonly index: number; readonly name: string } | null;
  next: { readonly index: number; readonly name: string; readonly id: number } | null;
  /** Snapshots are taken one at a time, of this index. */
  taking: number | null;
  /** Up to which position everything up to an index is. */
  marks: readonly { readonly index: number; readonly position: number }[];
}

class Keeper implements CoreOf<KeeperWords> {
  private readonly s: KeeperState;
  constructor(state: KeeperState) {
    this.s = state;
  }

  step(input: Input<KeeperWords>): Outputs {
    const { s } = this;
    switch (input.type) {
      case 'propose': {
        s.lastId++;
        const added = input.commands.map(({ ref, bytes }) => ({ ref, bytes, index: ++s.index, id: s.lastId }));
        s.waiting = [...s.waiting, ...added];
        const writes = added.map(({ index, bytes }) => ({ index, bytes: [...bytes] }));
        return [{ type: 'persist', id: s.lastId, writes }];
      }
      case 'persisted':
        return this.persisted(input.id, input.position);
      case 'snapshotted': {
        s.taking = null;
        if (input.info === null) return [];
        const { index, name } = input;
        s.next = { index, name, id: ++s.lastId };
        const { position } = s.marks.find((mark) => mark.index === index)!;
        const compactTo = s.options.fault === 'frees too much' ? s.marks.at(-1)!.position + 1 : position + 1;
        const writing: Outputs = [{ type: 'persist', id: s.lastId, writes: [{ index, name }], compactTo }];
        return s.options.fault === 'removes too soon' ? [...writing, ...this.removal()] : writing;
      }
      default:
        return [];
    }
  }

  private persisted(id: number, position: number): Outputs {
    const { s } = this;
    const outputs: Outputs = [];
    if (s.next !== null && s.next.id <= id) {
      if (s.options.fault !== 'removes too soon') outputs.push(...this.removal());
      s.base = { index: s.next.index, name: s.next.name };
      s.marks = s.marks.filter(({ index }) => index >= s.next!.index);
      s.next = null;
    }
    const done = s.waiting.filter((each) => each.id <= id);
    if (done.length === 0) return outputs;
    s.waiting = s.waiting.slice(done.length);
    const { index } = done.at(-1)!;
    s.marks = [...s.marks, { index, position }];
    const entries = done.map((each) => ({ index: each.index, bytes: each.bytes }));
    outputs.push({ type: 'apply', index, entries, refs: done.map(({ ref }) => ref) });
    if (s.taking !== null || s.next !== null || index - (s.base?.index ?? 0) < EVERY) return outputs;
    s.taking = index;
    return [...outputs, { type: 'snapshot', index, name: `s${index}-${s.boot}` }];
  }

  private removal(): Outputs {
    const { base } = this.s;
    return base === null ? [] : [{ type: 'removeSnapshot', name: base.name }];
  }

  deadline(): null {
    return null;
  }
  clone(): this {
    return new Keeper({ ...this.s }) as this;
  }
  fingerprint(): string {
    const { index, lastId, waiting, base, next, taking, marks, boot } = this.s;
    const shown = waiting.map((each) => [each.ref, each.index, each.id - lastId, ...each.bytes]);
    return JSON.stringify([index, shown, base, next && { ...next, id: next.id - lastId }, taking, marks, boot]);
  }
}

const parsed = (records: readonly StoredRecord[]): KeeperRecord[] =>
  records.map(({ bytes }) => JSON.parse(String.fromCharCode(...bytes)) as KeeperRecord);

/** What counts of the records: the snapshot that is named last, and the entries above it. */
function heldBy(records: readonly StoredRecord[]) {
  let base: KeeperState['base'] = null;
  for (const record of parsed(records)) if ('name' in record) base = record;
  const from = base?.index ?? 0;
  const entries = parsed(records).flatMap((record) => ('bytes' in record && record.index > from ? [record] : []));
  return { base, entries };
}

function recover(
  options: KeeperWords['options'],
  { boot, nextPosition, snapshots }: Recovery,
  records: readonly StoredRecord[],
): Recovered<KeeperWords> {
  const { base, entries } = heldBy(records);
  const index = entries.at(-1)?.index ?? base?.index ?? 0;
  const marks = index === 0 ? [] : [{ index, position: nextPosition - 1 }];
  const fresh = { lastId: 0, waiting: [], next: null, taking: null };
  const core = new Keeper({ options, boot, index, base, marks, ...fresh });
  const outputs: Outputs = snapshots
    .filter((name) => name !== base?.name)
    .map((name) => ({ type: 'removeSnapshot', name }));
  if (base !== null) outputs.push({ type: 'install', ...base });
  const again = entries.map((entry) => ({ index: entry.index, bytes: Uint8Array.from(entry.bytes) }));
  if (again.length > 0) outputs.push({ type: 'apply', index, entries: again, refs: again.map(() => null) });
  return { core, outputs };
}

const never = (): never => {
  throw new Error('one node says nothing');
};

export const keeper: Protocol<KeeperWords> = {
  name: 'keeper',
  recover,
  encodeMessage: never,
  decodeMessage: never,
  encodeRecords: (writes) => writes.map((each) => Uint8Array.from(JSON.stringify(each), (c) => c.charCodeAt(0))),
  fingerprintMessage: never,
  fingerprintRecords: (records) => JSON.stringify(heldBy(records)),
};
