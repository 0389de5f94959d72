/**
 * An array that is never changed in place: `set` gives another that shares all but one block, and one list of blocks, with
 * it. So the state of a monitor can be forked for nothing, and still grows by one in constant time:
 *
 *     lists ──► list ──► block           of 32 blocks, of 32 values: with a million values `set` copies about 1,000 places
 */
const BLOCK = 32;
const LIST = BLOCK * BLOCK;

type Block<T> = readonly (T | undefined)[];

/** See the top of `shelf.ts`. Indices from 0. */
export class Shelf<T> {
  private readonly lists: readonly (readonly Block<T>[])[];
  /** One more than the highest index that was set. */
  readonly length: number;

  constructor(lists: readonly (readonly Block<T>[])[] = [], length = 0) {
    this.lists = lists;
    this.length = length;
  }

  get(index: number): T | undefined {
    if (index >= this.length) return undefined;
    return this.lists[Math.floor(index / LIST)]?.[Math.floor(index / BLOCK) % BLOCK]?.[index % BLOCK];
  }

  set(index: number, value: T): Shelf<T> {
    const at = Math.floor(index / LIST);
    const lists = this.lists.slice();
    while (lists.length <= at) lists.push([]);
    const list = lists[at]!.slice();
    const inList = Math.floor(index / BLOCK) % BLOCK;
    while (list.length <= inList) list.push([]);
    const block = list[inList]!.slice();
    block[index % BLOCK] = value;
    list[inList] = block;
    lists[at] = list;
    return new Shelf(lists, Math.max(this.length, index + 1));
  }

  /** What was set, in order. */
  *values(): Generator<T> {
    for (const list of this.lists)
      for (const block of list) for (const value of block) if (value !== undefined) yield value;
  }
}
