import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Placement, Ring, type RingDialect, type RingNode } from '../../src/index.js';

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

/**
 * Two ids that have a point at one position, `a` shorter than `b` and yet above it in order of bytes. Some hundred ids
 * suffice: of 100,000 points, about one pair is equal by chance.
 */
export function sharedPosition(dialect: RingDialect): { a: string; b: string; position: number } {
  const seen = new Map<number, string>();
  for (let i = 0; i < 20_000; i++) {
    const id = i % 2 === 0 ? `z${i.toString(36)}` : `a-long-name-${i}`;
    for (const { position } of Ring.of([id], { dialect }).points()) {
      const other = seen.get(position);
      if (other !== undefined && other.startsWith('z') !== id.startsWith('z')) {
        return id.startsWith('z') ? { a: id, b: other, position } : { a: other, b: id, position };
      }
      seen.set(position, id);
    }
  }
  throw new Error('no two ids share a position');
}
