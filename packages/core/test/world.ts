/**
 * A small world for the ping counter: real executors and disks in memory, a network that is a list, and one seed that
 * decides what happens next. It loses, repeats and reorders messages, crashes nodes in the middle of a flush, fills disks
 * and lets them hang. (`@dsys/sim` is this in earnest.)
 */
import { MemoryDisk } from '@dsys/wal';
import { type PingOptions, type PingWords, pingCounter } from '../../../examples/ping-counter/protocol.js';
import type { Answer, ApplyWork, Flush, Host, Random } from '../src/index.js';
import { below, between, Executor, pick, seededRandom, split } from '../src/index.js';

type Action =
  | 'deliver'
  | 'drop'
  | 'repeat'
  | 'flush'
  | 'apply'
  | 'wait'
  | 'ping'
  | 'crash'
  | 'restart'
  | 'fill'
  | 'hang';

/** How often each thing happens, relative to the others. Harsh ones let faults meet: timeouts, disks and crashes of one pace. */
const PROFILES: readonly Record<Action, number>[] = [
  { deliver: 50, drop: 1, repeat: 1, flush: 30, apply: 20, wait: 5, ping: 8, crash: 0.2, restart: 4, fill: 0, hang: 0 },
  { deliver: 20, drop: 4, repeat: 4, flush: 8, apply: 8, wait: 6, ping: 6, crash: 2, restart: 4, fill: 0.3, hang: 0.3 },
  { deliver: 20, drop: 1, repeat: 6, flush: 3, apply: 3, wait: 8, ping: 4, crash: 4, restart: 8, fill: 0, hang: 1 },
  { deliver: 8, drop: 8, repeat: 8, flush: 8, apply: 2, wait: 8, ping: 8, crash: 1, restart: 2, fill: 2, hang: 0 },
];

interface Ping {
  /** The highest count that anybody had been told of when this one was asked for. */
  readonly above: number;
}

/** One node's disk, and the process on it while one runs. */
class WorldNode implements Host<PingWords> {
  readonly id: string;
  readonly disk = new MemoryDisk();
  readonly world: PingWorld;
  executor: Executor<PingWords> | null = null;
  flushing: { readonly flush: Flush; readonly isFull: boolean } | null = null;
  work: ApplyWork | null = null;
  isFull = false;
  isHung = false;
  pings = new Map<number, Ping>();
  lastRef = 0;

  constructor(id: string, world: PingWorld) {
    this.id = id;
    this.world = world;
  }

  start(): void {
    const { now, options } = this.world;
    this.disk.open();
    const { records, damage } = this.disk.load();
    const nextPosition = this.disk.status().nextPosition;
    const recovery = { id: this.id, boot: this.disk.boot, appliedIndex: 0, nextPosition, snapshots: [], damage };
    const { core, outputs } = pingCounter.recover(options, recovery, records, now);
    this.executor = new Executor({ protocol: pingCounter, core, host: this, nextPosition });
    this.executor.start(outputs, now);
    this.executor.pump();
  }

  crash(random: Random): void {
    this.disk.crash({ survivors: below(random, this.disk.inFlight + 1) });
    this.executor = null;
    this.flushing = null;
    this.work = null;
    this.isHung = false;
    this.pings = new Map();
    this.lastRef = 0;
  }

  send(to: string | readonly string[], message: Parameters<typeof pingCounter.encodeMessage>[0]): void {
    const bytes = pingCounter.encodeMessage(message);
    for (const node of [to].flat()) this.world.network.push({ from: this.id, to: node, bytes });
  }
  flush(flush: Flush): void {
    this.flushing = { flush, isFull: this.isFull };
    if (this.isFull) return;
    if (flush.compactTo === null) this.disk.append(flush.records, { essential: flush.essential });
    else this.disk.compact(flush.compactTo, flush.records);
    this.disk.flush();
  }
  apply(work: ApplyWork): void {
    this.work = work;
  }
  answer(ref: number, answer: Answer<PingWords>): void {
    const ping = this.pings.get(ref);
    if (ping === undefined) return this.world.fail(`${this.id} answers ref ${ref}, which is answered already`);
    this.pings.delete(ref);
    this.world.onAnswer(ping.above, answer);
  }
  emit({ term }: PingWords['event']): void {
    this.world.onElected(this.id, term, this.disk.boot);
  }
  readSnapshot(): void {}
  writeSnapshot(): void {}
  removeSnapshot(): void {}
  setPeers(): void {}

  flushed(now: number): void {
    const { flush, isFull } = this.flushing!;
    this.flushing = null;
    if (isFull) return this.executor!.refused(now);
    const last = this.disk.flushed();
    this.executor!.flushed(now, { first: last - flush.records.length + 1, last });
  }
  applied(now: number): void {
    const { work } = this;
    this.work = null;
    this.executor!.appliedDone(now, work!.type === 'entries' ? work!.entries.map(({ bytes }) => bytes) : []);
  }
  ping(now: number, count: number): void {
    const commands = Array.from({ length: count }, () => ({ ref: ++this.lastRef, bytes: new Uint8Array(1) }));
    for (const { ref } of commands) this.pings.set(ref, { above: this.world.highest });
    this.executor!.step({ type: 'propose', commands }, now);
  }
}

/** See the top of `world.ts`. */
export class PingWorld {
  readonly options: PingOptions;
  readonly nodes: readonly WorldNode[];
  now = 0;
  network: { readonly from: string; readonly to: string; readonly bytes: Uint8Array }[] = [];
  /** The highest count that anybody has been told of. */
  highest = 0;
  broken: string | null = null;
  readonly trace: string[] = [];
  readonly sometimes: Record<string, number> = {};
  private readonly random: Random;
  private readonly electedIn = new Map<number, string>();
  private readonly told = new Set<number>();

  constructor(seed: number, options: Partial<PingOptions> = {}) {
    const ids = ['n1', 'n2', 'n3', 'n4', 'n5'].slice(0, seed % 4 === 0 ? 5 : 3);
    this.options = { nodes: ids, timeoutMs: 30, spreadMs: 30, seed, ...options };
    this.random = split(seededRandom(seed), 'world');
    this.nodes = this.options.nodes.map((id) => new WorldNode(id, this));
    for (const node of this.nodes) node.start();
  }

  /** Lets so much happen, or less if something that must not has happened. */
  run(steps: number): void {
    const profile = pick(this.random, PROFILES);
    for (let i = 0; i < steps && this.broken === null; i++) this.act(this.choose(profile));
  }

  /** All is well again: everything arrives, disks work. Whoever asks then is told a count before long. */
  heal(): void {
    const { applied = 0 } = this.sometimes;
    for (const node of this.nodes) {
      Object.assign(node, { isHung: false, isFull: false });
      if (node.executor === null) node.start();
    }
    for (let round = 1; round <= 200 && this.broken === null; round++) {
      this.settle();
      this.tick(5);
      if (round % 20 === 0) for (const node of this.nodes) node.ping(this.now, 1);
    }
    if ((this.sometimes['applied'] ?? 0) === applied) this.fail('nobody is told a count, though all is well');
  }

  /** Lets everything happen that time is not needed for. */
  private settle(): void {
    for (;;) {
      for (const { executor } of this.nodes) executor!.pump();
      const frame = this.network.shift();
      const flushing = this.nodes.find((node) => node.flushing);
      const working = this.nodes.find((node) => node.work);
      if (frame !== undefined) this.deliver(frame);
      else if (flushing !== undefined) flushing.flushed(this.now);
      else if (working !== undefined) working.applied(this.now);
      else return;
    }
  }

  onElected(id: string, term: number, boot: number): void {
    this.count('elected');
    const who = `${id}, boot ${boot}`;
    const before = this.electedIn.get(term);
    if (before !== undefined) this.fail(`two are elected in term ${term}: ${before}; ${who}`);
    this.electedIn.set(term, who);
  }

  onAnswer(above: number, answer: Answer<PingWords>): void {
    this.count(answer.outcome);
    if (answer.outcome !== 'applied') return;
    const { index } = answer;
    if (this.told.has(index)) this.fail(`count ${index} is given to two pings`);
    if (index <= above) this.fail(`a ping gets count ${index} after somebody was told ${above}: a count is lost`);
    this.told.add(index);
    this.highest = Math.max(this.highest, index);
  }

  fail(what: string): void {
    this.broken ??= what;
  }

  private choose(profile: Record<Action, number>): Action {
    const actions = Object.keys(profile) as Action[];
    let left = (below(this.random, 1_000_000) / 1_000_000) * actions.reduce((sum, action) => sum + profile[action], 0);
    return actions.find((action) => (left -= profile[action]) < 0)!;
  }

  private act(action: Action): void {
    const { random, now } = this;
    const one = <T>(from: readonly T[], act: (chosen: T) => void) => from.length > 0 && act(pick(random, from));
    const running = this.nodes.filter(({ executor }) => executor !== null);
    switch (action) {
      case 'deliver':
      case 'drop':
      case 'repeat': {
        const i = below(random, Math.max(1, this.network.length));
        const frame = this.network[i];
        if (frame === undefined) break;
        if (action !== 'repeat') this.network.splice(i, 1);
        if (action !== 'drop') this.deliver(frame);
        break;
      }
      case 'flush':
        one(
          running.filter((node) => node.flushing && !node.isHung),
          (node) => node.flushed(now),
        );
        break;
      case 'apply':
        one(
          running.filter((node) => node.work),
          (node) => node.applied(now),
        );
        break;
      case 'wait':
        this.tick(between(random, 1, 12));
        break;
      case 'ping':
        one(running, (node) => node.ping(now, between(random, 1, 3)));
        break;
      case 'crash':
        one(running, (node) => node.crash(random));
        break;
      case 'restart':
        one(
          this.nodes.filter(({ executor }) => executor === null),
          (node) => node.start(),
        );
        break;
      case 'fill':
        one(running, (node) => (node.isFull = !node.isFull));
        break;
      case 'hang':
        one(running, (node) => (node.isHung = !node.isHung));
        break;
    }
    this.count(action);
    this.trace.push(`${this.now} ${action}`);
    for (const { executor } of this.nodes) executor?.pump();
  }

  private deliver({ from, to, bytes }: (typeof this.network)[number]): void {
    const node = this.nodes.find(({ id }) => id === to)!;
    const message = pingCounter.decodeMessage(bytes);
    this.trace.push(`  ${from} → ${to} ${pingCounter.fingerprintMessage(message)}`);
    node.executor?.step({ type: 'receive', from, message }, this.now);
  }

  private tick(ms: number): void {
    this.now += ms;
    for (const { executor } of this.nodes) executor?.timeout(this.now);
  }

  private count(what: string): void {
    this.sometimes[what] = (this.sometimes[what] ?? 0) + 1;
  }
}
