/**
 * A world in a seed. A `System` says who takes part and what must hold; a `World` is one as a value: nodes, network and
 * disks, in which nothing happens until somebody chooses it.
 *
 * Start reading at `system.ts`, then `world.ts`.
 */
export { named, parseAction, type SimAction } from './action.js';
export { type CatchOptions, type CaughtSeed, catchSeed, catchServiceSeed } from './batch/catch-seed.js';
export { type Draw, faultKinds, hasKind, profileAlone, profileNamed } from './batch/fault-kinds.js';
export { type ReadyTestOptions, readyTest } from './batch/ready-test.js';
export {
  COUNTS_FROM,
  type CountsFrom,
  JUDGED,
  type Judge,
  type Judgement,
  reportOf,
  type SeedReport,
  violationOf,
} from './batch/seed-report.js';
export {
  type SeedFailure,
  type SeedsResult,
  type SimulateSeedsOptions,
  simulateSeeds,
  simulateServiceSeeds,
} from './batch/simulate-seeds.js';
export { type Outcome, Summary, summaryLines, type Totals } from './batch/summary.js';
export {
  type AnySystem,
  isService,
  readSystemModule,
  type SystemModule,
  systemNamed,
  variantOfRun,
} from './batch/system-module.js';
export type { Budget } from './budget.js';
export { Digest, digestOf } from './digest.js';
export type { DiskHarm } from './disk-harm.js';
export { garbled } from './garble.js';
export type { HistoryEvent } from './history.js';
export type { Asked } from './ledger.js';
export { type Bandwidth, Links } from './links.js';
export { type Machine, noMachine } from './machine.js';
export type { Monitor, Observer, Report, WorldEvent } from './monitor.js';
export { type Frame, Network, type NetworkKind } from './network.js';
export { drawProfile, GENTLE, type Profile, type Range, type Recurring, type Tolerated } from './profile.js';
export {
  parseRun,
  type Replayable,
  type Replayed,
  type ReplayOptions,
  RUN_VERSION,
  type Run,
  type RunOptions,
  replay,
  runOf,
} from './run.js';
export type { Owed, ScheduledNode, ScheduledWorld } from './scheduled.js';
export type { ServiceClock, SleepOptions, Timer } from './service/clock.js';
export { RealWorldError } from './service/guard.js';
export { ServiceNode } from './service/node.js';
export {
  type ReplayedService,
  replayService,
  type SimulateServiceOptions,
  shrinkService,
  simulateService,
} from './service/simulate.js';
export type {
  ServiceEnv,
  ServiceEvent,
  ServiceInvariant,
  ServiceOutcome,
  ServiceSystem,
  ServiceWorkload,
} from './service/system.js';
export { type ServiceShow, traceOfService } from './service/trace.js';
export { type ServiceWatcher, ServiceWorld, type ServiceWorldOptions } from './service/world.js';
export { type Shrinkable, type ShrinkOptions, shrink } from './shrink.js';
export { SimNode, type Surroundings } from './sim-node.js';
export type { Settings, SimulateOptions } from './simulate-options.js';
export { Simulation, simulate } from './simulation.js';
export type { SimulationResult, TimedAction } from './simulation-result.js';
export type { SnapshotJob } from './snapshot-jobs.js';
export type { System, Workload } from './system.js';
export type { Said, Tamper } from './tamper.js';
export { type Show, type TraceEvent, Tracer, traceOf } from './trace.js';
export { shiviz, type TranscriptOptions, transcript, transcriptOf } from './transcript.js';
export type { VectorClock } from './vector-clocks.js';
export type { Watcher } from './watcher.js';
export { World, type WorldOptions } from './world.js';
