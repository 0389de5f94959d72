import { median } from './numbers.js';

/** One of the things that are measured beside each other. */
export interface Contender {
  readonly name: string;
  /** Does `operations` operations of the comparison's unit; its result is kept so that the work is not optimised away. */
  readonly run: (round: number) => unknown;
  /** Makes what one run consumes (fresh keys, an empty sketch); not timed. */
  readonly prepare?: (round: number) => void;
  /** How many operations one run does, when it is not the comparison's own number (slow peers do fewer). */
  readonly operations?: number;
}

export interface Comparison {
  readonly title: string;
  /** What is counted, in the plural: "lookups", "keys". */
  readonly unit: string;
  readonly operations: number;
  readonly contenders: readonly Contender[];
  /** Counted rounds; every contender runs once in each, in turn, so that a drift of the machine meets all alike. Default 7. */
  readonly rounds?: number;
  /** Uncounted rounds before them. Default 2. */
  readonly warmup?: number;
  /** `cpu` (user and system time of this process) ignores what other programs take away. Default `wall`. */
  readonly clock?: 'wall' | 'cpu';
  /** Name of the contender that the others are divided by. */
  readonly baseline?: string;
  /** The ratio that the first contender must reach against the baseline; printed with a yes or no. */
  readonly atLeast?: number;
  readonly signal?: AbortSignal;
}

/** What one contender did: operations a second (median, slowest, fastest round) and its ratio to the baseline. */
export interface Figure {
  readonly name: string;
  readonly perSecond: number;
  readonly slowest: number;
  readonly fastest: number;
  /** Median over rounds of (ours / baseline) within the round; `null` without a baseline. */
  readonly ratio: number | null;
}

export interface Measured {
  readonly title: string;
  readonly unit: string;
  readonly clock: 'wall' | 'cpu';
  readonly figures: readonly Figure[];
  readonly target: { readonly atLeast: number; readonly reached: boolean } | null;
}

/** The last result of any run: an engine must not prove the work useless. */
// biome-ignore lint/correctness/noUnusedVariables: it is written so that the work is not idle, and read by nobody.
let sink: unknown;

/** Seconds since some fixed moment. */
export type Clock = () => number;

const CLOCKS: Record<'wall' | 'cpu', Clock> = {
  wall: () => Number(process.hrtime.bigint()) / 1e9,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** Runs a comparison; contenders may be asynchronous. A `read` of one's own stands in for the comparison's clock. */
export async function measure(comparison: Comparison, read?: Clock): Promise<Measured> {
  const { contenders, rounds = 7, warmup = 2, clock = 'wall', signal } = comparison;
  const rates = new Map<string, number[]>(contenders.map((c) => [c.name, []]));
  if (rates.size !== contenders.length) throw new TypeError('two contenders have the same name');
  for (let round = -warmup; round < rounds; round++) {
    for (const contender of contenders) {
      signal?.throwIfAborted();
      const seconds = await timed(contender, round + warmup, read ?? CLOCKS[clock]);
      if (round >= 0) rates.get(contender.name)!.push((contender.operations ?? comparison.operations) / seconds);
    }
  }

  const base = comparison.baseline === undefined ? undefined : rates.get(comparison.baseline);
  if (comparison.baseline !== undefined && base === undefined)
    throw new TypeError(`no contender is named "${comparison.baseline}"`);
  const figures = contenders.map(({ name }): Figure => {
    const own = rates.get(name)!;
    const ratio = base === undefined ? null : median(own.map((rate, i) => rate / base[i]!));
    return { name, perSecond: median(own), slowest: Math.min(...own), fastest: Math.max(...own), ratio };
  });
  const first = figures[0]?.ratio ?? null;
  const target =
    comparison.atLeast === undefined || first === null
      ? null
      : { atLeast: comparison.atLeast, reached: first >= comparison.atLeast };
  return { title: comparison.title, unit: comparison.unit, clock, figures, target };
}

async function timed(contender: Contender, round: number, read: Clock): Promise<number> {
  contender.prepare?.(round);
  const began = read();
  const result = contender.run(round);
  sink = result instanceof Promise ? await result : result;
  return Math.max(read() - began, 1e-9);
}
