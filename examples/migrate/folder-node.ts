/**
 * A storage node for this example: a folder with a file for each key. What it offers is what a migration needs of any
 * store, and most have: memcached's `add`, Redis' `SET NX`, SQL's `INSERT … ON CONFLICT DO NOTHING`.
 */
import { mkdirSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands in the place of a deleted value while a migration runs, so that a late copy doesn't bring it back. */
export const DELETED = '';

export class FolderNode {
  readonly #folder: string;
  #writes = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async set(key: string, value: string): Promise<void> {
    await rename(await this.#written(value), this.#path(key));
  }

  /** Sets the value unless there is one already, in one step: a link fails where a file is. */
  async setIfAbsent(key: string, value: string): Promise<void> {
    const file = await this.#written(value);
    try {
      await link(file, this.#path(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(file);
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  async keys(): Promise<string[]> {
    const files = await readdir(this.#folder);
    return files.filter((file) => !file.startsWith(UNFINISHED)).map(decodeURIComponent);
  }

  #path(key: string): string {
    return join(this.#folder, encodeURIComponent(key));
  }

  /**
   * A file that is complete before it gets the name by which readers find it. (To outlive a power cut it would have to
   * be flushed, too.)
   */
  async #written(value: string): Promise<string> {
    const file = join(this.#folder, `${UNFINISHED}${process.pid}-${this.#writes++}`);
    await writeFile(file, value);
    return file;
  }
}

/** No encoded key begins like this. */
const UNFINISHED = '%%';
