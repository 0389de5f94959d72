/**
 * A node whose core does as it is told, and whose host writes down what it is asked for: tests of the executor alone read
 * like transcripts.
 *
 *     const node = new ScriptedNode();
 *     node.does(persist(1, 'a'), send('n2', 'hello'));   // ['send n2 hello']
 *     node.pump();                                        // ['flush 1..1 a']
 *     node.flushed();                                     // ['→ persisted 1 at 1']
 */
import type { StoredRecord } from '@dsys/wal';
import type {
  Apply,
  ApplyWork,
  Command,
  CoreOf,
  Entry,
  ExecutorOptions,
  Flush,
  Host,
  Input,
  Output,
  Persist,
  Protocol,
  Rename,
  Send,
} from '../src/index.js';
import { Executor } from '../src/index.js';

export interface ScriptWords {
  options: object;
  message: string;
  /** One record each. */
  writes: readonly string[];
  answer: { readonly outcome: 'no' };
  event: { readonly type: 'noted'; readonly what: string };
  input: { readonly type: 'do'; readonly outputs: readonly ScriptOutput[] } | { readonly type: 'explode' };
}
export type ScriptOutput = Output<ScriptWords>;
export type ScriptInput = Input<ScriptWords>;
type InputType = ScriptInput['type'];

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const send = (to: string, message: string): Send<string> => ({ type: 'send', to, message });
export const persist = (id: number, ...writes: string[]): Persist<readonly string[]> => ({
  type: 'persist',
  id,
  writes,
});
export const essential = (id: number, ...writes: string[]): Persist<readonly string[]> => ({
  ...persist(id, ...writes),
  essential: true,
});
export const compaction = (id: number, compactTo: number, ...writes: string[]): Persist<readonly string[]> => ({
  ...persist(id, ...writes),
  compactTo,
});
/** Entries of three bytes each; the ref of an entry is a hundred times its index. */
export function apply(...indices: number[]): Apply {
  const entries: Entry[] = indices.map((index) => ({
    index,
    bytes: latin1(`x${String(index % 100).padStart(2, '0')}`),
  }));
  return { type: 'apply', index: indices.at(-1)!, entries, refs: indices.map((index) => index * 100) };
}
export const install = (index: number, name = `s${index}`): ScriptOutput => ({ type: 'install', index, name });
export const snapshot = (index: number, name = `s${index}`): ScriptOutput => ({ type: 'snapshot', index, name });
export const remove = (name: string): ScriptOutput => ({ type: 'removeSnapshot', name });
export const read = (name: string, offset = 0): ScriptOutput => ({ type: 'readSnapshot', name, offset, maxBytes: 10 });

/** Gives the outputs that come with a `do`, and for all other inputs what was arranged. */
export class ScriptedCore implements CoreOf<ScriptWords> {
  /** Each is given once. */
  readonly reactions = new Map<InputType, readonly ScriptOutput[]>();
  wakeAt: number | null = null;
  stepCount = 0;

  step(input: ScriptInput): ScriptOutput[] {
    this.stepCount++;
    if (input.type === 'explode') throw new Error('a core that throws');
    if (input.type === 'do') return [...input.outputs];
    const outputs = this.reactions.get(input.type) ?? [];
    this.reactions.delete(input.type);
    return [...outputs];
  }

  deadline(): number | null {
    return this.wakeAt;
  }

  clone(): this {
    const copy = new ScriptedCore();
    for (const [type, outputs] of this.reactions) copy.reactions.set(type, outputs);
    copy.wakeAt = this.wakeAt;
    copy.stepCount = this.stepCount;
    return copy as this;
  }

  fingerprint(now: number, rename: Rename = (id) => id): string {
    return `${rename('n1')} ${this.wakeAt === null ? '' : this.wakeAt - now}`;
  }
}

export const scripted: Protocol<ScriptWords> = {
  name: 'scripted',
  recover: () => ({ core: new ScriptedCore(), outputs: [] }),
  encodeMessage: latin1,
  decodeMessage: text,
  encodeRecords: (writes) => writes.map(latin1),
  fingerprintMessage: (message) => message,
  fingerprintRecords: (records: readonly StoredRecord[]) => records.map(({ bytes }) => text(bytes)).join(),
};

/** Writes down what it is asked for. */
export class Transcript implements Host<ScriptWords> {
  lines: string[] = [];
  flushing: Flush | null = null;
  work: ApplyWork | null = null;
  /** Is called within each of the host's calls, with its line. */
  within: (line: string) => void = () => undefined;

  send(to: string | readonly string[], message: string): void {
    this.add(`send ${[to].flat().join('+')} ${message}`);
  }
  flush(flush: Flush): void {
    this.flushing = flush;
    const records = flush.records.map(text).join(' ');
    const kind = flush.compactTo === null ? (flush.essential ? ' essential' : '') : ` compact to ${flush.compactTo}`;
    this.add(`flush ${flush.firstId}..${flush.lastId} ${records}${kind}`);
  }
  apply(work: ApplyWork): void {
    this.work = work;
    if (work.type !== 'entries') this.add(`${work.type} ${work.index} ${work.name}`);
    else this.add(`apply ${work.entries.map(({ index }) => index).join(' ')} reaching ${work.index}`);
  }
  answer(
    ref: number,
    answer: { readonly outcome: string; readonly index?: number; readonly result?: Uint8Array },
  ): void {
    const found = answer.index === undefined ? '' : ` ${answer.index} ${text(answer.result!)}`;
    this.add(`answer ${ref} ${answer.outcome}${found}`);
  }
  readSnapshot({ name, offset }: { readonly name: string; readonly offset: number }): void {
    this.add(`read ${name} from ${offset}`);
  }
  writeSnapshot({ name, offset }: { readonly name: string; readonly offset: number }): void {
    this.add(`write ${name} at ${offset}`);
  }
  removeSnapshot(name: string): void {
    this.add(`remove ${name}`);
  }
  setPeers(peers: readonly { readonly id: string }[]): void {
    this.add(`peers ${peers.map(({ id }) => id).join()}`);
  }
  emit({ what }: { readonly what: string }): void {
    this.add(`event ${what}`);
  }
  stepped(input: ScriptInput | null): void {
    if (input !== null && input.type !== 'do') this.add(`→ ${shownInput(input)}`);
  }

  take(): string[] {
    return this.lines.splice(0);
  }

  private add(line: string): void {
    this.lines.push(line);
    this.within(line);
  }
}

function shownInput(input: ScriptInput): string {
  switch (input.type) {
    case 'persisted':
      return `persisted ${input.id} at ${input.position}`;
    case 'refused':
      return `refused ${input.id}`;
    case 'applied':
      return `applied ${input.index}`;
    case 'snapshotted':
      return `snapshotted ${input.name} ${input.info === null ? 'failed' : 'durable'}`;
    case 'snapshotRead':
      return `snapshotRead ${input.name} ${input.offset}`;
    case 'snapshotWritten':
      return `snapshotWritten ${input.name} ${input.offset}`;
    default:
      return input.type;
  }
}

/** Each call gives the lines that it led to. */
export class ScriptedNode {
  readonly host: Transcript;
  readonly executor: Executor<ScriptWords>;
  now = 0;
  nextPosition: number;

  constructor(options: Partial<ExecutorOptions<ScriptWords>> = {}, host: Transcript = new Transcript()) {
    this.host = host;
    this.nextPosition = options.nextPosition ?? 1;
    this.executor = new Executor({
      protocol: scripted,
      core: new ScriptedCore(),
      host,
      nextPosition: this.nextPosition,
      ...options,
    });
  }

  get core(): ScriptedCore {
    return this.executor.core as ScriptedCore;
  }

  /** The next input of this type gives these. */
  on(type: InputType, ...outputs: ScriptOutput[]): void {
    this.core.reactions.set(type, outputs);
  }
  step(input: ScriptInput): string[] {
    return this.run(() => this.executor.step(input, this.now));
  }
  does(...outputs: ScriptOutput[]): string[] {
    return this.step({ type: 'do', outputs });
  }
  proposes(...commands: Command[]): string[] {
    return this.step({ type: 'propose', commands });
  }
  pump(): string[] {
    return this.run(() => this.executor.pump());
  }
  /** The flush in flight completes, with the positions that are next. */
  flushed(): string[] {
    const first = this.nextPosition;
    this.nextPosition += this.host.flushing!.records.length;
    return this.run(() => this.executor.flushed(this.now, { first, last: this.nextPosition - 1 }));
  }
  refused(): string[] {
    return this.run(() => this.executor.refused(this.now));
  }
  /** The work in flight is done; the result of an entry is its index. */
  done(): string[] {
    const { work } = this.host;
    const results = work?.type === 'entries' ? work.entries.map(({ index }) => latin1(`=${index}`)) : [];
    return this.run(() => this.executor.appliedDone(this.now, results));
  }
  run(act: () => void): string[] {
    act();
    return this.host.take();
  }
  /** The same node, to go on apart, with a transcript of its own. */
  fork(): ScriptedNode {
    const host = new Transcript();
    host.flushing = this.host.flushing;
    host.work = this.host.work;
    const copy = Object.create(ScriptedNode.prototype) as ScriptedNode;
    const own = { host, executor: this.executor.clone(host), now: this.now, nextPosition: this.nextPosition };
    return Object.assign(copy, own);
  }
}
