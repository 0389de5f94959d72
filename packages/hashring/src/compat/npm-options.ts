import { outOfRange } from '../errors.js';

/** The third argument of npm `hashring`. */
export interface NpmHashringOptions {
  /** Digests of a server of average weight, default 40. */
  readonly 'vnode count'?: number;
  /** Points a digest, default 4; at most 64. */
  readonly replicas?: number;
  /** `'hash_ring'` means 3 points a digest, anything else 4; wins over `replicas`. */
  readonly compatibility?: string;
  /** A server on this port is hashed by its host alone. */
  readonly 'default port'?: number;
  /**
   * Answers to keep, default 5000, an even number at best. 0 is the quickest where keys do not come again; where they
   * do, an answer that is kept costs a tenth.
   */
  readonly 'max cache size'?: number;
}

/** As in the original: none or fewer is 1, and part of a point is a point. */
export function replicasOf({ compatibility, replicas = 4 }: NpmHashringOptions): number {
  if (compatibility) return compatibility === 'hash_ring' ? 3 : 4;
  return Math.ceil(countOption('replicas', Math.max(1, Number(replicas)), 64));
}

/** A count from the options; text that is a number will do, as in the original. */
export function countOption(option: string, value: number | string, max: number): number {
  const count = Number(value);
  if (!(count >= 0 && count <= max))
    throw outOfRange(`options[${JSON.stringify(option)}]`, `a number, 0..${max}`, value);
  return count;
}
