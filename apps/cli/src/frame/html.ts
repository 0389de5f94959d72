/** Pictures into files. */
import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Context } from './context.js';
import { inputError } from './exit.js';

/** `--html OUT`, with what is drawn there. */
export const htmlOption = (description: string): Option => new Option('--html <file>', description);

/** Writes the file, and says so; into stdout for `-`. Throws `CommandError` when it can't be written. */
export async function writeHtml(context: Context, path: string, html: string): Promise<void> {
  if (path === '-') return context.write(html);
  try {
    await writeFile(path, html);
  } catch (error) {
    throw inputError(`${path} can't be written: ${(error as Error).message}`, 'Name a file in a folder that exists.');
  }
  context.note(`drawn into ${path}`);
}
