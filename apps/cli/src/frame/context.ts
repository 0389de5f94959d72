import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { Help } from 'commander';
import { Stopped, usageError } from './exit.js';
import type { Io, OutputStream } from './io.js';

/** What every command is given: the world, and the ways to speak to it. */
export class Context {
  readonly io: Io;
  /** Aborted by Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Whoever read our output has gone (`… | head -1`): not an error, there is just nothing left to do. */
  outputClosed = false;
  /** What stdout said when it could not be written for another reason, such as a full disk. */
  outputError: Error | undefined;
  /** Something has read stdin already; it is read once. */
  stdinIsTaken = false;
  readonly #stop = new AbortController();
  readonly #coloured: boolean;

  constructor(io: Io) {
    this.io = io;
    this.signal = AbortSignal.any([io.signal, this.#stop.signal]);
    this.#coloured = isColoured(io.stdout, io.env);
    io.stdout.on('error', this.#onOutputError);
    io.stderr.on('error', this.#onComplaintError);
  }

  /** Lets go of the streams. */
  close(): void {
    this.io.stdout.off('error', this.#onOutputError);
    this.io.stderr.off('error', this.#onComplaintError);
  }

  readonly #onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') this.outputClosed = true;
    else this.outputError ??= error;
    this.#stop.abort();
  };

  /** Complaining that complaints can't be written helps nobody. */
  readonly #onComplaintError = (): void => this.#stop.abort();

  /** Writes to stdout; resolves when more may be written, and throws `Stopped` when nothing more need be. */
  async write(text: string | Uint8Array): Promise<void> {
    this.throwIfStopped();
    if (this.io.stdout.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.io.stdout.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      this.io.stdout.once('drain', done);
      this.signal.addEventListener('abort', done);
    });
    this.throwIfStopped();
  }

  /** One JSON document on one line. */
  async writeJson(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value)}\n`);
  }

  /** A remark for the person at the terminal: on stderr, so that it is never taken for output. */
  note(text: string): void {
    this.io.stderr.write(`dsys: ${text}\n`);
  }

  /** Stdin, for whoever asks first. Throws `CommandError` usage for the second one. */
  takeStdin(): Readable {
    if (this.stdinIsTaken) throw usageError('two inputs are to be read from stdin', 'Put one of them into a file.');
    this.stdinIsTaken = true;
    return this.io.stdin;
  }

  throwIfStopped(): void {
    if (this.signal.aborted) throw new Stopped();
  }

  /** A paragraph, two spaces in, broken at the width of the terminal (elsewhere at 100). */
  wrapped(text: string): string {
    const width = Math.min(this.io.stdout.columns ?? 100, 100) - 2;
    return new Help().boxWrap(text, width).replace(/^/gm, '  ') + '\n';
  }

  bold(text: string): string {
    return this.#coloured ? styleText('bold', text, { validateStream: false }) : text;
  }

  dim(text: string): string {
    return this.#coloured ? styleText('dim', text, { validateStream: false }) : text;
  }
}

/**
 * On a terminal, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise; FORCE_COLOR turns it on anywhere.
 */
function isColoured(stream: OutputStream, env: Io['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
