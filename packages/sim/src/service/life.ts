/**
 * One life of a service: from its start to a crash. All that it has of the world belongs to this life, so that what is
 * left of it after a crash, a promise that resolves late or a listener, can't touch the next one.
 */
import { type Random, seededRandom, split } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { type MemoryDisk, type MemoryStorage, openMemory } from '@dsys/wal';
import { LifeClock } from './clock.js';
import type { ServiceEnv, ServiceSystem } from './system.js';
import { type Carrier, LifeTransport } from './transport.js';

/** What a life tells its node. */
export interface LifeHost {
  readonly carrier: Carrier;
  readonly seed: number;
  localMs(): number;
  flushing(): void;
  noted(what: string, value: unknown): void;
  exited(reason: string): void;
}

/** See the top of `life.ts`. */
export class Life<S> {
  readonly clock: LifeClock;
  readonly transport: LifeTransport;
  readonly storage: MemoryStorage;
  /** What `start` gave, once it has. */
  service: S | null = null;
  isOver = false;
  private readonly env: ServiceEnv;
  private readonly controller = new AbortController();
  private readonly host: LifeHost;
  /** Lets the flush under way complete. */
  private complete: (() => void) | null = null;

  constructor(id: NodeId, disk: MemoryDisk, system: ServiceSystem<S>, host: LifeHost) {
    this.host = host;
    this.clock = new LifeClock(() => host.localMs());
    this.transport = new LifeTransport(id, host.carrier, system.limits);
    this.storage = openMemory(disk, { flushTakes: () => this.flush() });
    const random: Random = split(seededRandom(host.seed), `service ${id} ${disk.boot}`);
    this.env = Object.freeze({
      id,
      boot: disk.boot,
      transport: this.transport,
      storage: this.storage,
      clock: this.clock,
      random,
      signal: this.controller.signal,
      note: (what: string, value?: unknown) => {
        if (!this.isOver) host.noted(what, value);
      },
      exit: (reason: string) => {
        if (!this.isOver) host.exited(reason);
      },
    });
  }

  /** Starts the service; `failed` is told of what `start` throws. */
  start(system: ServiceSystem<S>, started: (service: S) => void, failed: (error: unknown) => void): void {
    void (async () => system.start(this.env))().then((service) => {
      if (this.isOver) return;
      this.service = service;
      started(service);
    }, failed);
  }

  /** Whether a flush is under way. */
  get isFlushing(): boolean {
    return this.complete !== null;
  }

  /** The flush under way completes, once promises have settled. */
  completeFlush(): void {
    const complete = this.complete!;
    this.complete = null;
    complete();
  }

  /** The process is gone. Promises of its env never settle; only `signal` is told. */
  end(): void {
    this.isOver = true;
    this.clock.end();
    this.transport.end();
    this.complete = null;
    this.controller.abort(new Error(`${this.env.id} has crashed`));
  }

  private flush(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isOver) return;
      this.complete = resolve;
      this.host.flushing();
    });
  }
}
