/** One node of a world of services: a disk and a clock that outlive crashes, and the life of a service on them. */
import type { NodeId } from '@dsys/transport';
import { MemoryDisk } from '@dsys/wal';
import { type DiskHarm, harmDisk } from '../disk-harm.js';
import type { Owed, ScheduledNode } from '../scheduled.js';
import { firstUsAt, localMs } from '../skew.js';
import { Life, type LifeHost } from './life.js';
import type { ServiceSystem } from './system.js';

/** What a node tells its world. */
export interface ServiceSurroundings<S> {
  /** What a new life of this node does to the world. */
  hostOf(node: ServiceNode<S>): LifeHost;
  /** Its service has started, and can be asked. */
  started(node: ServiceNode<S>, service: S): void;
}

/** See the top of `node.ts`. */
export class ServiceNode<S> implements ScheduledNode {
  readonly id: NodeId;
  state: 'up' | 'down' | 'failed' | 'paused' = 'down';
  /** Why it failed; and whether that was its disk's doing, or its own wish. */
  failure: string | null = null;
  diskFailed = false;
  disk: MemoryDisk = new MemoryDisk();
  offsetUs = 0;
  ppm = 0;
  nextRef = 1;
  /** @internal */
  life: Life<S> | null = null;
  private readonly system: ServiceSystem<S>;
  private readonly around: ServiceSurroundings<S>;

  /** @internal */
  constructor(id: NodeId, system: ServiceSystem<S>, around: ServiceSurroundings<S>) {
    this.id = id;
    this.system = system;
    this.around = around;
  }

  /** The service, when it has started and has not ended. */
  get service(): S | null {
    return this.life?.service ?? null;
  }

  /** Whether it runs: it is neither down nor failed nor paused. */
  get isUp(): boolean {
    return this.state === 'up';
  }

  /** Only when it has started can it be asked. */
  get isReady(): boolean {
    return this.isUp && this.service !== null;
  }

  /** What its clock shows, in whole milliseconds. */
  nowMs(nowUs: number): number {
    return localMs(this, nowUs);
  }

  /** The first microsecond of the world at which its clock shows so many milliseconds. */
  whenUs(ms: number): number {
    return firstUsAt(this, ms);
  }

  /** When its next timer is due. */
  deadline(): number | null {
    return this.life === null ? null : this.life.clock.deadline();
  }

  /** As `ScheduledNode.owes`: of a service, only flushes. */
  owes(what: Owed): boolean {
    return what === 'flushed' && this.life?.isFlushing === true;
  }

  /** A process starts from what its disk holds. */
  start(): void {
    this.state = 'up';
    const life = new Life<S>(this.id, this.disk, this.system, this.around.hostOf(this));
    this.life = life;
    this.run(() =>
      life.start(
        this.system,
        (service) => this.around.started(this, service),
        (error) => this.fail(error, life),
      ),
    );
  }

  /** Runs code of the service: what it throws ends the node. @internal */
  run(does: (life: Life<S>) => void): void {
    const { life } = this;
    if (life === null) return;
    try {
      does(life);
    } catch (error) {
      this.fail(error, life);
    }
  }

  /** Its service threw, and nobody caught it. Of a life that is over nobody cares. @internal */
  fail(error: unknown, life: Life<S> | null = this.life): void {
    if (life === null || life.isOver) return;
    const isDisk = (error as { code?: unknown } | null)?.code === 'log-failed';
    this.stop(error instanceof Error ? (error.stack ?? error.message) : String(error), isDisk);
  }

  /** The service ends of itself. */
  stop(reason: string, isExcused: boolean): void {
    this.state = 'failed';
    this.failure = reason;
    this.diskFailed = isExcused;
    this.life?.end();
  }

  /** As `SimNode.crash`. The dead life keeps a disk that nobody has any more. */
  crash(survivors: number, snapshotsSurvive: boolean): void {
    this.life?.end();
    this.life = null;
    this.disk.crash({ survivors, snapshotsSurvive });
    this.disk = this.disk.clone();
    this.state = 'down';
    this.failure = null;
    this.diskFailed = false;
  }

  /** Its disk is lost. Only while it is down. */
  wipe(): void {
    this.disk = new MemoryDisk();
  }

  /** As `SimNode.harmDisk`. */
  harmDisk(harm: DiskHarm): boolean {
    if (harm.type === 'ioError' && !this.isUp && this.state !== 'paused') return false;
    return harmDisk(this.disk, harm);
  }

  /** Something was changed from outside. */
  changed(): void {
    // There is no fingerprint to be forgotten.
  }
}
