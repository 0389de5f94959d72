/**
 * Which moves of a plan are done, in a file: a first line that names the plan, then a number a line. Lines are appended
 * and flushed before they count, so a crash costs at most the last one; a line that was cut short is marked and never
 * read as a number, and its move is made again.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { MigrationPlan } from '@dsys/hashring';
import type { DoneMoves } from './run-plan.js';

export class ProgressFile implements DoneMoves {
  readonly #file: FileHandle;
  readonly #done: Set<number>;

  private constructor(file: FileHandle, done: Set<number>) {
    this.#file = file;
    this.#done = done;
  }

  /** Opens the file, or begins it. Throws when it belongs to another plan: its numbers would mean other moves. */
  static async open(path: string, plan: MigrationPlan): Promise<ProgressFile> {
    const file = await open(path, 'a+');
    const name = `${plan.before} ${plan.after} ${plan.replicas}`;
    const [first, ...lines] = (await file.readFile('utf8')).split('\n');
    if (lines.length === 0) {
      // New, or the process died over its first line.
      await file.truncate();
      await file.appendFile(`${name}\n`);
    } else if (first !== name) {
      await file.close();
      throw new Error(`${path} is the progress of another plan (${first}); this one is ${name}`);
    } else if (lines.at(-1) !== '') await file.appendFile(' cut short\n');
    await file.datasync();
    const complete = lines.slice(0, -1).filter((line) => /^\d+$/.test(line));
    return new ProgressFile(file, new Set(complete.map(Number)));
  }

  get size(): number {
    return this.#done.size;
  }

  has(move: number): boolean {
    return this.#done.has(move);
  }

  async add(move: number): Promise<void> {
    await this.#file.appendFile(`${move}\n`);
    await this.#file.datasync();
    this.#done.add(move);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
