/**
 * A small world for the ping counter: real executors, disks in memory, a network that is a list of what will arrive when,
 * and a seed that decides how long everything takes and what goes wrong. It loses, repeats and reorders messages, crashes
 * nodes in the middle of a flush, fills disks and lets them hang. (`@dsys/sim` is this in earnest.)
 */
import { MemoryDisk } from '@dsys/wal';
import {
  type PingMessage,
  type PingOptions,
  type PingWords,
  pingCounter,
} from '../../../examples/ping-counter/protocol.js';
import type { Answer, ApplyWork, Flush, Host, Random } from '../src/index.js';
import { below, between, chance, Executor, pick, seededRandom, split } from '../src/index.js';

/**
 * How long things take at most, in milliseconds, and how often they go wrong. Where timeouts, disks, messages and crashes
 * have one pace, faults meet: half of all seeds are so, the others have them apart.
 */
interface Pace {
  readonly message: number;
  readonly disk: number;
  readonly ping: number;
  readonly crash: number;
  readonly down: number;
  readonly lost: number;
  readonly repeated: number;
}

const paceOf = (random: Random): Pace => ({
  message: pick(random, [2, 8, 15]),
  disk: pick(random, [2, 8, 15]),
  ping: pick(random, [10, 30]),
  crash: pick(random, [8, 15, 30, 200]),
  down: pick(random, [1, 5, 30]),
  lost: pick(random, [0, 0.02, 0.1]),
  repeated: pick(random, [0, 0.2, 0.4]),
});

/** One node's disk, and the process on it while one runs. */
class WorldNode implements Host<PingWords> {
  readonly id: string;
  readonly disk = new MemoryDisk();
  /** How many times slower than the others'. */
  readonly slowness: number;
  readonly world: PingWorld;
  executor: Executor<PingWords> | null = null;
  isFull = false;
  isHung = false;
  /** Counted up by each crash: what was begun before it comes to nothing. */
  private life = 0;
  private pings = new Map<number, number>();
  private lastRef = 0;

  constructor(id: string, slowness: number, world: PingWorld) {
    this.id = id;
    this.slowness = slowness;
    this.world = world;
  }

  start(): void {
    const { now, options } = this.world;
    this.disk.open();
    const { records, damage } = this.disk.load();
    const { nextPosition } = this.disk.status();
    const recovery = { id: this.id, boot: this.disk.boot, appliedIndex: 0, nextPosition, snapshots: [], damage };
    const { core, outputs } = pingCounter.recover(options, recovery, records, now);
    this.executor = new Executor({ protocol: pingCounter, core, host: this, nextPosition });
    this.executor.start(outputs, now);
  }

  crash(survivors: number): void {
    this.disk.crash({ survivors });
    this.executor = null;
    this.isHung = false;
    this.life++;
    this.pings = new Map();
    this.lastRef = 0;
  }

  /** Asks for counts. None of them may be one that anybody has been told of by now. */
  ping(count: number): void {
    const commands = Array.from({ length: count }, () => ({ ref: ++this.lastRef, bytes: new Uint8Array(1) }));
    for (const { ref } of commands) this.pings.set(ref, this.world.highest);
    this.executor!.step({ type: 'propose', commands }, this.world.now);
  }

  send(to: string | readonly string[], message: PingMessage): void {
    const bytes = pingCounter.encodeMessage(message);
    for (const node of [to].flat()) this.world.carry(this.id, node, bytes);
  }

  flush({ records, compactTo, essential }: Flush): void {
    const { isFull } = this;
    if (!isFull) {
      if (compactTo === null) this.disk.append(records, { essential });
      else {
        this.world.count('compacted');
        this.disk.compact(compactTo, records);
      }
      this.disk.flush();
    }
    const complete = (executor: Executor<PingWords>): void => {
      const { now } = this.world;
      if (this.isHung) return this.later(20, complete);
      if (isFull) {
        this.world.count('refused');
        return executor.refused(now);
      }
      const last = this.disk.flushed();
      executor.flushed(now, { first: last - records.length + 1, last });
    };
    this.later(this.world.paced('disk') * this.slowness, complete);
  }

  apply(work: ApplyWork): void {
    const results = work.type === 'entries' ? work.entries.map(({ bytes }) => bytes) : [];
    this.later(1, (executor) => executor.appliedDone(this.world.now, results));
  }

  answer(ref: number, answer: Answer<PingWords>): void {
    const above = this.pings.get(ref);
    if (above === undefined) return this.world.fail(`${this.id} answers ref ${ref}, and nobody waits for that`);
    this.pings.delete(ref);
    this.world.onAnswer(above, answer);
  }

  emit({ term }: PingWords['event']): void {
    this.world.onElected(this.id, term, this.disk.boot);
  }

  readSnapshot(): void {}
  writeSnapshot(): void {}
  removeSnapshot(): void {}
  setPeers(): void {}

  private later(ms: number, act: (executor: Executor<PingWords>) => void): void {
    const { life } = this;
    this.world.at(ms, () => {
      if (this.life === life) act(this.executor!);
    });
  }
}

/** See the top of `world.ts`. */
export class PingWorld {
  readonly options: PingOptions;
  readonly nodes: readonly WorldNode[];
  now = 0;
  /** The highest count that anybody has been told of. */
  highest = 0;
  broken: string | null = null;
  readonly trace: string[] = [];
  readonly sometimes: Record<string, number> = {};
  private readonly random: Random;
  private pace: Pace;
  private isHealed = false;
  private readonly coming: { readonly at: number; readonly act: () => void }[] = [];
  private readonly electedIn = new Map<number, string>();
  private lastElected: WorldNode | null = null;
  private readonly told = new Set<number>();

  constructor(seed: number) {
    this.random = split(seededRandom(seed), 'world');
    this.pace = paceOf(this.random);
    const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'].slice(0, seed % 4 === 0 ? 5 : 3);
    this.options = { nodes, timeoutMs: 20, spreadMs: pick(this.random, [5, 20]), seed };
    this.nodes = nodes.map((id) => new WorldNode(id, pick(this.random, [1, 1, 1, 4]), this));
    for (const node of this.nodes) node.start();
    this.againAndAgain('ping', () => this.pingSomebody());
    this.againAndAgain('crash', () => this.spoilSomething());
  }

  /** Lets so many milliseconds pass, or fewer if something that must not happen does. */
  run(ms: number): void {
    for (const end = this.now + ms; this.broken === null; ) {
      const wake = Math.min(...this.nodes.map(({ executor }) => executor?.deadline() ?? Infinity));
      const [next] = this.coming;
      const at = Math.max(this.now, Math.min(wake, next?.at ?? Infinity));
      if (at > end) break;
      this.now = at;
      if (next !== undefined && next.at <= at) this.coming.shift()!.act();
      else for (const node of this.nodes) if (node.executor?.timeout(at)) this.count('timeout');
      for (const { executor } of this.nodes) executor?.pump();
    }
  }

  /** Nothing fails any more: whoever asks is told a count before long. */
  heal(): void {
    const { applied = 0 } = this.sometimes;
    this.isHealed = true;
    this.pace = { message: 1, disk: 1, ping: 10, crash: 1_000, down: 1, lost: 0, repeated: 0 };
    for (const node of this.nodes) {
      Object.assign(node, { isHung: false, isFull: false });
      if (node.executor === null) node.start();
    }
    this.run(1_000);
    if ((this.sometimes['applied'] ?? 0) === applied) this.fail('nobody is told a count, though all is well');
  }

  /** In so many milliseconds; of two at one time the one that was asked for first. */
  at(ms: number, act: () => void): void {
    const at = this.now + ms;
    const behind = this.coming.findIndex((other) => other.at > at);
    this.coming.splice(behind === -1 ? this.coming.length : behind, 0, { at, act });
  }

  paced(what: 'message' | 'disk' | 'ping' | 'crash' | 'down'): number {
    return between(this.random, 1, this.pace[what]);
  }

  carry(from: string, to: string, bytes: Uint8Array): void {
    if (chance(this.random, this.pace.lost)) return this.count('lost');
    const node = this.nodes.find(({ id }) => id === to)!;
    const arrive = () => {
      const message = pingCounter.decodeMessage(bytes);
      this.note(`${from} → ${to} ${pingCounter.fingerprintMessage(message)}`);
      node.executor?.step({ type: 'receive', from, message }, this.now);
    };
    this.at(this.paced('message'), arrive);
    if (!chance(this.random, this.pace.repeated)) return;
    this.count('repeated');
    this.at(5 * this.paced('message'), arrive);
  }

  onElected(id: string, term: number, boot: number): void {
    this.count('elected');
    const who = `${id}, boot ${boot}`;
    this.note(`${who} is elected in term ${term}`);
    const before = this.electedIn.get(term);
    if (before !== undefined) this.fail(`two are elected in term ${term}: ${before}; ${who}`);
    this.electedIn.set(term, who);
    this.lastElected = this.nodes.find((node) => node.id === id)!;
  }

  onAnswer(above: number, answer: Answer<PingWords>): void {
    this.count(answer.outcome);
    if (answer.outcome !== 'applied') return;
    const { index } = answer;
    this.note(`told: ${index}`);
    if (this.told.has(index)) this.fail(`count ${index} is told to two pings`);
    if (index <= above) this.fail(`a ping gets count ${index} after somebody was told ${above}: that one is lost`);
    this.told.add(index);
    this.highest = Math.max(this.highest, index);
  }

  count(what: string): void {
    this.sometimes[what] = (this.sometimes[what] ?? 0) + 1;
  }

  fail(what: string): void {
    this.note(what);
    this.broken ??= what;
  }

  private pingSomebody(): void {
    const { random } = this;
    const node = this.lastElected === null || chance(random, 0.2) ? pick(random, this.nodes) : this.lastElected;
    if (node.executor !== null) node.ping(between(random, 1, 3));
  }

  private spoilSomething(): void {
    const { random } = this;
    if (this.isHealed) return;
    const node = pick(random, this.nodes);
    if (node.executor === null) return;
    const kind = pick(random, ['crash', 'crash', 'crash', 'crash', 'full', 'hung'] as const);
    this.count(kind);
    this.note(`${node.id} ${kind}`);
    const back = () => {
      if (kind === 'full') node.isFull = false;
      else if (kind === 'hung') node.isHung = false;
      else if (node.executor === null) node.start();
    };
    if (kind === 'full') node.isFull = true;
    else if (kind === 'hung') node.isHung = true;
    else node.crash(below(random, node.disk.inFlight + 1));
    this.at(this.paced('down'), back);
  }

  private againAndAgain(what: 'ping' | 'crash', act: () => void): void {
    this.at(this.paced(what), () => {
      act();
      this.againAndAgain(what, act);
    });
  }

  private note(what: string): void {
    this.trace.push(`${this.now} ${what}`);
  }
}
