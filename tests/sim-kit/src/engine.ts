/**
 * What is bundled with a system: runs its seeds, shrinks and replays its runs, tells its traces. One in the main thread,
 * one in each worker.
 */
import {
  type CaughtSeed,
  catchSeed,
  catchServiceSeed,
  isService,
  JUDGED,
  type Profile,
  profileAlone,
  profileNamed,
  type Run,
  readSystemModule,
  replay,
  replayService,
  reportOf,
  type SeedReport,
  type ShrinkOptions,
  type SimulateOptions,
  type SimulationResult,
  type SystemModule,
  simulate,
  simulateService,
  systemNamed,
  type TraceEvent,
  traceOf,
  traceOfService,
  transcript,
  transcriptOf,
  variantOfRun,
} from '@dsys/sim';
import { BadInput } from './bad-input.js';

/** One seed to run. */
export interface Job {
  readonly seed: number;
  readonly variant: string | null;
  /** Of this name; with one kind of fault alone, or none (null); null: the seed's own. */
  readonly profile: 'harsh' | 'mild' | { readonly alone: string | null } | null;
  readonly operations: number | null;
  /** Faults end after so many times the protocol's own magnitude; null: as the system says. */
  readonly scales: number | null;
  /** Most events; null: as the system says. */
  readonly maxEvents: number | null;
  /** Run it again and compare. */
  readonly twice: boolean;
}

/** What became of it. */
export interface Ran {
  /** Null when the profile that was asked for can't be: the protocol does not promise to survive it. */
  readonly report: SeedReport | null;
}

/** How far shrinking is. */
export type ShrinkProgress = NonNullable<ShrinkOptions['onProgress']>;

/** See the top of `engine.ts`. */
export class Engine {
  readonly module: SystemModule;

  /** Throws `BadInput` for a module that exports something else. */
  constructor(exported: Readonly<Record<string, unknown>>) {
    try {
      this.module = readSystemModule(exported);
    } catch (error) {
      throw new BadInput((error as Error).message);
    }
  }

  /** Whether its systems are of services. */
  get isService(): boolean {
    return isService(this.module.system);
  }

  /** Names of its variants. */
  get variants(): string[] {
    return Object.keys(this.module.variants ?? {});
  }

  /** Runs a seed, and reports. What the system throws is a violation too. */
  async run(job: Job): Promise<Ran> {
    const options = this.optionsOf(job);
    if (options === null) return { report: null };
    const report = reportOf(await this.simulate(job, options), this.module.judge);
    if (!job.twice || report.violation !== null) return { report };
    const again = reportOf(await this.simulate(job, options), this.module.judge);
    if (again.traceHash === report.traceHash && again.finalDigest === report.finalDigest) return { report };
    const detail = `the trace hash was ${report.traceHash}, and then ${again.traceHash}`;
    return { report: { ...report, violation: { invariant: TWICE, detail } } };
  }

  /** A seed that breaks something, as a short run. Stops shrinking when `signal` says so. */
  async catch(job: Job, signal: AbortSignal, onProgress: ShrinkProgress): Promise<CaughtSeed | null> {
    const options = this.optionsOf(job);
    if (options === null) return null;
    const system = systemNamed(this.module, job.variant);
    const more = { judge: this.module.judge, signal, onProgress };
    return isService(system) ? await catchServiceSeed(system, options, more) : catchSeed(system, options, more);
  }

  /** A seed from its first event to its last, with its report. */
  async trace(job: Job, clocks: boolean): Promise<string> {
    const options = this.optionsOf(job);
    if (options === null) throw new BadInput('this profile has nothing that the protocol promises to survive');
    return await this.transcript(job.variant, await this.simulate(job, { ...options, record: true }), clocks);
  }

  /** A saved run again: what it breaks, what of it could not happen, and its trace if wanted. */
  async replay(run: Run, wantsTrace: boolean, clocks: boolean): Promise<Replay> {
    const variant = variantOfRun(this.module, run.system);
    if (variant === undefined) {
      const names = [this.module.system, ...Object.values(this.module.variants ?? {})].map(({ name }) => name);
      throw new BadInput(`the run is of the system ${JSON.stringify(run.system)}, not of ${names.join(', ')}`);
    }
    const system = systemNamed(this.module, variant);
    const { violation, happened, skipped, world } = isService(system)
      ? await replayService(system, run)
      : replay(system, run);
    const judged =
      violation === null && run.violation?.invariant === JUDGED ? this.module.judge?.(world.history()) : null;
    const text = wantsTrace ? await this.transcript(variant, run, clocks) : null;
    const broken = judged?.verdict === 'illegal' ? run.violation : violation;
    return { variant, violation: broken, happened: happened.length, skipped, text };
  }

  /** What happens in a run of one of its systems, event by event. */
  async events(run: Run): Promise<readonly TraceEvent[]> {
    const system = systemNamed(this.module, variantOfRun(this.module, run.system) ?? null);
    const { show } = this.module;
    return isService(system) ? await traceOfService(system, run, show) : traceOf(system, run, show);
  }

  private async transcript(variant: string | null, run: Run | SimulationResult, clocks: boolean): Promise<string> {
    const { show } = this.module;
    const system = systemNamed(this.module, variant);
    if (isService(system)) return transcript(await traceOfService(system, run, show), { clocks });
    return transcriptOf(system, run, { clocks, ...(show !== undefined && { show }) });
  }

  private async simulate({ variant }: Job, options: SimulateOptions): Promise<SimulationResult> {
    const system = systemNamed(this.module, variant);
    return isService(system) ? await simulateService(system, options) : simulate(system, options);
  }

  /** Null when there is no such profile. */
  private optionsOf({ seed, profile, operations, scales, maxEvents }: Job): SimulateOptions | null {
    const given = this.module.options ?? {};
    const { scaleUs = 200_000 } = given;
    // As `simulateService` has it: whole services leave spoiled frames to their transport.
    const tolerated = { garbled: !this.isService, ...given.tolerated };
    const draw = { seed, scaleUs, tolerated };
    let wanted: Profile | null | undefined;
    if (profile === 'harsh' || profile === 'mild') wanted = profileNamed(draw, profile);
    else if (profile !== null) wanted = profileAlone(draw, profile.alone);
    if (wanted === null) return null;
    return {
      ...given,
      seed,
      ...(wanted !== undefined && { profile: wanted }),
      ...(operations !== null && { operations }),
      ...(scales !== null && { maxUs: scales * scaleUs }),
      ...(maxEvents !== null && { maxEvents }),
    };
  }
}

/** What a replay comes to. */
export interface Replay {
  readonly variant: string | null;
  readonly violation: Run['violation'];
  readonly happened: number;
  readonly skipped: readonly string[];
  readonly text: string | null;
}

/** The invariant that is broken by a seed that does not run alike twice. */
export const TWICE = 'a seed runs alike twice';
