/**
 * What clients do while keys move from one ring to another: every answer stays right, at every moment, and whether the migration ends or is given up.
 *
 *     key that stays     one owner, as ever
 *     key that moves     read:   the new owner; when it has nothing yet, the old one
 *                        write:  the new owner, then the old one, so that going back loses nothing
 *                        delete: a mark on the new owner, then gone from the old one
 *
 * The copier never overwrites, so a value that it read before a write arrives too late to do harm.
 */
import type { MigrationPlan, Ring } from '@dsys/hashring';
import { DELETED, type FolderNode } from './folder-node.js';

export class MigratingClient {
  readonly #before: Ring<string>;
  readonly #after: Ring<string>;
  readonly #plan: MigrationPlan;
  readonly #nodes: ReadonlyMap<string, FolderNode>;

  constructor(before: Ring<string>, after: Ring<string>, plan: MigrationPlan, nodes: ReadonlyMap<string, FolderNode>) {
    this.#before = before;
    this.#after = after;
    this.#plan = plan;
    this.#nodes = nodes;
  }

  async get(key: string): Promise<string | undefined> {
    const { old, moving } = this.#owners(key);
    const value = (await moving?.get(key)) ?? (await old.get(key));
    return value === DELETED ? undefined : value;
  }

  async set(key: string, value: string): Promise<void> {
    const { old, moving } = this.#owners(key);
    await moving?.set(key, value);
    await old.set(key, value);
  }

  async delete(key: string): Promise<void> {
    const { old, moving } = this.#owners(key);
    await moving?.set(key, DELETED);
    await old.delete(key);
  }

  /** The owner so far, and the one to come when the key is in a range of the plan. */
  #owners(key: string): { old: FolderNode; moving: FolderNode | undefined } {
    const old = this.#nodes.get(this.#before.owner(key))!;
    const isMoving = this.#plan.moves(key) !== undefined;
    return { old, moving: isMoving ? this.#nodes.get(this.#after.owner(key))! : undefined };
  }
}
