/** Runs the command in this process, with a world of strings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { type Io, main } from '../src/index.js';

export interface Given {
  /** What is piped in; nothing is when absent. */
  readonly stdin?: string | Uint8Array | Readable;
  readonly env?: Record<string, string>;
  /** Both outputs are a terminal. */
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
  readonly stdout?: Writable;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Arguments by spaces; `${…}` is never split. */
export function dsys(call: string | readonly string[], given: Given = {}): Promise<Ended> {
  return run(typeof call === 'string' ? call.split(' ').filter((word) => word !== '') : call, given);
}

async function run(
  argv: readonly string[],
  { stdin, env = {}, isTTY = false, signal, now = () => 0, stdout }: Given,
): Promise<Ended> {
  const [out, err] = [new Sink(isTTY), new Sink(isTTY)];
  const io: Io = {
    stdin: stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]),
    stdinIsPiped: stdin !== undefined,
    stdout: stdout ?? out,
    stderr: err,
    env,
    signal: signal ?? new AbortController().signal,
    now,
  };
  const code = await main(argv, io);
  return { code, out: out.text, err: err.text };
}

class Sink extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

let folder: string | undefined;

/** A file with this content in a temporary folder, which goes when the test file is done. */
export function file(name: string, content: string | Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'dsys-cli-'));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The same, but a name that is not there. */
export const missing = (name: string): string => join(folder ?? tmpdir(), 'not-there', name);

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});
