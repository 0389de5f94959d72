/** Clients of a register per key. Each has one request under way; what it saw becomes a history. */
import { type HistoryEvent, keyValue, linearizable, type Verdict } from '@dsys/check';
import { below, type Random, seededRandom, split } from '@dsys/core';
import type { MaelstromNetwork } from './maelstrom.js';

/** Who asks whom, and for what. */
export interface RegisterRun {
  readonly nodes: readonly string[];
  readonly clients: number;
  readonly keys: number;
  /** `few`: 0 to 4, so that `cas` often fits. `unique`: no value twice, so that any stale read shows. */
  readonly values: 'few' | 'unique';
  readonly seed: number;
  readonly timeoutMs: number;
}

/** These say that it did not happen, and never will. */
const DEFINITE = [1, 10, 11, 12, 14, 20, 21, 22, 30];

export class RegisterClients {
  readonly history: HistoryEvent[] = [];
  private readonly network: MaelstromNetwork;
  private readonly run: RegisterRun;
  private readonly clients: Promise<void>[];
  private isStopped = false;
  private lastValue = 0;

  /** They begin at once. */
  constructor(network: MaelstromNetwork, run: RegisterRun) {
    this.network = network;
    this.run = run;
    this.clients = Array.from({ length: run.clients }, (_, i) => this.client(i + 1));
  }

  /** How many were answered so far, well. */
  get answered(): number {
    return this.history.filter(({ type }) => type === 'ok').length;
  }

  /** Resolves once the last answers are there. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.clients);
  }

  private async client(number: number): Promise<void> {
    const random = split(seededRandom(this.run.seed), `client ${number}`);
    // After an answer that did not come it is another process: the request may take effect at any later time.
    let lives = 0;
    while (!this.isStopped) {
      const process = `c${number}.${lives}`;
      if (!(await this.ask(`c${number}`, process, random))) lives++;
    }
  }

  /** Whether it is known what became of it. */
  private async ask(client: string, process: string, random: Random): Promise<boolean> {
    const { nodes, keys, timeoutMs } = this.run;
    const key = below(random, keys);
    const f = (['read', 'write', 'cas'] as const)[below(random, 3)]!;
    const [from, to] = [below(random, 5), this.value(random)];
    const given = f === 'write' ? { value: to } : f === 'cas' ? { from, to } : {};
    const value = f === 'write' ? to : f === 'cas' ? [from, to] : undefined;
    this.history.push({ process, type: 'invoke', f, key, value });
    const node = nodes[below(random, nodes.length)]!;
    const answer = await this.network.request(client, node, { type: f, key, ...given }, timeoutMs);
    const type = answer?.['type'];
    if (type === `${f}_ok`)
      this.history.push({ process, type: 'ok', f, key, value: f === 'read' ? answer!['value'] : value });
    // A key that does not exist reads as null.
    else if (type === 'error' && answer!['code'] === 20 && f === 'read')
      this.history.push({ process, type: 'ok', f, key, value: null });
    // And a `cas` that did not fit says what it saw: something else.
    else if (type === 'error' && f === 'cas' && (answer!['code'] === 20 || answer!['code'] === 22))
      this.history.push({ process, type: 'ok', f, key, value: false });
    else if (type === 'error' && DEFINITE.includes(answer!['code'] as number))
      this.history.push({ process, type: 'fail', f, key, value });
    else {
      this.history.push({ process, type: 'info', f, key, value });
      return false;
    }
    return true;
  }

  private value(random: Random): number {
    return this.run.values === 'few' ? below(random, 5) : ++this.lastValue;
  }
}

/** Could one copy of the registers have answered so? */
export const judge = (history: readonly HistoryEvent[]): Verdict => linearizable(history, keyValue);
