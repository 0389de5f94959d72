import type { NodeId, SendResult } from '@dsys/transport';
import type { Input } from '../input.js';
import type { Output } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';
import { Listening } from './events.js';
import { type FrameFault, faultDetail } from './frames.js';
import { Counts, countOne, type Gauges, Metrics } from './metrics.js';
import { callSafely, type LogField, type LogLevel } from './observe.js';
import type { DriverOptions } from './options.js';

/** A peer that sends rubbish, or takes nothing, must not fill the log: one line each so often, with how many there were. */
const LINE_MS = 1000;

/** All that is told of a node: events, log, metrics, trace. None of it has an effect on the node. */
export class Observer<V extends Vocabulary> {
  readonly counts: Counts = new Counts();
  readonly listening: Listening<V> = new Listening();
  private readonly given: DriverOptions<V>;
  private readonly metrics: Metrics | null;
  private readonly now: () => number;
  private readonly boot: number;
  private isFull = false;
  /** What recovering had to say; null once it has been told. */
  private early: V['event'][] | null = [];
  private readonly repeated = new Map<SendResult | 'rejected', { at: number; count: number }>();

  constructor(given: DriverOptions<V>, boot: number, now: () => number, gauges: () => Gauges) {
    this.given = given;
    this.boot = boot;
    this.now = now;
    const labels = { node: given.id, protocol: given.protocol.name };
    this.metrics = given.metrics === undefined ? null : new Metrics(given.metrics, labels, this.counts, gauges);
  }

  log(level: LogLevel, message: string, fields: Readonly<Record<string, LogField>> = {}): void {
    const { log, id, protocol } = this.given;
    if (log !== undefined) callSafely(() => log(level, message, { node: id, protocol: protocol.name, ...fields }));
  }

  stepped(input: Input<V> | null, outputs: readonly Output<V>[], now: number): void {
    if (input !== null) countOne(this.counts.steps, input.type);
    const { trace, id } = this.given;
    if (trace !== undefined) callSafely(() => trace({ node: id, boot: this.boot, now, input, outputs }));
  }

  emit(event: V['event']): void {
    if (this.early === null) this.listening.tell('event', event);
    else this.early.push(event);
  }

  /** Whoever started the node has had time to listen. */
  tellEarly(): void {
    const { early } = this;
    if (early === null) return;
    this.early = null;
    for (const event of early) this.listening.tell('event', event);
  }

  frameFault(from: NodeId, reason: FrameFault, error: unknown): void {
    this.counts.rejected[reason]++;
    const detail = faultDetail(error);
    this.listening.tell('rejected', { from, reason, detail });
    const since = this.countSince('rejected');
    if (since > 0) this.log('warn', 'a frame was dropped', { from, reason, detail, since });
  }

  sendRefused(to: NodeId, result: SendResult, detail: string): void {
    const level = result === 'unknown-peer' || result === 'closed' ? 'debug' : 'error';
    const since = this.countSince(result);
    if (since > 0) this.log(level, 'the transport did not take a frame', { to, result, detail, since });
  }

  /** How many there were since the last line; 0 where it is too early for another. */
  private countSince(what: SendResult | 'rejected'): number {
    const { at, count } = this.repeated.get(what) ?? { at: Number.NEGATIVE_INFINITY, count: 0 };
    const isDue = this.now() - at >= LINE_MS;
    this.repeated.set(what, isDue ? { at: this.now(), count: 0 } : { at, count: count + 1 });
    return isDue ? count + 1 : 0;
  }

  answered(outcome: string, tookMs: number): void {
    countOne(this.counts.answers, outcome);
    this.metrics?.answered(outcome, tookMs);
  }

  flushed(records: number, tookMs: number): void {
    this.counts.flushes++;
    this.metrics?.flushed(records, tookMs);
    this.diskIs('ok');
  }

  full(): void {
    this.counts.refusedFlushes++;
    this.diskIs('full');
  }

  applied(entries: number, tookMs: number): void {
    this.counts.appliedEntries += entries;
    if (entries > 0) this.metrics?.applied(tookMs);
  }

  snapshotFailed(name: string, error: unknown): void {
    this.log('warn', 'a snapshot could not be read or written', { name, error: String(error) });
  }

  peersRefused(error: unknown): void {
    this.log('error', 'the transport did not take the peers', { error: String(error) });
  }

  /** Metrics are not read any more. */
  close(): void {
    this.metrics?.close();
  }

  private diskIs(state: 'full' | 'ok'): void {
    if (this.isFull === (state === 'full')) return;
    this.isFull = state === 'full';
    this.log(this.isFull ? 'error' : 'info', this.isFull ? 'the disk is full' : 'the disk has room again');
    this.listening.tell('disk', { state });
  }
}
