/**
 * What clients do while keys move from one ring to another, so that every answer is right at every moment. Keys outside
 * the plan have one owner, as ever; for those in it there are three stages:
 *
 *                  read                              write                   delete
 *     copying      new owner; nothing there: old     new owner, then old     mark on the new owner, gone from the old
 *     copied       new owner                         new owner, then old     the same
 *     moved        new owner                         new owner               gone
 *
 * All clients enter a stage before the first enters the next, in whatever order and however slowly: clients of
 * neighbouring stages agree, those of `copying` and `moved` do not. So the stage belongs where clients find it again
 * after a restart. As long as nobody is in `moved`, the migration can be given up without loss.
 *
 * The copier never overwrites, so that what it read before a write arrives too late to do harm, and the mark keeps it
 * from bringing back what was deleted.
 */
import type { MigrationPlan, Ring } from '@dsys/hashring';
import { DELETED, type FolderNode } from './folder-node.js';

export class MigratingClient {
  stage: 'copying' | 'copied' | 'moved' = 'copying';
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
    const { owner, old } = this.#owners(key);
    let value = await owner.get(key);
    if (value === undefined && this.stage === 'copying') value = await old?.get(key);
    return value === DELETED ? undefined : value;
  }

  async set(key: string, value: string): Promise<void> {
    const { owner, old } = this.#owners(key);
    await owner.set(key, value);
    if (this.stage !== 'moved') await old?.set(key, value);
  }

  async delete(key: string): Promise<void> {
    const { owner, old } = this.#owners(key);
    if (old === undefined || this.stage === 'moved') return owner.delete(key);
    await owner.set(key, DELETED);
    await old.delete(key);
  }

  /** The owner by the new ring, and the one by the old ring when the key is in a range of the plan. */
  #owners(key: string): { owner: FolderNode; old: FolderNode | undefined } {
    const isMoving = this.#plan.moves(key) !== undefined;
    return {
      owner: this.#nodes.get(this.#after.owner(key))!,
      old: isMoving ? this.#nodes.get(this.#before.owner(key))! : undefined,
    };
  }
}
