import { isBytes } from './is-bytes.js';
import { createXxh32, createXxh64, type StreamingHash } from './streaming-hash.js';
import { withCode } from './with-code.js';

/** Where bytes come from: an array of chunks, a Node stream, an async generator, a web stream (`response.body`). */
export type ByteChunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableBytes;

/** What is used of a web `ReadableStream`, which not every runtime can iterate over. */
export interface ReadableBytes {
  /** Takes the stream for reading. */
  getReader(): ReadableBytesReader;
}

/** What is used of a web `ReadableStreamDefaultReader`. */
export interface ReadableBytesReader {
  /** The next chunk, or `done`. */
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  /** Tells the source to stop. */
  cancel(reason?: unknown): Promise<void>;
}

/** What goes with a hash over a stream. */
export interface StreamOptions<Seed> {
  /** Default 0. */
  readonly seed?: Seed | undefined;
  /** Ends the wait for the next chunk: the promise rejects with the signal's reason and the source is told to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each chunk with the number of bytes hashed so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** XXH32 of all chunks. Rejects with what the source threw, the signal's reason, or a `TypeError` for a chunk that is no bytes. */
export async function xxh32Stream(chunks: ByteChunks, options: StreamOptions<number> = {}): Promise<number> {
  return consume(await createXxh32(options.seed), chunks, options);
}

/** XXH64 of all chunks. Rejects with what the source threw, the signal's reason, or a `TypeError` for a chunk that is no bytes. */
export async function xxh64Stream(chunks: ByteChunks, options: StreamOptions<bigint> = {}): Promise<bigint> {
  return consume(await createXxh64(options.seed), chunks, options);
}

async function consume<T>(
  hasher: StreamingHash<T>,
  chunks: ByteChunks,
  { signal, onProgress }: StreamOptions<unknown>,
): Promise<T> {
  signal?.throwIfAborted();
  const source = open(chunks);
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await orAborted(source.next(), signal);
      if (done === true) return hasher.digest();
      if (!isBytes(value)) {
        const hint = typeof value === 'string' ? '; text goes through a TextEncoderStream first' : '';
        throw withCode(new TypeError(`a chunk must be a Uint8Array, got ${typeof value}${hint}`), 'chunk-type');
      }
      hasher.update(value);
      bytes += value.length;
      onProgress?.(bytes);
    }
  } catch (error) {
    source.stop(error);
    throw error;
  }
}

interface Source {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  /** Lets go of whatever is behind it. Not awaited: a source that hangs must not keep an abort waiting. */
  stop(reason: unknown): void;
}

function open(chunks: ByteChunks): Source {
  if ('getReader' in chunks) {
    const reader = chunks.getReader();
    return { next: () => reader.read(), stop: (reason) => void reader.cancel(reason).catch(ignore) };
  }
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  return {
    next: async () => iterator.next(),
    stop: () => void (async () => iterator.return?.())().catch(ignore),
  };
}

/** What stopping a source rejects with is second to the reason for stopping it. */
const ignore = (): undefined => undefined;

/** The promise, or a rejection as soon as the signal fires; leaves no listener behind. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
