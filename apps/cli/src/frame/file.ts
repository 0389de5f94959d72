import { createReadStream } from 'node:fs';
import type { Context } from './context.js';
import { CommandError, inputError } from './exit.js';

/**
 * All of a small file (`-`: of stdin), pipes included. Throws `CommandError` bad input when it can't be read or has
 * more than `maxBytes`.
 */
export async function readSmallFile(context: Context, path: string, maxBytes: number): Promise<Uint8Array> {
  const stream = path === '-' ? context.takeStdin() : createReadStream(path);
  const stop = (): unknown => stream.destroy();
  context.signal.addEventListener('abort', stop);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw inputError(`${nameOf(path)} is larger than ${maxBytes / 2 ** 20} MiB`, 'Is it the right file?');
      }
      chunks.push(chunk);
    }
  } catch (error) {
    context.throwIfStopped();
    throw cannotRead(nameOf(path), error);
  } finally {
    context.signal.removeEventListener('abort', stop);
    stream.destroy();
  }
  context.throwIfStopped();
  return Buffer.concat(chunks);
}

/** How messages name a file: `-` is stdin. */
export const nameOf = (path: string): string => (path === '-' ? 'stdin' : path);

/** An error of the file system, as bad input. Others are given back. */
export function cannotRead(path: string, error: unknown): unknown {
  const code = error instanceof CommandError ? undefined : (error as NodeJS.ErrnoException).code;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  switch (code) {
    case 'ENOENT':
      return inputError(`there is no file ${path}`, 'Check the path; relative paths begin at the current folder.');
    case 'EISDIR':
      return inputError(`${path} is a folder`, 'Name a file in it, or - for stdin.');
    case 'EACCES':
      return inputError(`${path} may not be read`, 'Check its permissions.');
    default:
      return inputError(`${path} can't be read: ${(error as Error).message}`);
  }
}
