/**
 * `@dsys/hash/stream`: XXH32 and XXH64 of bytes that come in chunks. It runs on `xxhash-wasm`, a WebAssembly module of
 * 3 kB: several times faster on long input than JavaScript can be, and asynchronous to start, which a stream is anyway.
 * The results are those of `xxh32` and `xxh64` of all chunks put together.
 *
 *     const checksum = await xxh64Stream(createReadStream('backup.tar'), { signal, onProgress: showBytes });
 *
 *     const hasher = await createXxh64();
 *     for (const chunk of chunks) hasher.update(chunk);
 *     hasher.digest();
 */

export {
  type ByteChunks,
  type ReadableBytes,
  type ReadableBytesReader,
  type StreamOptions,
  xxh32Stream,
  xxh64Stream,
} from './hash-stream.js';
export { createXxh32, createXxh64, type StreamingHash } from './streaming-hash.js';
