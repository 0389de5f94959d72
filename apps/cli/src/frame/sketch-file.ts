import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { isDecodeError } from '@dsys/codec';
import { Option } from 'commander';
import type { Context } from './context.js';
import { inputError } from './exit.js';
import { nameOf, readSmallFile } from './file.js';

/** Largest sketch that is read: a Bloom filter of 2^32 bits has half a gigabyte. */
export const MAX_SKETCH_BYTES: number = 1024 * 2 ** 20;

/** Where the sketch goes, for a command to add. */
export const outOption = (): Option =>
  new Option('--out <file>', 'write the sketch there, for dsys on another machine and for programs');

/** A sketch out of a file (`-`: stdin). Throws `CommandError` bad input for what `read` refuses. */
export async function readSketch<S>(context: Context, path: string, read: (bytes: Uint8Array) => S): Promise<S> {
  const bytes = await readSmallFile(context, path, MAX_SKETCH_BYTES);
  return decoded(path, () => read(bytes));
}

/** The same of bytes at hand. */
export function decoded<S>(path: string, read: () => S): S {
  try {
    return read();
  } catch (error) {
    if (!isDecodeError(error)) throw error;
    throw inputError(`${nameOf(path)}: ${(error as Error).message}`, `dsys explain ${nameOf(path)} says what it is.`);
  }
}

/** Writes a file whole or not at all: who reads it meanwhile sees the one before. */
export async function writeSketch(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw inputError(`${path} can't be written: ${(error as Error).message}`, 'Make room, or write elsewhere.');
  }
}
