/** What hashes a batch: a WebAssembly module, or TypeScript where there is none. Both give the same bits. */
export type HashKernel = 'wasm' | 'typescript';

let forced: HashKernel | undefined;

/** What the next batch is hashed by. Cost: the first call makes the WebAssembly instance, if there is to be one. */
export function hashKernel(): HashKernel {
  return forced ?? 'typescript';
}

/**
 * For tests: runs `body` with every batch hashed by this kernel, and gives its result. Throws `Error` (`code`
 * `no-wasm`) when asked for a WebAssembly that can't be had here. Shipped programs have no use for it.
 */
export function withHashKernel<T>(kernel: HashKernel, body: () => T): T {
  const before = forced;
  forced = kernel;
  try {
    return body();
  } finally {
    forced = before;
  }
}
