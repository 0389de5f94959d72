import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Option } from 'commander';
import { grouped } from './command.js';
import type { Context } from './context.js';
import { inputError, Stopped, usageError } from './exit.js';
import { cannotRead, nameOf } from './file.js';
import { type KeyType, type KeyValue, keyOf, keyTypeOption, showKey } from './key.js';
import { LineReader } from './lines.js';
import { startProgress } from './progress.js';

/** Keys from a file or a pipe, one a line. Every command that takes keys takes them so. */
export interface KeyOptions {
  /** A file, or `-` for stdin. */
  readonly keys?: string | undefined;
  readonly keyType?: KeyType | undefined;
  /** Lines are `KEY<TAB>BYTES`. */
  readonly sizes?: boolean | undefined;
}

/** The options, for a command to add. */
export const keyOptions = (): Option[] =>
  grouped('Keys:', [
    new Option(
      '--keys <file>',
      'a file of keys, one a line; - for stdin, which is read by itself when something is piped in',
    ),
    keyTypeOption(),
    new Option('--sizes', 'lines are KEY<TAB>BYTES: count bytes as well as keys'),
  ]);

export interface KeyBatch {
  /** Those that are bytes are views, good until the next batch. */
  readonly keys: readonly KeyValue[];
  /** Bytes of each key's value, with `--sizes`. */
  readonly sizes: readonly number[] | undefined;
}

/** What was read, once all of it has been. */
export interface KeysRead {
  readonly count: number;
  readonly emptyLines: number;
}

/**
 * Keys that a command was given: none, or a source to read once.
 *
 *     const keys = await openKeys(context, options);
 *     if (keys !== undefined) await keys.each(({ keys }) => …);
 */
export interface KeySource {
  /** How messages name it. */
  readonly name: string;
  /**
   * Calls back for each batch, in order, with progress on stderr. Throws `Stopped` after Ctrl-C, `CommandError` bad
   * input.
   */
  each(onBatch: (batch: KeyBatch) => void | Promise<void>): Promise<KeysRead>;
}

export async function openKeys(context: Context, options: KeyOptions): Promise<KeySource | undefined> {
  const { keys: path, keyType = 'text', sizes = false } = options;
  const { io } = context;
  const isAsked = path !== undefined;
  if (!isAsked && (!io.stdinIsPiped || context.stdinIsTaken)) {
    if (sizes)
      throw usageError(
        '--sizes says how keys are written, and there are none',
        'Name them: --keys FILE, or pipe them in.',
      );
    return undefined;
  }
  const fromStdin = path === undefined || path === '-';
  const name = nameOf(path ?? '-');
  const stats = fromStdin ? undefined : await statsOf(path);
  return {
    name,
    each: async (onBatch) => {
      const stream = fromStdin ? context.takeStdin() : createReadStream(path);
      const totalBytes = stats?.isFile() ? stats.size : undefined;
      const read = await readBatches(context, { stream, name, totalBytes, keyType, sizes, fromStdin }, onBatch);
      if (read.count === 0 && isAsked) throw inputError(`${name}: there are no keys in it`, 'Give one key a line.');
      return read;
    },
  };
}

async function statsOf(path: string): Promise<Stats> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    return stats;
  } catch (error) {
    throw cannotRead(path, error);
  }
}

interface Source {
  readonly stream: Readable;
  readonly name: string;
  readonly totalBytes: number | undefined;
  readonly keyType: KeyType;
  readonly sizes: boolean;
  /** Then waiting for it deserves a word: nobody may be writing. */
  readonly fromStdin: boolean;
}

async function readBatches(
  context: Context,
  { stream, name, totalBytes, keyType, sizes, fromStdin }: Source,
  onBatch: (batch: KeyBatch) => void | Promise<void>,
): Promise<KeysRead> {
  const { signal } = context;
  const reader = new LineReader(name);
  const progress = startProgress(context.io, { name, unit: 'keys', totalBytes });
  const hint = fromStdin ? setTimeout(() => context.note(WAITING), WAITING_AFTER_MS) : undefined;
  const stop = (): unknown => stream.destroy();
  signal.addEventListener('abort', stop);
  let count = 0;
  try {
    context.throwIfStopped();
    for await (const lines of reader.read(stream)) {
      clearTimeout(hint);
      context.throwIfStopped();
      const batch = batchOf(
        lines,
        keyType,
        sizes,
        (index) => `${name}: key ${(count + index + 1).toLocaleString('en-US')}`,
      );
      count += lines.length;
      await onBatch(batch);
      progress.update(reader.byteCount, count);
    }
    // A destroyed stream ends the loop as a finished one does.
    context.throwIfStopped();
    return { count, emptyLines: reader.emptyCount };
  } catch (error) {
    if (signal.aborted) throw new Stopped();
    throw cannotRead(name, error);
  } finally {
    clearTimeout(hint);
    signal.removeEventListener('abort', stop);
    progress.stop();
    stream.destroy();
  }
}

const WAITING_AFTER_MS = 2_000;
const WAITING = 'waiting for keys on stdin (for none: < /dev/null; from a file: --keys FILE)';

function batchOf(
  lines: readonly Uint8Array[],
  type: KeyType,
  sizes: boolean,
  where: (index: number) => string,
): KeyBatch {
  if (!sizes)
    return {
      keys: type === 'text' ? lines : lines.map((line, i) => keyOf(line, type, () => where(i))),
      sizes: undefined,
    };
  const keys: KeyValue[] = [];
  const bytes: number[] = [];
  for (const [i, line] of lines.entries()) {
    const tab = line.lastIndexOf(TAB);
    const size = tab < 0 ? Number.NaN : decimal(line, tab + 1);
    if (!Number.isSafeInteger(size)) {
      throw inputError(
        `${where(i)}: "${showKey(line, 40)}" is not KEY<TAB>BYTES`,
        'With --sizes every line ends in a tab and a whole number of bytes.',
      );
    }
    keys.push(keyOf(line.subarray(0, tab), type, () => where(i)));
    bytes.push(size);
  }
  return { keys, sizes: bytes };
}

const TAB = 0x09;

/** The digits from `start` to the end as a number; NaN when there are none or others between them. */
function decimal(line: Uint8Array, start: number): number {
  let value = start < line.length ? 0 : Number.NaN;
  for (let i = start; i < line.length; i++) {
    const digit = line[i]! - 0x30;
    value = digit >= 0 && digit <= 9 ? 10 * value + digit : Number.NaN;
  }
  return value;
}
