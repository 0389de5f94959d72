import { outOfRange } from '@dsys/codec';
import type { Profile, Tolerated } from './profile.js';

/** What to run, and for how long. */
export interface SimulateOptions {
  readonly seed: number;
  /** Default: drawn from the seed. */
  readonly profile?: Profile;
  /** The magnitude of the protocol's own timeouts, µs. Default 200,000. */
  readonly scaleUs?: number;
  readonly tolerated?: Tolerated;
  /** Default 8 clients. */
  readonly clients?: number;
  /** A client goes on with the node that answered it last, until that fails it. Default false: any node, each time. */
  readonly stay?: boolean;
  /** Most that a client thinks between an answer and what it asks next, µs. Default a tenth of `scaleUs`. */
  readonly thinkUs?: number;
  /** A client that has no answer for so long becomes another one. Default 10 × `scaleUs`. */
  readonly giveUpUs?: number;
  /** Faults end when so many operations are acknowledged, or at `maxUs`. Default 1,000 operations. */
  readonly operations?: number;
  /** Virtual time after which faults end in any case. Default 2,000 × `scaleUs`. */
  readonly maxUs?: number;
  /** Then the world is left in peace, its links and disks quick, for so long, and must converge. Default 30 × `scaleUs`. */
  readonly tailUs?: number;
  /** Most events. Default 2 million. */
  readonly maxEvents?: number;
  /** Keep what clients saw. Default true. */
  readonly recordHistory?: boolean;
  /** Keep every action, so that the run can be replayed without the seed and shrunk. Default false: the seed gives it again. */
  readonly record?: boolean;
}

/** Options with their defaults; what is drawn from the seed is not among them. */
export type Settings = Required<Omit<SimulateOptions, 'profile' | 'tolerated'>>;

/** Fills in the defaults. Throws `RangeError`. */
export function withDefaults(options: SimulateOptions): Settings {
  const { profile: _, tolerated: _tolerated, ...given } = options;
  const { scaleUs = 200_000 } = options;
  const all = {
    clients: 8,
    stay: false,
    thinkUs: Math.ceil(scaleUs / 10),
    giveUpUs: 10 * scaleUs,
    operations: 1_000,
    maxUs: 2_000 * scaleUs,
    tailUs: 30 * scaleUs,
    maxEvents: 2_000_000,
    recordHistory: true,
    record: false,
    ...given,
    scaleUs,
  };
  for (const name of ['scaleUs', 'thinkUs', 'giveUpUs', 'maxEvents'] as const) checkCount(name, all[name], 1);
  for (const name of ['clients', 'operations', 'maxUs', 'tailUs'] as const) checkCount(name, all[name], 0);
  return all;
}

function checkCount(option: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min) throw outOfRange(option, `a whole number from ${min}`, value);
}
