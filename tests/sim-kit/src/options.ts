/** What the command line says, checked. */
import { availableParallelism } from 'node:os';
import { BadInput } from './bad-input.js';

/** As commander gives it. */
export interface Given {
  readonly seed?: string;
  readonly seeds?: string;
  readonly from?: string;
  readonly for?: string;
  readonly variant?: string;
  readonly profile?: string;
  readonly operations?: string;
  readonly workers?: string;
  readonly trace?: boolean;
  readonly clocks?: boolean;
  readonly twice?: boolean;
  readonly keepGoing?: boolean;
  readonly replay?: string;
  readonly table?: boolean;
  readonly out?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** What to do. */
export interface Options {
  /** One seed; null for a batch. */
  readonly seed: number | null;
  readonly from: number;
  /** So many seeds, or null: as many as there is time for. */
  readonly seeds: number | null;
  readonly forMs: number | null;
  readonly variant: string | null;
  readonly profile: 'harsh' | 'mild' | null;
  readonly operations: number | null;
  readonly workers: number;
  readonly trace: boolean;
  readonly clocks: boolean;
  readonly twice: boolean;
  readonly keepGoing: boolean;
  readonly replay: string | null;
  readonly table: boolean;
  readonly out: string | null;
  readonly json: boolean;
}

/** Throws `BadInput`, which names the option. */
export function optionsFrom(given: Given): Options {
  const seed = count('--seed', given.seed, 0);
  const seeds = count('--seeds', given.seeds, 1);
  const forMs = given.for === undefined ? null : span(given.for);
  if (seed !== null && (seeds !== null || forMs !== null))
    throw new BadInput('--seed is one seed: leave out --seeds and --for');
  if (seeds !== null && forMs !== null) throw new BadInput('--seeds or --for, not both');
  if (given.trace === true && seed === null && given.replay === undefined)
    throw new BadInput('--trace needs --seed N or --replay FILE: it is the trace of one run');
  if (given.out !== undefined && given.table !== true) throw new BadInput('--out needs --table');
  const { profile } = given;
  if (profile !== undefined && profile !== 'harsh' && profile !== 'mild')
    throw new BadInput(`--profile must be harsh or mild, got ${JSON.stringify(profile)}`);
  return {
    seed,
    from: count('--from', given.from, 0) ?? 1,
    seeds: seeds ?? (forMs !== null ? null : 20),
    forMs,
    variant: given.variant ?? null,
    profile: profile ?? null,
    operations: count('--operations', given.operations, 1),
    workers: count('--workers', given.workers, 1) ?? availableParallelism(),
    trace: given.trace ?? false,
    clocks: given.clocks ?? false,
    twice: given.twice ?? false,
    keepGoing: given.keepGoing ?? false,
    replay: given.replay ?? null,
    table: given.table ?? false,
    out: given.out ?? null,
    json: given.json ?? false,
  };
}

/** A whole number; null where nothing is said. Throws `BadInput`. */
export function count(option: string, text: string | undefined, min: number): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new BadInput(`${option} must be a whole number from ${min}, got ${JSON.stringify(text)}`);
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `10m`, `2h`. */
function span(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * UNITS[unit as keyof typeof UNITS];
  if (ms >= 1) return ms;
  throw new BadInput(`--for must be a time such as 90s, 10m or 2h, got ${JSON.stringify(text)}`);
}
