import { DecodeError } from '@dsys/codec';
import type { CoreOf, Input, Output, Protocol, Recovery, Ref, StateMachine, Vocabulary } from '@dsys/core';
import {
  Driver,
  type DriverOptions,
  type LogField,
  type LogLevel,
  ManualClock,
  type NodeFailed,
  type TraceStep,
} from '@dsys/core/driver';
import { type MemoryNetwork, memoryNetwork } from '@dsys/transport';
import { MemoryDisk, type MemoryStorage, openMemory, type StoredRecord } from '@dsys/wal';

/** The words of a core that a test plays: messages and writes are text. */
export interface PuppetWords extends Vocabulary {
  options: { readonly play: Play };
  message: string;
  writes: readonly string[];
  answer: { readonly outcome: 'said'; readonly what: string };
  event: { readonly type: 'told'; readonly what: string };
  input:
    | { readonly type: 'do'; readonly outputs: readonly Output<PuppetWords>[] }
    | { readonly type: 'read'; readonly ref: Ref };
}

/** What the core does with an input, its state being what the test holds. */
export type Play = (input: Input<PuppetWords>, now: number) => readonly Output<PuppetWords>[];

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytes = (text: string): Uint8Array => encoder.encode(text);
export const text = (of: Uint8Array): string => decoder.decode(of);

/** `recovery` and records as `recover` got them, and every input that was stepped. */
export class Puppet implements CoreOf<PuppetWords> {
  readonly steps: { readonly input: Input<PuppetWords>; readonly now: number }[] = [];
  recovery: Recovery | null = null;
  records: readonly StoredRecord[] = [];
  wakeAt: number | null = null;
  first: Output<PuppetWords>[] = [];
  play: Play = () => [];
  encodes = 0;

  step(input: Input<PuppetWords>, now: number): Output<PuppetWords>[] {
    this.steps.push({ input, now });
    if (input.type === 'do') return [...input.outputs];
    if (input.type === 'timeout') this.wakeAt = null;
    return [...this.play(input, now)];
  }

  deadline(): number | null {
    return this.wakeAt;
  }

  clone(): this {
    throw new Error('a puppet has one hand');
  }

  fingerprint(): string {
    return '';
  }

  /** Types of the inputs, in order, with what tells them apart. */
  get seen(): string[] {
    return this.steps.map(({ input }) => {
      if (input.type === 'receive') return `receive ${input.message}`;
      if (input.type === 'propose') return `propose ${input.commands.map((command) => text(command.bytes)).join(' ')}`;
      if (input.type === 'persisted' || input.type === 'refused') return `${input.type} ${input.id}`;
      if (input.type === 'applied') return `applied ${input.index}`;
      return input.type;
    });
  }

  /** A protocol whose every core is this one. */
  get protocol(): Protocol<PuppetWords> {
    return {
      name: 'puppet',
      recover: (_options, recovery, records) => {
        this.recovery = recovery;
        this.records = records;
        return { core: this, outputs: this.first };
      },
      encodeMessage: (message) => {
        this.encodes++;
        return bytes(message);
      },
      decodeMessage: (frame) => {
        const message = text(frame);
        if (message.startsWith('bad'))
          throw new DecodeError('decode-invalid-value', {
            field: 'message',
            offset: 0,
            expected: 'better',
            found: message,
          });
        if (message.startsWith('bug')) throw new TypeError('a decoder with a fault');
        return message;
      },
      encodeRecords: (writes) => writes.map(bytes),
      fingerprintMessage: (message) => message,
      fingerprintRecords: (records) => records.map((record) => text(record.bytes)).join(),
    };
  }
}

/** Keeps what it is given; a hand may hold an `apply` back, or make it throw. */
export class Notebook implements StateMachine {
  notes: string[] = [];
  batches: number[] = [];
  holds = false;
  fault: Error | null = null;
  release: () => void = () => undefined;

  apply(entries: Parameters<StateMachine['apply']>[0]): Uint8Array[] | Promise<Uint8Array[]> {
    if (this.fault !== null) throw this.fault;
    const results = () =>
      entries.map((entry) => {
        this.notes.push(text(entry.bytes));
        return bytes(`#${entry.index}`);
      });
    this.batches.push(entries.length);
    if (!this.holds) return results();
    return new Promise<void>((resolve) => {
      this.release = resolve;
    }).then(results);
  }

  async *snapshot(): AsyncGenerator<Uint8Array> {
    const captured = [...this.notes];
    for (const note of captured) yield bytes(`${note};`);
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    let all = '';
    for await (const chunk of chunks) all += text(chunk);
    this.notes = all.split(';').slice(0, -1);
  }
}

export interface Stage {
  readonly puppet: Puppet;
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly disk: MemoryDisk;
  readonly storage: MemoryStorage;
  readonly notebook: Notebook;
  readonly lines: { readonly level: LogLevel; readonly message: string; readonly fields: Record<string, LogField> }[];
  readonly trace: TraceStep<PuppetWords>[];
  readonly driver: Driver<PuppetWords>;
}

type Changes = Partial<DriverOptions<PuppetWords>> & {
  readonly disk?: MemoryDisk;
  readonly arrange?: (puppet: Puppet) => void;
};

/** A driver `a` with a puppet for a core, on a clock, a network and a disk that are moved by hand. */
export async function stage({ disk = new MemoryDisk(), arrange, ...changes }: Changes = {}): Promise<Stage> {
  const puppet = new Puppet();
  arrange?.(puppet);
  const clock = new ManualClock(1000);
  const network = memoryNetwork({ delivery: 'manual' });
  const storage = openMemory(disk);
  const notebook = new Notebook();
  const lines: Stage['lines'] = [];
  const trace: TraceStep<PuppetWords>[] = [];
  const driver = await Driver.start<PuppetWords>({
    protocol: puppet.protocol,
    options: { play: () => [] },
    id: 'a',
    transport: network.join('a'),
    storage,
    stateMachine: notebook,
    clock,
    log: (level, message, fields) => lines.push({ level, message, fields: { ...fields } }),
    trace: (step) => trace.push(step),
    ...changes,
  });
  return { puppet, clock, network, disk, storage, notebook, lines, trace, driver };
}

/** The errors that a node stops with, as it stops: they are told to listeners, so that none is thrown. */
export function failuresOf({ driver }: Stage): NodeFailed[] {
  const failures: NodeFailed[] = [];
  driver.on('failed', (failure) => failures.push(failure));
  return failures;
}

/** What the promises have come to once nothing goes on any more: a test of an answer that never comes must not wait for it. */
export async function settled(clock: ManualClock, promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const values: unknown[] = promises.map(() => 'pending');
  for (const [i, promise] of promises.entries())
    promise.then(
      (value) => (values[i] = value),
      (error: unknown) => (values[i] = error),
    );
  await clock.settle();
  return values;
}

/** What is thrown where nobody catches it, while `run` runs and in the turns behind it. */
export async function uncaught(run: () => Promise<void>): Promise<unknown[]> {
  const thrown: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error));
  await run();
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  return thrown;
}

/** A core that persists each `propose` as one, applies it once it is durable, and answers nothing itself. */
export function logged(): Play {
  let lastId = 0;
  let lastIndex = 0;
  const waiting = new Map<number, { readonly refs: Ref[]; readonly commands: Uint8Array[] }>();
  let done = 0;
  return (input) => {
    if (input.type === 'propose') {
      const commands = input.commands.map((command) => command.bytes);
      waiting.set(++lastId, { refs: input.commands.map(({ ref }) => ref), commands });
      return [{ type: 'persist', id: lastId, writes: commands.map(text) }];
    }
    if (input.type !== 'persisted') return [];
    const outputs: Output<PuppetWords>[] = [];
    while (done < input.id) {
      const { refs, commands } = waiting.get(++done)!;
      const entries = commands.map((command) => ({ index: ++lastIndex, bytes: command }));
      outputs.push({ type: 'apply', index: lastIndex, entries, refs });
    }
    return outputs;
  };
}
