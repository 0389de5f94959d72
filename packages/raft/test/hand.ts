/**
 * A cluster in one's hands: messages wait on a wire until they are delivered or dropped, writes wait until the disk is told
 * to finish them, and time moves when it is moved. State machines do at once what they are given.
 */
import type { Input, Output } from '@dsys/core';
import type { StoredRecord } from '@dsys/wal';
import {
  decodeRecord,
  type Member,
  type RaftCore,
  type RaftMessage,
  type RaftOptions,
  type RaftRecord,
  type RaftWords,
  raft,
} from '../src/index.js';

const protocol = raft({ cluster: 'hand' });

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly message: RaftMessage;
}

class HandNode {
  core!: RaftCore;
  records: StoredRecord[] = [];
  snapshots = new Map<string, Uint8Array>();
  writing: { readonly id: number; readonly writes: readonly RaftRecord[]; readonly compactTo: number | undefined }[] =
    [];
  outputs: Output<RaftWords>[] = [];
  answers = new Map<number, string>();
  applied: string[] = [];
  nextPosition = 1;
  boot = 0;
  /** Records from this position on are lost. */
  rottenFrom: number | null = null;
}

export class Hand {
  now = 1000;
  readonly ids: readonly string[];
  readonly nodes: ReadonlyMap<string, HandNode>;
  wire: Letter[] = [];
  /** Is told of each step before its outputs are performed. */
  watch: ((id: string, input: Input<RaftWords>, outputs: readonly Output<RaftWords>[]) => void) | null = null;
  private readonly options: Partial<RaftOptions>;
  private readonly ownOptions = new Map<string, Partial<RaftOptions>>();
  private lastRef = 0;

  /** The first so many, or those named, begin the cluster; the others have an empty disk. */
  private readonly founders: readonly string[];

  constructor(count = 3, options: Partial<RaftOptions> = {}, founders?: readonly string[]) {
    this.ids = Array.from({ length: count }, (_, i) => `n${i + 1}`);
    this.options = options;
    this.founders = founders ?? this.ids;
    this.nodes = new Map(this.ids.map((id) => [id, new HandNode()]));
    for (const id of this.ids) this.start(id);
  }

  core(id: string): RaftCore {
    return this.nodes.get(id)!.core;
  }

  state(id: string): RaftCore['state'] {
    return this.core(id).state;
  }

  /** From its disk; with options of its own from then on, where some are given. */
  start(id: string, options?: Partial<RaftOptions>): void {
    if (options !== undefined) this.ownOptions.set(id, options);
    const node = this.nodes.get(id)!;
    node.boot++;
    node.writing = [];
    node.applied = [];
    const voters = this.founders.map((each) => ({ id: each, incarnation: 1, address: '' }));
    const bootstrap = this.founders.includes(id) ? { voters, outgoing: null, learners: [] } : null;
    const { core, outputs } = protocol.recover(
      {
        bootstrap,
        electionTimeoutMs: { min: 100, max: 100 },
        heartbeatMs: 20,
        ...this.options,
        ...this.ownOptions.get(id),
      },
      {
        id,
        boot: node.boot,
        appliedIndex: 0,
        nextPosition: node.nextPosition,
        snapshots: [...node.snapshots.keys()],
        damage: node.rottenFrom === null ? null : { resumeAt: node.nextPosition },
      },
      node.rottenFrom === null ? node.records : node.records.filter(({ position }) => position < node.rottenFrom!),
      this.now,
    );
    node.core = core as RaftCore;
    this.perform(id, outputs);
    if (node.boot === 1) this.persist(id);
  }

  /** Comes back from a disk that has this as well. */
  startWith(id: string, ...records: readonly RaftRecord[]): void {
    const node = this.nodes.get(id)!;
    for (const bytes of protocol.encodeRecords(records)) node.records.push({ position: node.nextPosition++, bytes });
    this.start(id);
  }

  /** It stops, and the record that has this index is lost with all behind it; or all of it. Comes back in doubt. */
  damage(id: string, index: number, options?: Partial<RaftOptions>): void {
    const node = this.nodes.get(id)!;
    const lost = node.records.find(({ bytes }) => {
      const record = decodeRecord(bytes);
      return record.type === 'entries' && record.entries.some((entry) => entry.index === index);
    });
    node.rottenFrom = lost?.position ?? 1;
    this.start(id, options);
  }

  step(id: string, input: Input<RaftWords>): Output<RaftWords>[] {
    const outputs = this.core(id).step(input, this.now);
    this.watch?.(id, input, outputs);
    this.perform(id, outputs);
    return outputs;
  }

  /** Everything that it was asked to write becomes durable, at once; or the first so many writes. */
  persist(id: string, count: number = Number.MAX_SAFE_INTEGER): void {
    const node = this.nodes.get(id)!;
    const done = node.writing.splice(0, count);
    if (done.length === 0) return;
    for (const { writes, compactTo } of done) {
      for (const bytes of protocol.encodeRecords(writes)) node.records.push({ position: node.nextPosition++, bytes });
      if (compactTo !== undefined) node.rottenFrom = null;
      if (compactTo !== undefined) node.records = node.records.filter(({ position }) => position >= compactTo);
    }
    this.step(id, { type: 'persisted', id: done.at(-1)!.id, position: node.nextPosition - 1 });
  }

  /** The disk was full. */
  refuse(id: string): void {
    const node = this.nodes.get(id)!;
    const [first] = node.writing;
    node.writing = [];
    this.step(id, { type: 'refused', id: first!.id });
  }

  /** Its clock reaches its deadline. */
  timeout(id: string): void {
    this.now = Math.max(this.now, this.core(id).deadline());
    this.step(id, { type: 'timeout' });
  }

  /** The first letter like this. */
  take(from: string, to: string, type?: RaftMessage['type']): Letter {
    const at = this.wire.findIndex(
      (each) => each.from === from && each.to === to && (type === undefined || each.message.type === type),
    );
    if (at === -1) throw new Error(`nothing waits from ${from} to ${to}: ${JSON.stringify(this.wire)}`);
    return this.wire.splice(at, 1)[0]!;
  }

  deliver({ from, to, message }: Letter): Output<RaftWords>[] {
    return this.step(to, { type: 'receive', from, message: protocol.decodeMessage(protocol.encodeMessage(message)) });
  }

  /** Until nothing is left to do between these nodes; what goes elsewhere is lost. */
  settle(ids: readonly string[] = this.ids): void {
    for (let left = 10_000; left > 0; left--) {
      const letter = this.wire.shift();
      if (letter !== undefined) {
        if (ids.includes(letter.from) && ids.includes(letter.to)) this.deliver(letter);
        continue;
      }
      const writer = ids.find((id) => this.nodes.get(id)!.writing.length > 0);
      if (writer === undefined) return;
      this.persist(writer);
    }
    throw new Error('it goes on for ever');
  }

  /** It times out and wins, as far as these nodes go. */
  elect(id: string, ids: readonly string[] = this.ids): void {
    this.now += 1000;
    for (let tries = 0; tries < 5 && this.state(id).role !== 'leader'; tries++) {
      this.step(id, { type: 'timeout' });
      this.settle(ids);
      this.now += 1000;
    }
    if (this.state(id).role !== 'leader') throw new Error(`${id} is not elected`);
    this.heartbeat(id, ids);
  }

  heartbeat(id: string, ids: readonly string[] = this.ids): void {
    this.now = Math.min(this.now, this.core(id).deadline());
    this.now = Math.max(this.now, this.core(id).deadline());
    this.step(id, { type: 'timeout' });
    this.settle(ids);
  }

  propose(id: string, ...texts: readonly string[]): number {
    const commands = texts.map((text) => ({ ref: ++this.lastRef, bytes: new TextEncoder().encode(text) }));
    this.step(id, { type: 'propose', commands });
    return this.lastRef;
  }

  read(id: string): number {
    this.step(id, { type: 'read', ref: ++this.lastRef });
    return this.lastRef;
  }

  /** Asks for these voters and learners, by name; `n4/2` is another disk of n4. */
  change(id: string, voters: string, learners = ''): number {
    const target = { voters: members(voters), learners: members(learners) };
    this.step(id, { type: 'changeMembers', ref: ++this.lastRef, target });
    return this.lastRef;
  }

  transfer(id: string, to: string): number {
    this.step(id, { type: 'transfer', ref: ++this.lastRef, to });
    return this.lastRef;
  }

  /** All that a node was answered, in full. */
  answer(id: string, ref: number): Output<RaftWords> | undefined {
    return this.nodes.get(id)!.outputs.find((output) => output.type === 'answer' && output.ref === ref);
  }

  /** Heartbeats of whoever leads, until nothing is left to settle. */
  calm(ids: readonly string[] = this.ids): void {
    for (let left = 30; left > 0; left--) {
      const leader = ids.find((id) => this.state(id).role === 'leader');
      if (leader === undefined) return;
      this.heartbeat(leader, ids);
      const { isSettling, transfer } = this.state(leader);
      if (!isSettling && transfer === null) return;
    }
    throw new Error('it goes on for ever');
  }

  /** Its disk is another one now, and empty. */
  wipe(id: string, options: Partial<RaftOptions> = {}): void {
    const node = this.nodes.get(id)!;
    node.records = [];
    node.snapshots = new Map();
    node.nextPosition = 1;
    this.start(id, { bootstrap: null, ...options });
  }

  outcome(id: string, ref: number): string | undefined {
    return this.nodes.get(id)!.answers.get(ref);
  }

  applied(id: string): string[] {
    return this.nodes.get(id)!.applied;
  }

  private perform(id: string, outputs: readonly Output<RaftWords>[]): void {
    const node = this.nodes.get(id)!;
    const then: Input<RaftWords>[] = [];
    for (const output of outputs) {
      node.outputs.push(output);
      switch (output.type) {
        case 'send':
          for (const to of [output.to].flat()) this.wire.push({ from: id, to, message: output.message });
          break;
        case 'persist':
          node.writing.push({ id: output.id, writes: output.writes, compactTo: output.compactTo });
          break;
        case 'answer':
          node.answers.set(output.ref, output.answer.outcome);
          break;
        case 'apply':
          for (const [i, { bytes }] of output.entries.entries()) {
            node.applied.push(new TextDecoder().decode(bytes));
            if (output.refs[i] !== null) node.answers.set(output.refs[i]!, 'applied');
          }
          then.push({ type: 'applied', index: output.index });
          break;
        case 'snapshot': {
          const bytes = new TextEncoder().encode(node.applied.join('\n'));
          node.snapshots.set(output.name, bytes);
          then.push({ type: 'snapshotted', name: output.name, index: output.index, info: infoOf(output.name, bytes) });
          break;
        }
        case 'install':
          node.applied = new TextDecoder().decode(node.snapshots.get(output.name)).split('\n');
          then.push({ type: 'applied', index: output.index });
          break;
        case 'readSnapshot': {
          const { name, offset, maxBytes } = output;
          const all = node.snapshots.get(name);
          const bytes = all?.slice(offset, offset + maxBytes) ?? null;
          const isLast = all !== undefined && offset + maxBytes >= all.length;
          then.push({ type: 'snapshotRead', name, offset, bytes, isLast });
          break;
        }
        case 'writeSnapshot': {
          const { name, offset, bytes, isLast } = output;
          const whole = new Uint8Array([...(node.snapshots.get(name) ?? []).slice(0, offset), ...bytes]);
          node.snapshots.set(name, whole);
          const info = isLast ? infoOf(name, whole) : null;
          then.push({ type: 'snapshotWritten', name, offset: whole.length, info });
          break;
        }
        case 'removeSnapshot':
          node.snapshots.delete(output.name);
          break;
        default:
      }
    }
    for (const input of then) this.step(id, input);
  }
}

export const members = (names: string): Member[] =>
  names.split(' ').flatMap((name) => {
    const [id = '', incarnation = '1'] = name.split('/');
    return id === '' ? [] : [{ id, incarnation: Number(incarnation), address: `${id}.local` }];
  });

/** As good a checksum as any. */
const infoOf = (name: string, bytes: Uint8Array) => ({
  name,
  bytes: bytes.length,
  checksum: `sum-${bytes.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)}`,
  damaged: false,
});

/** The types of what was asked for, for a glance. */
export const typesOf = (outputs: readonly Output<RaftWords>[]): string[] => outputs.map(({ type }) => type);

/** What was sent, in order. */
export const sentBy = (outputs: readonly Output<RaftWords>[]): RaftMessage[] =>
  outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []));
