/** Where a batch is made, by one at a time: in the memory of the kernel (`../kernel.ts`), or beside it where there is none. */
import { BATCH, BYTES, batchKernel, ENDS } from '../kernel.js';

/** Where a batch is made. */
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

let ofWasm: Scratch | undefined;
let ofTypescript: Scratch | undefined;

/**
 * Runs `use` with a scratch that nobody else has. One that is called out of a batch finds it taken, and gets another one
 * without a kernel: a WebAssembly memory costs gigabytes of address space, so there is one.
 */
export function withScratch<T>(use: (scratch: Scratch) => T): T {
  let scratch = batchKernel() === null ? (ofTypescript ??= plainScratch()) : (ofWasm ??= wasmScratch());
  if (scratch.taken) scratch = plainScratch();
  scratch.taken = true;
  try {
    return use(scratch);
  } finally {
    scratch.taken = false;
  }
}

const scratchOf = (buffer: ArrayBuffer, kernel: Kernel | null): Scratch => ({
  taken: false,
  lanes: new Uint32Array(buffer, 0, 2 * BATCH),
  pair: new Uint32Array(2),
  kernel,
});

const plainScratch = (): Scratch => scratchOf(new ArrayBuffer(8 * BATCH), null);

function wasmScratch(): Scratch {
  const { buffer, hashWords, hashRanges } = batchKernel()!;
  return scratchOf(buffer, {
    words: new Uint8Array(buffer),
    ends: new Uint32Array(buffer, ENDS, BATCH + 1),
    bytes: new Uint8Array(buffer, BYTES),
    hashWords,
    hashRanges,
  });
}
