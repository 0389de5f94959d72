import type { Command } from 'commander';
import type { Outcome } from '../frame/command.js';
import type { Context } from '../frame/context.js';

/** The commands of one package. Loaded only when one of them is called, so that no family slows another one's start. */
export interface Family {
  readonly name: string;
  /** One line, for `dsys --help`. */
  readonly summary: string;
  load(): Promise<{ addTo(family: Command, context: Context, outcome: Outcome): void }>;
}

/** A new family is a folder beside this file and a line here. */
export const families: readonly Family[] = [
  {
    name: 'ring',
    summary: 'consistent hashing: plan changes, explain keys, compare clients, check balance',
    load: () => import('./ring/ring.js'),
  },
  {
    name: 'wal',
    summary: 'write-ahead logs: what is in one, and whether it is sound',
    load: () => import('./wal/wal.js'),
  },
  {
    name: 'distinct',
    summary: 'how many different lines there are, in 12 kB of memory; of several machines together',
    load: () => import('./distinct/distinct.js'),
  },
  {
    name: 'top',
    summary: 'the lines that come most, in bounded memory; of several machines together',
    load: () => import('./top/top.js'),
  },
  {
    name: 'bloom',
    summary: 'Bloom filters of lines: build one, and let through what is in it, or what is not',
    load: () => import('./bloom/bloom.js'),
  },
  {
    name: 'explain',
    summary: 'what a file of a sketch is: ours, or one of Redis, Parquet, DataSketches, PostgreSQL, Guava',
    load: () => import('./explain/explain.js'),
  },
  {
    name: 'check',
    summary: 'whether histories of what clients saw are linearizable, and if not, why',
    load: () => import('./check/check.js'),
  },
  {
    name: 'run',
    summary: 'what happened in a saved run of a simulation: as text, or drawn',
    load: () => import('./run/run.js'),
  },
];
