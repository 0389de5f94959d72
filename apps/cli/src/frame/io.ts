import type { Readable, Writable } from 'node:stream';

/**
 * Everything of the world that a command touches, handed in, so that tests run commands in their own process.
 * `cli.ts` makes one from `process`.
 */
export interface Io {
  readonly stdin: Readable;
  /** Something is waiting on stdin, a pipe or a redirected file, so that keys may be read from it unasked. */
  readonly stdinIsPiped: boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds since any fixed moment. */
  now(): number;
}

/** A stream to write to, and whether a person is looking at it. */
export type OutputStream = Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
