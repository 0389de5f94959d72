import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Placement, RingNode } from '../../src/index.js';

/** The vectors that real programs made: see `test/vectors/ketama/README.md`. */
const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/ketama/${file}.json`, import.meta.url), 'utf8'));

/** The 1,000 keys that all vectors are about. */
export const keys: readonly string[] = read('keys') as string[];

export interface ServerInVector {
  readonly id?: number;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** A server list, and for each key the index of the server that the program chose. */
export interface Vector {
  readonly config: string;
  readonly servers: readonly ServerInVector[];
  readonly map: readonly number[];
}

export function vectors<V>(file: string): readonly V[] {
  const { vectors: found } = read(file) as { vectors: V[] };
  expect(found.length, `vectors in ${file}`).toBeGreaterThan(0);
  return found;
}

export const keyHashes = (): Readonly<Record<string, number[]>> =>
  read('libhashkit-key-hashes') as Record<string, number[]>;

/** Expects every key where the program sent it. `nodes[i]` is server i of the vector; what differs is shown key by key. */
export function expectMap<N extends RingNode>(
  placement: Placement<N>,
  nodes: readonly N[],
  map: readonly number[],
): void {
  expect(map.length).toBe(keys.length);
  const indexOf = new Map(nodes.map((node, i) => [node, i]));
  const wrong = keys
    .map((key, i) => ({ key, expected: map[i], got: indexOf.get(placement.owner(key)) }))
    .filter(({ expected, got }) => expected !== got);
  expect(wrong.slice(0, 5), `${wrong.length} of ${keys.length} keys differ`).toEqual([]);
}
