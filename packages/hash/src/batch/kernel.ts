/**
 * What hashes a batch: a module in WebAssembly (`kernel/assembly/batch.ts`, 1.2 kB), which hashes what has been put into
 * its 128 KiB of memory:
 *
 *     lanes    16 KiB   u64 of each key: the key itself, where it is a word; then its hash
 *     ends      8 KiB   u32 between keys: key i lies between the ends i and i + 1
 *     bytes   104 KiB   the keys, where they are strings or bytes
 *
 * It is made synchronously at the first use. Where that fails, since there is no WebAssembly or the page's content policy
 * forbids it, keys are hashed one by one in TypeScript. The bits are the same.
 */
import { withCode } from '../with-code.js';
import { KERNEL } from './kernel.bytes.js';

/** What hashes a batch: a WebAssembly module, or TypeScript where there is none. Both give the same bits. */
export type HashKernel = 'wasm' | 'typescript';

/** How many keys a batch has at most. With twice as many, strings of 16 would no longer fit, and are read no faster. */
export const BATCH = 2048;
const ENDS = 8 * BATCH;
/** Where the bytes of keys begin in the memory, and how many have room. */
export const BYTES: number = ENDS + 4 * BATCH + 16;
export const CAPACITY: number = 131_072 - BYTES;

/** Where a batch is made, by one at a time. */
export interface Scratch {
  taken: boolean;
  /** Two lanes a key, low first; of a kernel, the first part of its memory. */
  readonly lanes: Uint32Array;
  /** The lanes of one key. */
  readonly pair: Uint32Array;
  /** `null`: keys are hashed one by one. */
  readonly kernel: Kernel | null;
}

/** WebAssembly, and its memory. */
export interface Kernel {
  /** The memory from its first lane on. */
  readonly words: Uint8Array;
  /** One more than keys. */
  readonly ends: Uint32Array;
  /** The memory from `BYTES` on. */
  readonly bytes: Uint8Array;
  /** Hashes the words `from..to − 1` of the lanes in place, as the integer keys that they are. */
  hashWords(from: number, to: number): void;
  /** Hashes `count` keys into the lanes from `lane` on; ends count from `shift` bytes into the memory. */
  hashRanges(lane: number, count: number, shift: number): void;
}

/** What is used of WebAssembly. Every runtime has it, but Node's types don't, so that it is not among the ambient ones. */
interface Universal {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
    ) => {
      readonly exports: Pick<Kernel, 'hashWords' | 'hashRanges'> & {
        readonly memory: { readonly buffer: ArrayBuffer };
      };
    };
  };
}

/** `null`: there is none to be had here. */
let ofWasm: Scratch | null | undefined;
let ofTypescript: Scratch | undefined;
let forced: HashKernel | undefined;

/** What the next batch is hashed by. Cost: the first call makes the WebAssembly instance, in under a millisecond. */
export function hashKernel(): HashKernel {
  return forced ?? (hasWasm() ? 'wasm' : 'typescript');
}

/**
 * For tests: runs `body` with every batch hashed by this kernel, until it returns, and gives its result. Throws `Error`
 * (`code` `no-wasm`) when asked for a WebAssembly that can't be had here. Programs have no use for it.
 */
export function withHashKernel<T>(kernel: HashKernel, body: () => T): T {
  if (kernel === 'wasm' && !hasWasm()) {
    throw withCode(new Error('this runtime has no WebAssembly, or forbids it'), 'no-wasm');
  }
  const before = forced;
  forced = kernel;
  try {
    return body();
  } finally {
    forced = before;
  }
}

function hasWasm(): boolean {
  if (ofWasm === undefined) ofWasm = wasmScratch();
  return ofWasm !== null;
}

/**
 * Runs `use` with a scratch that nobody else has. One that is called out of a batch finds it taken, and gets another one
 * without a kernel: a WebAssembly memory costs gigabytes of address space, so there is one.
 */
export function withScratch<T>(use: (scratch: Scratch) => T): T {
  let scratch = hashKernel() === 'wasm' ? ofWasm! : (ofTypescript ??= scratchOf(new ArrayBuffer(8 * BATCH)));
  if (scratch.taken) scratch = scratchOf(new ArrayBuffer(8 * BATCH));
  scratch.taken = true;
  try {
    return use(scratch);
  } finally {
    scratch.taken = false;
  }
}

const scratchOf = (buffer: ArrayBuffer, kernel: Kernel | null = null): Scratch => ({
  taken: false,
  lanes: new Uint32Array(buffer, 0, 2 * BATCH),
  pair: new Uint32Array(2),
  kernel,
});

function wasmScratch(): Scratch | null {
  // The memory of WebAssembly is little-endian, and typed arrays are what the processor is.
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) return null;
  try {
    const binary = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
    const { Module, Instance } = (globalThis as unknown as Universal).WebAssembly;
    const { memory, hashWords, hashRanges } = new Instance(new Module(binary)).exports;
    const { buffer } = memory;
    return scratchOf(buffer, {
      words: new Uint8Array(buffer),
      ends: new Uint32Array(buffer, ENDS, BATCH + 1),
      bytes: new Uint8Array(buffer, BYTES),
      hashWords,
      hashRanges,
    });
  } catch {
    return null;
  }
}
