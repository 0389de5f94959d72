/**
 * Many keys into split blocks by SIMD: a module in WebAssembly (`kernel/assembly/blocks.ts`, 0.3 kB) sets the bits of a batch in
 * blocks of its own:
 *
 *     lanes    16 KiB    of a batch, copied here
 *     blocks             as many as the filter has; memory grows to the largest filter, and stays
 *
 * So a filter is a plain array before, after and meanwhile. Eight words one by one take 10 ns a key in TypeScript, here 4.
 *
 * While an array is read, its elements may be asked for by code of somebody else, who may add to the same filter: then the
 * blocks begin empty and are put over the filter's at the end, which loses nothing and costs 0.8 ns a key at a full filter.
 * A column or packed keys run no code: the filter is copied in and out, for 0.03. Either pays where there are twice as many
 * keys as blocks (a full filter has about 25 a block).
 *
 * Made synchronously at the first use. Where that fails (no SIMD, or a content policy), or for a larger filter, the bits are
 * set in TypeScript: they are the same.
 */
import { hashBatches, hashKernel, type KeyBatch, type PackedKeys } from '@dsys/hash/batch';
import { moved } from './errors.js';
import { KERNEL } from './kernel.bytes.js';
import { BLOCK_WORDS } from './split-block.js';

/** Keys whose lanes have room. */
const MOST_KEYS = 2048;
/** Where the blocks begin. */
const BLOCKS: number = 8 * MOST_KEYS;
const PAGE = 65_536;
/** Largest filter that is filled here: what the memory may keep. */
const MAX_BYTES = 2 ** 24;

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** Sets the bits of `count` hashes in `blockCount` blocks. */
  insert(count: number, blockCount: number): void;
}

/** What is used of WebAssembly: every runtime has it, and Node's types don't. */
interface Universal {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (module: object) => { readonly exports: Kernel };
  };
}

/** `undefined`: not yet tried. `null`: there is none to be had here, or it is lent to a call that has not returned. */
let kernel: Kernel | null | undefined;

/** How many keys a batch has, where that is known without reading it. */
function countOf(keys: KeyBatch): number {
  if (Array.isArray(keys) || ArrayBuffer.isView(keys)) return (keys as unknown as ArrayLike<unknown>).length;
  // What is no batch at all is found out when it is read.
  return ((keys as Partial<PackedKeys> | null)?.offsets?.length ?? 1) - 1;
}

/** Adds all keys by SIMD and says how many they were; `null`, and nothing has been read, where that is not worth it. */
export function insertBySimd(words: Uint32Array, keys: KeyBatch): number | null {
  if (words.length === 0) throw moved();
  const blockCount = words.length / BLOCK_WORDS;
  if (!(countOf(keys) >= 2 * blockCount) || words.byteLength > MAX_BYTES || hashKernel() !== 'wasm') return null;
  const lent = kernelFor(words.byteLength);
  if (lent === null) return null;
  const { buffer } = lent.memory;
  const lanesThere = new Uint32Array(buffer, 0, 2 * MOST_KEYS);
  const blocks = new Uint32Array(buffer, BLOCKS, words.length);
  const isQuiet = !Array.isArray(keys);
  let hasBegun = false;
  kernel = null; // Whoever comes meanwhile, out of the keys, finds none.
  try {
    return hashBatches(keys, (lanes, count) => {
      // Not before: until the first visit, even packed keys may have run somebody's getter.
      if (!hasBegun && isQuiet) blocks.set(words);
      else if (!hasBegun) blocks.fill(0);
      hasBegun = true;
      for (let from = 0; from < count; from += MOST_KEYS) {
        const some = Math.min(MOST_KEYS, count - from);
        lanesThere.set(lanes.subarray(2 * from, 2 * (from + some)));
        lent.insert(some, blockCount);
      }
    });
  } finally {
    kernel = lent;
    if (hasBegun && isQuiet) words.set(blocks);
    else if (hasBegun) putOver(words, blocks);
  }
}

function putOver(words: Uint32Array, blocks: Uint32Array): void {
  for (let i = 0; i < words.length; i++) words[i]! |= blocks[i]!;
}

/** The module, with memory for so many bytes of blocks. */
function kernelFor(byteCount: number): Kernel | null {
  try {
    if (kernel === undefined) {
      const { Module, Instance } = (globalThis as unknown as Universal).WebAssembly;
      const binary = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
      kernel = new Instance(new Module(binary)).exports;
    }
    if (kernel === null) return null;
    const pages = Math.ceil((BLOCKS + byteCount - kernel.memory.buffer.byteLength) / PAGE);
    if (pages > 0) kernel.memory.grow(pages);
  } catch {
    kernel = null;
  }
  return kernel;
}
