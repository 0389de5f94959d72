/**
 * Where the keys of a batch are counted in one row: by a module in WebAssembly with SIMD (`kernel/assembly/columns.ts`,
 * 0.3 kB), or in TypeScript where there is none, or where `@dsys/hash/batch` is told to do without. The places are the same.
 */
import { hashKernel } from '@dsys/hash/batch';
import { KERNEL } from './kernel.bytes.js';
import { columnOf } from './rows.js';

/** Most keys at a time: so many have room in the module. */
export const MOST_KEYS = 2048;
/** Up to this width a product of float64 is exact, as the module's is. */
const MOST_WIDTH = 2 ** 21;
const PLACES = 16_384;

interface Module {
  readonly lanes: Uint32Array;
  readonly places: Int32Array;
  readonly run: (count: number, k: number, width: number, row: number) => void;
}

/** What is used of WebAssembly, which is not among the ambient names since Node's types don't know it. */
interface Universal {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
    ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly places: Module['run'] } };
  };
}

/** `null`: there is none to be had here. */
let made: Module | null | undefined;
let scratch: Int32Array | undefined;

/**
 * Gives the places of up to `MOST_KEYS` keys in the row that begins at `row` and has this k: an array that the next call
 * overwrites. With `again`, the hashes are those of the call before.
 */
export function placesOf(
  lanes: Uint32Array,
  count: number,
  k: number,
  width: number,
  row: number,
  again: boolean,
): Int32Array {
  if (width <= MOST_WIDTH && hashKernel() === 'wasm') {
    if (made === undefined) made = instance();
    if (made !== null) {
      if (!again) made.lanes.set(lanes.length === 2 * count ? lanes : lanes.subarray(0, 2 * count));
      made.run(count, k, width, row);
      return made.places;
    }
  }
  scratch ??= new Int32Array(MOST_KEYS);
  for (let i = 0; i < count; i++) scratch[i] = row + columnOf(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0, k, width);
  return scratch;
}

function instance(): Module | null {
  try {
    const binary = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
    const { Module, Instance } = (globalThis as unknown as Universal).WebAssembly;
    const { memory, places } = new Instance(new Module(binary)).exports;
    return {
      lanes: new Uint32Array(memory.buffer, 0, 2 * MOST_KEYS),
      places: new Int32Array(memory.buffer, PLACES, MOST_KEYS),
      run: places,
    };
  } catch {
    return null;
  }
}
