/**
 * Small protocols as pure functions of JSON, so that each fits on a page. What a node may say only when something is on
 * its disk comes `after` the write.
 */
import { DecodeError } from '@dsys/codec';
import type { Core, CoreOf, Input, Output, Protocol, Ref } from '@dsys/core';
import type { Monitor, System, Workload } from '@dsys/sim';

export interface PlainWords {
  options: object;
  message: unknown;
  writes: unknown;
  answer: { readonly outcome: 'ok'; readonly value: unknown } | { readonly outcome: 'no' };
  event: { readonly type: string; readonly value: unknown };
  input: { readonly type: 'ask'; readonly ref: Ref; readonly op: unknown };
}

/** What happens to a node, and what it wants done. */
export type Happening<M, Op> =
  | { readonly type: 'hear'; readonly from: string; readonly message: M }
  | { readonly type: 'ask'; readonly ref: Ref; readonly op: Op }
  | { readonly type: 'timeout' };
export type Effect<M> =
  | { readonly to: string | readonly string[]; readonly say: M }
  | { readonly answer: Ref; readonly with: unknown }
  /** It certainly did not happen; nobody knows. */
  | { readonly refuse: Ref }
  | { readonly unsure: Ref }
  | { readonly event: string; readonly value: unknown }
  /** The last one that is durable is what `begin` gets. */
  | { readonly write: unknown; readonly after: readonly Effect<M>[] };

/** A protocol. States are replaced, never changed. */
export interface Plain<S, M, Op> {
  readonly name: string;
  readonly nodes: readonly string[];
  begin(id: string, stored: unknown, now: number): S;
  on(state: S, happening: Happening<M, Op>, now: number): readonly [S, readonly Effect<M>[]];
  /** A write has reached the disk. Default: the state stays as it is. */
  durable?(state: S, wrote: unknown): S;
  deadline(state: S): number | null;
  /** The state with times relative to `now`. Default: as it is. */
  shown?(state: S, now: number): unknown;
}

interface Waiting<M> {
  readonly id: number;
  readonly write: unknown;
  readonly after: readonly Effect<M>[];
}

class PlainCore<S, M, Op> implements Core<Input<PlainWords>, Output<PlainWords>> {
  private readonly plain: Plain<S, M, Op>;
  state: S;
  private waiting: readonly Waiting<M>[] = [];
  private lastId = 0;

  constructor(plain: Plain<S, M, Op>, state: S) {
    this.plain = plain;
    this.state = state;
  }

  step(input: Input<PlainWords>, now: number): Output<PlainWords>[] {
    switch (input.type) {
      case 'receive':
        return this.happen({ type: 'hear', from: input.from, message: input.message as M }, now);
      case 'ask':
        return this.happen({ type: 'ask', ref: input.ref, op: input.op as Op }, now);
      case 'timeout':
        return this.happen({ type: 'timeout' }, now);
      case 'persisted': {
        const durable = this.waiting.filter(({ id }) => id <= input.id);
        this.waiting = this.waiting.filter(({ id }) => id > input.id);
        return durable.flatMap(({ write, after }) => {
          this.state = this.plain.durable?.(this.state, write) ?? this.state;
          return this.perform(after);
        });
      }
      case 'refused':
        this.waiting = this.waiting.filter(({ id }) => id < input.id);
        return [];
      default:
        return [];
    }
  }

  private happen(happening: Happening<M, Op>, now: number): Output<PlainWords>[] {
    const [state, effects] = this.plain.on(this.state, happening, now);
    this.state = state;
    return this.perform(effects);
  }

  private perform(effects: readonly Effect<M>[]): Output<PlainWords>[] {
    return effects.map((effect): Output<PlainWords> => {
      if ('say' in effect) return { type: 'send', to: effect.to, message: effect.say };
      if ('with' in effect)
        return { type: 'answer', ref: effect.answer, answer: { outcome: 'ok', value: effect.with } };
      if ('refuse' in effect) return { type: 'answer', ref: effect.refuse, answer: { outcome: 'no' } };
      if ('unsure' in effect) return { type: 'answer', ref: effect.unsure, answer: { outcome: 'unknown' } };
      if ('event' in effect) return { type: 'event', event: { type: effect.event, value: effect.value } };
      this.lastId++;
      this.waiting = [...this.waiting, { id: this.lastId, ...effect }];
      return { type: 'persist', id: this.lastId, writes: effect.write };
    });
  }

  deadline(): number | null {
    return this.plain.deadline(this.state);
  }

  clone(): this {
    return Object.assign(Object.create(PlainCore.prototype) as this, this);
  }

  fingerprint(now: number): string {
    const waiting = this.waiting.map(({ id, write, after }) => [id - this.lastId, write, after]);
    return JSON.stringify([this.plain.shown?.(this.state, now) ?? this.state, waiting]);
  }
}

/** The state of a core of such a protocol. */
export const stateOf = <S>(core: CoreOf<PlainWords>): S => (core as unknown as PlainCore<S, unknown, unknown>).state;

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function decode(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new DecodeError('decode-invalid-value', {
      offset: 0,
      field: 'message',
      expected: 'JSON',
      found: 'other bytes',
    });
  }
}

function protocolOf<S, M, Op>(plain: Plain<S, M, Op>): Protocol<PlainWords> {
  const latest = (records: readonly { readonly bytes: Uint8Array }[]): unknown =>
    records.length === 0 ? null : decode(records.at(-1)!.bytes);
  return {
    name: plain.name,
    recover(_options, { id }, records, now) {
      const core: CoreOf<PlainWords> = new PlainCore(plain, plain.begin(id, latest(records), now));
      return { core, outputs: [] };
    },
    encodeMessage: encode,
    decodeMessage: decode,
    encodeRecords: (writes) => [encode(writes)],
    fingerprintMessage: (message) => JSON.stringify(message),
    fingerprintRecords: (records) => JSON.stringify(latest(records)),
  };
}

/** A protocol with what clients do, and what must hold. */
export function systemOf<S, M, Op>(
  plain: Plain<S, M, Op>,
  { describe, next }: Pick<Workload<PlainWords, Op>, 'describe' | 'next'>,
  // biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
  monitors: readonly Monitor<PlainWords, any>[],
): System<PlainWords, Op> {
  return {
    name: plain.name,
    protocol: protocolOf(plain),
    nodes: plain.nodes,
    options: () => ({}),
    monitors,
    workload: {
      next,
      describe,
      input: (op, ref) => ({ type: 'ask', ref, op }),
      outcome(_op, answer) {
        if (answer.outcome === 'ok') return { type: 'ok', value: answer.value };
        return { type: answer.outcome === 'no' ? 'fail' : 'info' };
      },
    },
  };
}

/** Answers are versions, and no operation gets an older one than somebody had before it began. */
export const nothingOlder: Monitor<PlainWords, { readonly newest: number; readonly floors: Record<string, number> }> = {
  name: 'who asks later sees no less',
  init: { newest: 0, floors: {} },
  sometimes: ['a version is seen again'],
  observe(state, event, report) {
    if (event.type !== 'asked' && event.type !== 'heard') return state;
    const { process, type, f, value } = event.event;
    const { [`${process}`]: floor = 0, ...floors } = state.floors;
    if (type === 'invoke') return { ...state, floors: { ...state.floors, [`${process}`]: state.newest } };
    if (type !== 'ok') return { ...state, floors };
    const version = value as number;
    if (f === 'read' && version < floor) report.broken(`Version ${version} was read when ${floor} had been seen.`);
    if (f === 'read' && version > 0 && version === state.newest) report.sometimes('a version is seen again');
    return { newest: Math.max(state.newest, version), floors };
  },
};
