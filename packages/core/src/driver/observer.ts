import type { NodeId, SendResult } from '@dsys/transport';
import type { Input } from '../input.js';
import type { Output } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';
import { Listening } from './events.js';
import { type FrameFault, faultDetail } from './frames.js';
import { Counts, countOne, type Gauges, Metrics } from './metrics.js';
import { callSafely, type LogField, type LogLevel } from './observe.js';
import type { DriverOptions } from './options.js';

/** A peer that sends rubbish must not fill the log: one line each so often, with how many there were. */
const FAULT_LINE_MS = 1000;

/** All that is told of a node: events, log, metrics, trace. None of it has an effect on the node. */
export class Observer<V extends Vocabulary> {
  readonly counts: Counts = new Counts();
  readonly listening: Listening<V> = new Listening();
  private readonly given: DriverOptions<V>;
  private readonly metrics: Metrics | null;
  private readonly now: () => number;
  private readonly boot: number;
  private isFull = false;
  private faultLineAt = Number.NEGATIVE_INFINITY;
  private faultsSince = 0;

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

  frameFault(from: NodeId, reason: FrameFault, error: unknown): void {
    this.counts.rejected[reason]++;
    this.faultsSince++;
    const detail = faultDetail(error);
    this.listening.tell('rejected', { from, reason, detail });
    if (this.now() - this.faultLineAt < FAULT_LINE_MS) return;
    this.log('warn', 'a frame was dropped', { from, reason, detail, since: this.faultsSince });
    this.faultLineAt = this.now();
    this.faultsSince = 0;
  }

  sendRefused(to: NodeId, result: SendResult, detail: string): void {
    const level = result === 'unknown-peer' || result === 'closed' ? 'debug' : 'error';
    this.log(level, 'the transport did not take a frame', { to, result, detail });
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
