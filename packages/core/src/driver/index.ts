/**
 * Runs a node of any protocol in a service, a browser or a worker: `Driver.start` takes a protocol, a transport, a storage
 * and a state machine, and gives something to propose to. It holds no rule of order (those are the `Executor`'s) and knows
 * no protocol; `RaftNode` and its like are thin faces over it.
 *
 * Start reading at `driver.ts`, then `loop.ts` for what a turn does, then `wake.ts` for why a late timer waits.
 *
 * @module
 */
export type { StateMachine } from '../state-machine.js';
export type { AskOptions, Busy, Lag } from './admission.js';
export { type Clock, systemClock } from './clock.js';
export { Driver } from './driver.js';
export type { DriverEvents } from './events.js';
export { type FailedPart, type Failure, NodeClosed, NodeFailed, type TimedInput } from './failure.js';
export type { FrameFault } from './frames.js';
export type { Guard } from './guard.js';
export type { Health, HealthCode, HealthReason } from './health.js';
export type { DriverLimits } from './limits.js';
export { ManualClock } from './manual-clock.js';
export type {
  Attributes,
  Counts,
  Histogram,
  InstrumentOptions,
  Meter,
  Observable,
  ObservableResult,
} from './metrics.js';
export type { Log, LogField, LogLevel, Trace, TraceStep } from './observe.js';
export type { DriverOptions } from './options.js';
export type { DriverStatus } from './status.js';
