/**
 * The keys that came most, in two ways: `SpaceSaving` has certain bounds in the least memory; `CountMinTopK` also knows
 * about the keys that are not on its list.
 */
import type { ErrorOptions, ShapeOptions } from '../base.js';
import { CountMinTopK, type KOption } from './count-min-top-k.js';
import { SpaceSaving, type SpaceSavingOptions } from './space-saving.js';
import { decodeTopK } from './top-k-bytes.js';

/** Either of the two; `algorithm` tells which. */
export type TopK = SpaceSaving | CountMinTopK;

/** Makes and reads both. */
export const TopK: {
  /** Watches `capacity` keys. Throws `RangeError` that names the option. */
  spaceSaving(options: SpaceSavingOptions): SpaceSaving;
  /** Keeps k keys beside a count-min sketch. Throws `RangeError` that names the option. */
  countMin(options: KOption & (ErrorOptions | ShapeOptions)): CountMinTopK;
  /** From what `toBytes` of either gave. Throws `DecodeError` for anything else. */
  fromBytes(bytes: Uint8Array): TopK;
} = {
  spaceSaving: (options) => SpaceSaving.create(options),
  countMin: (options) => ('epsilon' in options ? CountMinTopK.forError(options) : CountMinTopK.create(options)),
  fromBytes(bytes) {
    const { candidates, total, table } = decodeTopK(bytes);
    return table === null ? new SpaceSaving(candidates, total) : new CountMinTopK(candidates, table);
  },
};
