import xxhash, { type XXHash, type XXHashAPI } from 'xxhash-wasm';
import { isBytes } from './is-bytes.js';
import { withCode } from './with-code.js';

/** A hash that is fed piece by piece. */
export interface StreamingHash<T> {
  /** Takes the next bytes; they are read before it returns, so the caller may reuse them. Throws `TypeError` for anything else. */
  update(bytes: Uint8Array): StreamingHash<T>;
  /** The hash of everything so far. More may follow. */
  digest(): T;
}

/** XXH32 by pieces; resolves once the WebAssembly module has started, which takes about a millisecond, once. */
export async function createXxh32(seed = 0): Promise<StreamingHash<number>> {
  return byPieces((await start()).create32(seed));
}

/** XXH64 by pieces; resolves once the WebAssembly module has started, which takes about a millisecond, once. */
export async function createXxh64(seed = 0n): Promise<StreamingHash<bigint>> {
  return byPieces((await start()).create64(BigInt.asUintN(64, seed)));
}

let started: Promise<XXHashAPI> | undefined;
const start = (): Promise<XXHashAPI> => (started ??= xxhash());

/** The module copies what it is given into its memory, which grows to fit and never shrinks: so it is given this much at a time. */
const PIECE_BYTES = 65_536;

function byPieces<T>(state: XXHash<T>): StreamingHash<T> {
  const hasher: StreamingHash<T> = {
    update(bytes) {
      if (!isBytes(bytes)) {
        throw withCode(new TypeError(`a chunk must be a Uint8Array, got ${typeof bytes}`), 'chunk-type');
      }
      for (let i = 0; i < bytes.length; i += PIECE_BYTES) state.update(bytes.subarray(i, i + PIECE_BYTES));
      return hasher;
    },
    digest: () => state.digest(),
  };
  return hasher;
}
