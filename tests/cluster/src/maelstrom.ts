/**
 * The network between programs that speak Maelstrom's protocol: it reads the lines of each, and hands them on or not.
 *
 *     n1 stdout ──► cut? lost? twice? how late? ──► n2 stdin
 *     client    ──────────────────────────────────► n1 stdin     likewise copied and delayed, never cut
 */
import { createInterface } from 'node:readline';
import { type Random, seededRandom, unit } from '@dsys/core';
import type { Processes } from './processes.js';

/** What happens to messages. Rates are 0..1. Between nodes all of it, to and from clients copies and delays. */
export interface Faults {
  readonly lossRate: number;
  readonly copyRate: number;
  /** Each message takes up to so long, on its own: they overtake one another. */
  readonly delayMs: number;
}

export const NO_FAULTS: Faults = { lossRate: 0, copyRate: 0, delayMs: 0 };

interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export class MaelstromNetwork {
  faults: Faults = NO_FAULTS;
  private readonly processes: Processes;
  private readonly ids: readonly string[];
  private readonly random: Random;
  private readonly stdin = new Map<string, NodeJS.WritableStream>();
  private readonly waiting = new Map<string, (body: Message['body']) => void>();
  private readonly cuts = new Set<string>();
  private nextId = 1;

  constructor(processes: Processes, ids: readonly string[], seed: number) {
    this.processes = processes;
    this.ids = ids;
    this.random = seededRandom(seed);
  }

  /** Starts a node, or starts it again, and introduces the others to it. */
  async start(id: string): Promise<void> {
    const child = this.processes.start(id);
    this.stdin.set(id, child.stdin);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.carry(JSON.parse(line) as Message));
    const answer = await this.request('c0', id, { type: 'init', node_id: id, node_ids: this.ids }, 20_000);
    if (answer?.['type'] !== 'init_ok') throw new Error(`${id} does not begin: ${this.processes.complaints.join('')}`);
  }

  /** Nothing goes from one to the other any more; the other way it does. */
  cut(from: string, to: string): void {
    this.cuts.add(`${from} ${to}`);
  }

  heal(): void {
    this.cuts.clear();
    this.faults = NO_FAULTS;
  }

  /** What is answered, or null where nothing is in time. */
  async request(client: string, to: string, body: Message['body'], timeoutMs: number): Promise<Message['body'] | null> {
    const id = this.nextId++;
    const name = `${client} ${id}`;
    const answered = new Promise<Message['body'] | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      this.waiting.set(name, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
    this.carry({ src: client, dest: to, body: { ...body, msg_id: id } });
    const answer = await answered;
    this.waiting.delete(name);
    return answer;
  }

  private carry(message: Message): void {
    const { src, dest } = message;
    const { lossRate, copyRate, delayMs } = this.faults;
    const isBetweenNodes = this.ids.includes(src) && this.ids.includes(dest);
    if (isBetweenNodes && this.cuts.has(`${src} ${dest}`)) return;
    if (isBetweenNodes && unit(this.random) < lossRate) return;
    const isIntroduction = src === 'c0' || dest === 'c0';
    const copies = !isIntroduction && unit(this.random) < copyRate ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      if (delayMs === 0 || isIntroduction) this.deliver(message);
      else setTimeout(() => this.deliver(message), unit(this.random) * delayMs);
    }
  }

  private deliver({ src, dest, body }: Message): void {
    if (this.ids.includes(dest)) {
      if (this.processes.isRunning(dest)) this.stdin.get(dest)?.write(`${JSON.stringify({ src, dest, body })}\n`);
    } else this.waiting.get(`${dest} ${String(body['in_reply_to'])}`)?.(body);
  }
}
