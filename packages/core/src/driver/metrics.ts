/**
 * Metrics in OpenTelemetry's shape. `Meter` is what of `@opentelemetry/api`'s is used, by structure: theirs fits, a stub of
 * ten lines does too, and nothing is imported. What is counted on the way is a plain number, read when somebody collects;
 * only durations and sizes are recorded as they happen.
 */
import type { NodeId, SendResult } from '@dsys/transport';
import type { FrameFault } from './frames.js';
import { callSafely } from './observe.js';

/** Labels of a measurement. */
export type Attributes = Record<string, string>;

/** What describes an instrument. */
export interface InstrumentOptions {
  readonly description?: string;
  readonly unit?: string;
}

/** Takes values when they are collected. */
export interface ObservableResult {
  /** Tells the figure. */
  observe(value: number, attributes?: Attributes): void;
}

/** An instrument that is asked. */
export interface Observable {
  /** Has it read from now on. */
  addCallback(callback: (result: ObservableResult) => void): void;
  /** No more. */
  removeCallback(callback: (result: ObservableResult) => void): void;
}

/** What a histogram takes. */
export interface Histogram {
  /** Notes one value. */
  record(value: number, attributes?: Attributes): void;
}

/** The part of an OpenTelemetry `Meter` that a driver uses. */
export interface Meter {
  /** Distributions: durations, sizes. */
  createHistogram(name: string, options?: InstrumentOptions): Histogram;
  /** Totals that only grow, read when somebody collects. */
  createObservableCounter(name: string, options?: InstrumentOptions): Observable;
  /** Figures as of now, read when somebody collects. */
  createObservableGauge(name: string, options?: InstrumentOptions): Observable;
}

/** Totals since the start. */
export class Counts {
  /** Steps by the type of their input. */
  readonly steps: Map<string, number> = new Map();
  /** Frames by what the transport said of them. */
  readonly sent: Record<SendResult, number> = { queued: 0, full: 0, 'unknown-peer': 0, 'too-large': 0, closed: 0 };
  /** Frames that arrived and were dropped, by reason. */
  readonly rejected: Record<FrameFault, number> = { full: 0, unverified: 0, malformed: 0 };
  readonly answers: Map<string, number> = new Map();
  framesReceived = 0;
  flushes = 0;
  refusedFlushes = 0;
  appliedEntries = 0;
}

/** Adds one to what is counted under a name. */
export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** What is read when somebody collects. */
export interface Gauges {
  readonly outstanding: number;
  readonly lagEntries: number;
  readonly flushingMs: number;
}

/** Labels that all measurements of a node carry. */
export interface MetricsOptions {
  readonly node: NodeId;
  readonly protocol: string;
}

/** The instruments of one node. Without a meter none is made, and nothing is recorded. */
export class Metrics {
  private readonly common: Attributes;
  private readonly records: Record<'answer' | 'flush' | 'flushRecords' | 'apply', ReturnType<Meter['createHistogram']>>;
  private readonly removals: (() => void)[] = [];

  constructor(meter: Meter, { node, protocol }: MetricsOptions, counts: Counts, gauges: () => Gauges) {
    this.common = { 'dsys.node': node, 'dsys.protocol': protocol };
    const seconds = (what: string): InstrumentOptions => ({ unit: 's', description: what });
    this.records = {
      answer: meter.createHistogram('dsys.node.answer.duration', seconds('From the asking to the answer, by outcome.')),
      flush: meter.createHistogram('dsys.node.flush.duration', seconds('How long the disk took for a flush.')),
      flushRecords: meter.createHistogram('dsys.node.flush.records', {
        unit: '{record}',
        description: 'How many records shared a flush.',
      }),
      apply: meter.createHistogram('dsys.node.apply.duration', seconds('How long the state machine took for a batch.')),
    };
    const counter = (name: string, unit: string, description: string, read: Read) =>
      this.observe(meter.createObservableCounter(`dsys.node.${name}`, { unit: `{${unit}}`, description }), read);
    const gauge = (name: string, unit: string, description: string, read: Read) =>
      this.observe(meter.createObservableGauge(`dsys.node.${name}`, { unit, description }), read);
    counter(
      'steps',
      'step',
      'Steps of the core, by input.',
      by('input', () => counts.steps),
    );
    counter(
      'frames.sent',
      'frame',
      'Frames, by what the transport said.',
      by('result', () => counts.sent),
    );
    counter('frames.received', 'frame', 'Frames that arrived.', (put) => put(counts.framesReceived));
    counter(
      'frames.rejected',
      'frame',
      'Frames that were dropped here.',
      by('reason', () => counts.rejected),
    );
    counter(
      'answers',
      'answer',
      'Answers, by outcome.',
      by('outcome', () => counts.answers),
    );
    counter('flushes', 'flush', 'Flushes that are durable.', (put) => put(counts.flushes));
    counter('flushes.refused', 'flush', 'Flushes that found no room.', (put) => put(counts.refusedFlushes));
    counter('applied', 'entry', 'Entries that the state machine has.', (put) => put(counts.appliedEntries));
    gauge('outstanding', '{request}', 'Who waits for an answer.', (put) => put(gauges().outstanding));
    gauge('apply.lag', '{entry}', 'Entries that wait for the state machine.', (put) => put(gauges().lagEntries));
    gauge('flush.age', 's', 'How long the flush under way has taken.', (put) => put(gauges().flushingMs / 1000));
  }

  answered(outcome: string, tookMs: number): void {
    this.record('answer', tookMs / 1000, { ...this.common, outcome });
  }

  flushed(records: number, tookMs: number): void {
    this.record('flush', tookMs / 1000);
    this.record('flushRecords', records);
  }

  applied(tookMs: number): void {
    this.record('apply', tookMs / 1000);
  }

  /** Nothing is asked any more. */
  close(): void {
    for (const remove of this.removals) callSafely(remove);
    this.removals.length = 0;
  }

  private record(name: keyof Metrics['records'], value: number, attributes: Attributes = this.common): void {
    callSafely(() => this.records[name].record(value, attributes));
  }

  private observe(instrument: Observable, read: Read): void {
    const { common } = this;
    const callback = (result: ObservableResult) =>
      read((value, attributes) => result.observe(value, { ...common, ...attributes }));
    instrument.addCallback(callback);
    this.removals.push(() => instrument.removeCallback(callback));
  }
}

type Read = (put: (value: number, attributes?: Attributes) => void) => void;

/** Reads a table of totals, one value for each of its keys. */
function by(label: string, read: () => ReadonlyMap<string, number> | Readonly<Record<string, number>>): Read {
  return (put) => {
    const table = read();
    const rows = table instanceof Map ? table : Object.entries(table);
    for (const [key, value] of rows) put(value, { [label]: key });
  };
}
