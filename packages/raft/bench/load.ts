/** Clients that each have one command under way, and what they see. */
import type { RaftNode } from '@dsys/raft/driver';

/** Commands a second, and how long they took, ms. */
export interface Pace {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** So many clients, until so many commands are applied, of 256 bytes each. Throws when one is not. */
export async function load(node: RaftNode, clients: number, commands: number): Promise<Pace> {
  const command = new Uint8Array(256).fill(7);
  const took: number[] = [];
  let left = commands;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const since = performance.now();
      const { outcome } = await node.propose(command);
      if (outcome !== 'applied') throw new Error(`a command was answered ${outcome}`);
      took.push(performance.now() - since);
    }
  };
  const since = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = (took.length / (performance.now() - since)) * 1000;
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor((took.length - 1) * share)]!;
  return { perSecond, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Takes commands and keeps nothing. */
export const nothing = {
  apply: (entries: readonly unknown[]): Uint8Array[] => entries.map(() => EMPTY),
  async *snapshot(): AsyncGenerator<Uint8Array> {},
  async restore(): Promise<void> {},
};

const EMPTY = new Uint8Array(0);
