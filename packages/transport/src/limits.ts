import { outOfRange } from '@dsys/codec';

/** What bounds the memory of a transport. */
export interface TransportLimits {
  /** Largest frame, in bytes, 1 to 1 GiB. Default 8 MiB. */
  readonly maxFrameBytes?: number;
  /** Most bytes that wait for one peer on one lane; at least `maxFrameBytes`. Default 32 MiB. */
  readonly maxQueueBytes?: number;
  /** Most frames that wait for one peer on one lane. Default 65,536. */
  readonly maxQueueFrames?: number;
}

/** The same, checked and complete. */
export type Limits = Required<TransportLimits>;

/** Largest `maxFrameBytes`: a length fits 31 bits. */
export const LARGEST_FRAME_BYTES: number = 2 ** 30;

/** Fills in the defaults. Throws `RangeError` naming the option. */
export function checkedLimits(options: TransportLimits, defaults?: Limits): Limits {
  const maxFrameBytes = options.maxFrameBytes ?? defaults?.maxFrameBytes ?? 8 << 20;
  const maxQueueBytes = options.maxQueueBytes ?? defaults?.maxQueueBytes ?? Math.max(32 << 20, maxFrameBytes);
  const maxQueueFrames = options.maxQueueFrames ?? defaults?.maxQueueFrames ?? 65_536;
  return {
    maxFrameBytes: integerWithin('maxFrameBytes', maxFrameBytes, 1, LARGEST_FRAME_BYTES),
    maxQueueBytes: integerWithin('maxQueueBytes', maxQueueBytes, maxFrameBytes, Number.MAX_SAFE_INTEGER),
    maxQueueFrames: integerWithin('maxQueueFrames', maxQueueFrames, 1, 2 ** 24),
  };
}

/** Gives the value back when it is an integer within `min..max`. */
export function integerWithin(option: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw outOfRange(option, `an integer ${min}..${max}`, value);
}
