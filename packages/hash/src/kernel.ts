/**
 * What computes XXH64: a module in WebAssembly (`kernel/assembly/xxh64.ts`, 1.8 kB), over what has been put into its 128 KiB
 * of memory:
 *
 *     lanes    16 KiB    u64 of each key of a batch: the key itself, where it is a word; then its hash
 *     ends      8 KiB    u32 between keys: key i lies between the ends i and i + 1
 *     bytes   100 KiB    the keys of a batch, where they are strings or bytes
 *     result             u64: the hash of a single key
 *     part      4 KiB    its bytes, as many at a time as have room
 *
 * It is made synchronously at the first use. Where that fails, since there is no WebAssembly or the page's content policy
 * forbids it, TypeScript does the same with a part of its own (`xxh64-plain.ts`), to the same bits. A string of 16
 * characters takes 38 ns here, of which 25 go into reading it, and 69 there.
 *
 * Nothing calls anybody else's code between filling the part and reading the result, so that one will do for all.
 */
import { KERNEL } from './kernel.bytes.js';
import { withCode } from './with-code.js';
import { plainKernel } from './xxh64-plain.js';

/** What hashes: a WebAssembly module, or TypeScript where there is none. Both give the same bits. */
export type HashKernel = 'wasm' | 'typescript';

/** XXH64 of a key, part by part. */
export interface Xxh64Kernel {
  /** The part, as words that are little-endian wherever one writes them as numbers. */
  readonly words: Int32Array;
  /** The same memory. Whoever fills it as bytes calls `bytesToWords`. */
  readonly bytes: Uint8Array;
  /** The hash, lower lane first, until the next one. */
  readonly result: Uint32Array;
  /** Begins a key of 32 bytes or more. */
  start(seedLow: number, seedHigh: number): void;
  /** Takes in `count` bytes of the part, a multiple of 32 and not 0. */
  consume(count: number): void;
  /** Takes in the last `total % 32` bytes, from byte `at` of the part on, a multiple of 4; the hash is in `result` then. */
  end(at: number, totalLow: number, totalHigh: number, seedLow: number, seedHigh: number): void;
}

/** WebAssembly, which can do many keys at a time, too. */
export interface WasmKernel extends Xxh64Kernel {
  /** All of the memory. */
  readonly buffer: ArrayBuffer;
  /** Hashes the words `from..to − 1` of the lanes in place, as the integer keys that they are. */
  hashWords(from: number, to: number): void;
  /** Hashes `count` keys into the lanes from `lane` on; ends count from `shift` bytes into the memory. */
  hashRanges(lane: number, count: number, shift: number): void;
}

/** How many keys a batch has at most. With twice as many, strings of 16 would no longer fit, and are read no faster. */
export const BATCH = 2048;
export const ENDS: number = 8 * BATCH;
/** Where the bytes of a batch begin in the memory, and how many have room. */
export const BYTES: number = ENDS + 4 * BATCH + 16;
const STATE = 126_928;
export const CAPACITY: number = STATE - BYTES;
const RESULT: number = STATE + 32;
const PART: number = RESULT + 16;
/** How many bytes of a key have room. */
export const PART_BYTES = 4096;

/** What is used of WebAssembly. Every runtime has it, but Node's types don't, so that it is not among the ambient ones. */
interface Universal {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
    ) => {
      readonly exports: Omit<WasmKernel, 'words' | 'bytes' | 'result' | 'buffer'> & {
        readonly memory: { readonly buffer: ArrayBuffer };
      };
    };
  };
}

/** `null`: there is none to be had here. */
let wasm: WasmKernel | null | undefined;
let plain: Xxh64Kernel | undefined;
let current: Xxh64Kernel | undefined;

/** The kernel that hashes now. */
export const xxh64Kernel = (): Xxh64Kernel => current ?? choose();

function choose(): Xxh64Kernel {
  current = wasmKernel() ?? typescriptKernel();
  return current;
}

/** The same, where it is WebAssembly. */
export const batchKernel = (): WasmKernel | null => (xxh64Kernel() === wasm ? wasm! : null);

/** What keys are hashed by. Cost: the first call makes the WebAssembly instance, in under a millisecond. */
export function hashKernel(): HashKernel {
  return batchKernel() === null ? 'typescript' : 'wasm';
}

/**
 * For tests: runs `body` with every key hashed by this kernel, until it returns, and gives its result. Throws `Error`
 * (`code` `no-wasm`) when asked for a WebAssembly that can't be had here. Programs have no use for it.
 */
export function withHashKernel<T>(kernel: HashKernel, body: () => T): T {
  const wanted = kernel === 'wasm' ? wasmKernel() : typescriptKernel();
  if (wanted === null) throw withCode(new Error('this runtime has no WebAssembly, or forbids it'), 'no-wasm');
  const before = current;
  current = wanted;
  try {
    return body();
  } finally {
    current = before;
  }
}

const typescriptKernel = (): Xxh64Kernel => (plain ??= plainKernel(PART_BYTES));

function wasmKernel(): WasmKernel | null {
  if (wasm === undefined) wasm = instance();
  return wasm;
}

function instance(): WasmKernel | null {
  if (isBigEndian()) return null;
  try {
    const binary = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
    const { Module, Instance } = (globalThis as unknown as Universal).WebAssembly;
    const { memory, start, consume, end, hashWords, hashRanges } = new Instance(new Module(binary)).exports;
    const { buffer } = memory;
    return {
      words: new Int32Array(buffer, PART, PART_BYTES / 4),
      bytes: new Uint8Array(buffer, PART, PART_BYTES),
      result: new Uint32Array(buffer, RESULT, 2),
      start,
      consume,
      end,
      buffer,
      hashWords,
      hashRanges,
    };
  } catch {
    return null;
  }
}

/** The memory of WebAssembly is little-endian, and typed arrays are what the processor is. */
const isBigEndian = (): boolean => new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1;

/** Makes words of `count` bytes of the part, which they are already where numbers are little-endian. */
export function bytesToWords({ words, bytes }: Xxh64Kernel, count: number): void {
  if (!isBigEndian()) return;
  for (let at = 0; at < count; at += 4)
    words[at >>> 2] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
