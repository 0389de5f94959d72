import type { Rename } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { named, type SimAction } from './action.js';

/** What `enabled` offers beside deliveries and completions. `perform` takes whatever makes sense, budget or not. */
export interface Budget<Op = unknown> {
  /** Timeouts a node. Default: no limit. */
  readonly timeouts?: number;
  /** Crashes in all, and restarts that find an empty disk. Default 0. */
  readonly crashes?: number;
  readonly wipes?: number;
  /** Frames of a bag that may be lost, or delivered twice. Default 0. */
  readonly drops?: number;
  readonly repeats?: number;
  /** What clients ask, each once, in any order. */
  readonly asks?: readonly { readonly node: NodeId; readonly client: number; readonly op: Op }[];
}

/** How much of it is spent. */
export class Spending<Op = unknown> {
  private readonly budget: Required<Budget<Op>>;
  private readonly isGiven: boolean;
  private timeouts: Map<NodeId, number> = new Map();
  private spent = { crashes: 0, wipes: 0, drops: 0, repeats: 0 };
  private asksLeft: readonly (SimAction & { readonly type: 'ask' })[];

  constructor(budget: Budget<Op> | undefined, from?: Spending<Op>) {
    if (from !== undefined) {
      this.budget = from.budget;
      this.isGiven = from.isGiven;
      this.asksLeft = from.asksLeft;
      return;
    }
    const unlimited = Number.POSITIVE_INFINITY;
    this.budget = { timeouts: unlimited, crashes: 0, wipes: 0, drops: 0, repeats: 0, asks: [], ...budget };
    this.isGiven = budget !== undefined;
    this.asksLeft = this.budget.asks.map((ask) => named({ type: 'ask', ...ask }) as SimAction & { type: 'ask' });
  }

  has(what: 'crashes' | 'wipes' | 'drops' | 'repeats'): boolean {
    return this.spent[what] < this.budget[what];
  }

  spend(what: 'crashes' | 'wipes' | 'drops' | 'repeats'): void {
    this.spent[what]++;
  }

  hasTimeout(node: NodeId): boolean {
    return (this.timeouts.get(node) ?? 0) < this.budget.timeouts;
  }

  spendTimeout(node: NodeId): void {
    this.timeouts.set(node, (this.timeouts.get(node) ?? 0) + 1);
  }

  /** What clients have still to ask. */
  get asks(): readonly (SimAction & { readonly type: 'ask' })[] {
    return this.asksLeft;
  }

  spendAsk(id: string): void {
    const at = this.asksLeft.findIndex((ask) => ask.id === id);
    if (at !== -1) this.asksLeft = this.asksLeft.toSpliced(at, 1);
  }

  clone(): Spending<Op> {
    const copy = new Spending<Op>(undefined, this);
    copy.timeouts = new Map(this.timeouts);
    copy.spent = { ...this.spent };
    return copy;
  }

  /** What is left decides what can happen; without a budget nothing of this does. */
  fingerprint(rename: Rename): string {
    if (!this.isGiven) return '';
    const { crashes, wipes, drops, repeats } = this.spent;
    // Where there is no limit it doesn't matter how often.
    const limited = this.budget.timeouts === Number.POSITIVE_INFINITY ? [] : [...this.timeouts];
    const timeouts = limited.map(([id, count]) => `${rename(id)}${count}`).sort();
    const asks = this.asksLeft.map(({ node, client, op }) => `${rename(node)} ${client} ${JSON.stringify(op)}`).sort();
    return `${crashes},${wipes},${drops},${repeats},${timeouts.join(';')}|${asks.join()}`;
  }
}
