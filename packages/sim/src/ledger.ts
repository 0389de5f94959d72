/**
 * What clients asked, and what they heard. An operation is open until its node answers or crashes; what has happened to
 * it is a line of the history. Forks share the lines that they have in common.
 */
import type { Ref, Rename } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { HistoryEvent } from './history.js';

/** An operation that waits for its answer. */
export interface Asked {
  readonly node: NodeId;
  readonly client: number;
  readonly op: unknown;
}

interface Line {
  readonly event: HistoryEvent;
  readonly before: Line | null;
}

/** A line of the history, of an operation that is described so. */
export function lineOf(
  { f, key }: { readonly f: string; readonly key?: string },
  { process, type, value, time }: Pick<HistoryEvent, 'process' | 'type' | 'value' | 'time'>,
): HistoryEvent {
  return key === undefined ? { process, type, f, value, time: time! } : { process, type, f, key, value, time: time! };
}

/** See the top of `ledger.ts`. */
export class Ledger {
  private readonly keepsHistory: boolean;
  private last: Line | null = null;
  /** By `node/ref`. */
  private open: Map<string, Asked> = new Map();

  constructor(keepsHistory: boolean) {
    this.keepsHistory = keepsHistory;
  }

  ask(ref: Ref, asked: Asked): void {
    this.open.set(`${asked.node}/${ref}`, asked);
  }

  /** Who asked, and waits no more; undefined when nobody did. */
  answer(node: NodeId, ref: Ref): Asked | undefined {
    const name = `${node}/${ref}`;
    const asked = this.open.get(name);
    this.open.delete(name);
    return asked;
  }

  /** All that waited for a node that is gone: nobody knows what became of it. */
  giveUp(node: NodeId): Asked[] {
    const lost: Asked[] = [];
    for (const [name, asked] of this.open) {
      if (asked.node !== node) continue;
      this.open.delete(name);
      lost.push(asked);
    }
    return lost;
  }

  write(event: HistoryEvent): void {
    if (this.keepsHistory) this.last = { event, before: this.last };
  }

  /** In the order in which it happened. */
  history(): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    for (let line = this.last; line !== null; line = line.before) events.push(line.event);
    return events.reverse();
  }

  clone(): Ledger {
    const copy = new Ledger(this.keepsHistory);
    copy.last = this.last;
    copy.open = new Map(this.open);
    return copy;
  }

  /** Who waits for what: the past is no part of it. */
  fingerprint(rename: Rename): string {
    const waiting = [...this.open].map(([name, { node, client, op }]) => {
      const ref = name.slice(node.length);
      return `${rename(node)}${ref} ${client} ${JSON.stringify(op)}`;
    });
    return waiting.sort().join();
  }
}
