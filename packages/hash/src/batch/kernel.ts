/**
 * What hashes a batch. Two kernels do the same to the same memory, so that whoever fills it and empties it
 * (`hash-batches.ts`) need not know which of them is at work:
 *
 *     lanes    16 KiB   u64 of each key: the key itself, where it is a word; then its hash
 *     ends      8 KiB   u32 between keys: key i lies between the ends i and i + 1
 *     bytes   104 KiB   the keys themselves, where they are strings or bytes
 *
 * The one in WebAssembly (`kernel/assembly/batch.ts`, 1.2 kB) is made synchronously at the first use. Where that fails,
 * since there is no WebAssembly or the page's content policy forbids it, the other takes its place.
 */
import { withCode } from '../with-code.js';
import { ofInteger } from '../xxh64.js';
import { ofRange } from '../xxh64-bytes.js';
import { KERNEL } from './kernel.bytes.js';

/** What hashes a batch: a WebAssembly module, or TypeScript where there is none. Both give the same bits. */
export type HashKernel = 'wasm' | 'typescript';

/** How many keys a batch has at most. With twice as many, strings of 16 would no longer fit, and are read no faster. */
export const BATCH = 2048;
const ENDS = 8 * BATCH;
/** Where the bytes of keys begin in the memory, and how many have room. */
export const BYTES: number = ENDS + 4 * BATCH + 16;
const MEMORY = 131_072;
export const CAPACITY: number = MEMORY - BYTES;

/** A kernel and its memory, taken by one batch at a time. */
export interface Scratch {
  taken: boolean;
  /** The whole memory. */
  readonly all: Uint8Array;
  /** Two lanes a key, low first. */
  readonly lanes: Uint32Array;
  /** One more than keys. */
  readonly ends: Uint32Array;
  /** The memory from `BYTES` on. */
  readonly bytes: Uint8Array;
  /** The lanes of one key. */
  readonly pair: Uint32Array;
  /** Hashes the words `from..to − 1` of the lanes in place, as the integer keys that they are. */
  words(from: number, to: number): void;
  /** Hashes `count` keys into the lanes from `lane` on; ends count from `shift` bytes into the memory. */
  ranges(lane: number, count: number, shift: number): void;
}

/** What is used of WebAssembly. Every runtime has it, but Node's types don't, so that it is not among the ambient ones. */
interface Universal {
  readonly WebAssembly: {
    readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
    ) => {
      readonly exports: Pick<Scratch, 'words' | 'ranges'> & { readonly memory: { readonly buffer: ArrayBuffer } };
    };
  };
}

/** `null`: there is none to be had here. */
let ofWasm: Scratch | null | undefined;
let ofTypescript: Scratch | undefined;
let forced: HashKernel | undefined;

/** What the next batch is hashed by. Cost: the first call makes the WebAssembly instance, in about 0.1 ms. */
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
 * Runs `use` with a scratch that nobody else has. One that is called out of a batch finds it taken, and gets another in
 * TypeScript: a WebAssembly memory costs gigabytes of address space, so there is one.
 */
export function withScratch<T>(use: (scratch: Scratch) => T): T {
  let scratch = hashKernel() === 'wasm' ? ofWasm! : (ofTypescript ??= typescriptScratch());
  if (scratch.taken) scratch = typescriptScratch();
  scratch.taken = true;
  try {
    return use(scratch);
  } finally {
    scratch.taken = false;
  }
}

function wasmScratch(): Scratch | null {
  // The memory of WebAssembly is little-endian, and typed arrays are what the processor is.
  if (!isLittleEndian()) return null;
  try {
    const binary = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
    const { Module, Instance } = (globalThis as unknown as Universal).WebAssembly;
    const { memory, words, ranges } = new Instance(new Module(binary)).exports;
    return { ...views(memory.buffer), words, ranges };
  } catch {
    return null;
  }
}

function typescriptScratch(): Scratch {
  const scratch = views(new ArrayBuffer(MEMORY));
  const { all, lanes, ends, pair } = scratch;
  const put = (lane: number): void => {
    lanes[2 * lane] = pair[0]!;
    lanes[2 * lane + 1] = pair[1]!;
  };
  return {
    ...scratch,
    words(from, to) {
      for (let i = from; i < to; i++) {
        ofInteger(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0, pair, 0, 0);
        put(i);
      }
    },
    ranges(lane, count, shift) {
      for (let i = 0; i < count; i++) {
        ofRange(all, ends[i]! + shift, ends[i + 1]! + shift, pair, 0, 0);
        put(lane + i);
      }
    },
  };
}

const views = (buffer: ArrayBuffer): Omit<Scratch, 'words' | 'ranges'> => ({
  taken: false,
  all: new Uint8Array(buffer),
  lanes: new Uint32Array(buffer, 0, 2 * BATCH),
  ends: new Uint32Array(buffer, ENDS, BATCH + 1),
  bytes: new Uint8Array(buffer, BYTES),
  pair: new Uint32Array(2),
});

export const isLittleEndian = (): boolean => new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
